//! What a task's terms ask for: priority, timeout, deadline, retries.

use super::*;
use Event::{Cancelled, Closing, Finished, Lost, LostBetween, Ready, StoodStill, Submitted, Tick};

fn priority(job: JobKey, priority: Priority) -> Event {
    let terms = Terms {
        priority,
        ..Terms::default()
    };
    Submitted(job, terms, Duration::ZERO)
}

fn timeout(job: JobKey, ms: u64, retries: u32) -> Event {
    let timeout = Some(at(ms));
    Submitted(
        job,
        Terms {
            timeout,
            retries,
            ..Terms::default()
        },
        Duration::ZERO,
    )
}

fn deadline(job: JobKey, ms: u64, retries: u32) -> Event {
    let deadline = Some(at(ms));
    Submitted(
        job,
        Terms {
            deadline,
            retries,
            ..Terms::default()
        },
        Duration::ZERO,
    )
}

fn retries(job: JobKey, retries: u32) -> Event {
    Submitted(
        job,
        Terms {
            retries,
            ..Terms::default()
        },
        Duration::ZERO,
    )
}

#[test]
fn urgent_jobs_overtake_and_old_ones_are_not_overtaken() {
    let step = Settings::default().aging.as_millis() as u64;
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, priority(2, Priority::Low), ""),
            (0, priority(3, Priority::Normal), ""),
            (0, priority(4, Priority::High), ""),
            (step, priority(5, Priority::High), ""),
            (step, value(1, 1), "send 1 [4]; run 4 on 1; deliver 1"),
            (step, value(1, 4), "send 1 [3]; run 3 on 1; deliver 4"),
            (step, value(1, 3), "send 1 [5]; run 5 on 1; deliver 3"),
            (step, value(1, 5), "send 1 [2]; run 2 on 1; deliver 5"),
        ],
    );
}

#[test]
fn what_has_waited_before_the_scheduler_knew_it_is_not_overtaken() {
    let step = Settings::default().aging;
    let (low, high) = (
        Terms {
            priority: Priority::Low,
            ..Terms::default()
        },
        Terms {
            priority: Priority::High,
            ..Terms::default()
        },
    );
    story(
        &mut warm(one_by_one(1), 1),
        [
            (
                9_000,
                Submitted(1, high, 3 * step),
                "send 1 [1]; run 1 on 1",
            ),
            (9_000, Submitted(2, low, 3 * step), ""),
            (9_001, Submitted(3, high, Duration::ZERO), ""),
            // On a slower way than the one before.
            (9_002, Submitted(4, high, at(10)), ""),
            (9_003, value(1, 1), "send 1 [2]; run 2 on 1; deliver 1"),
            (9_003, value(1, 2), "send 1 [3]; run 3 on 1; deliver 2"),
            (9_003, value(1, 3), "send 1 [4]; run 4 on 1; deliver 3"),
        ],
    );
}

#[test]
fn a_timeout_counts_from_the_start_and_takes_the_worker_with_it_at_once() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, timeout(2, 50, 0), ""),
            (
                100,
                value(1, 1),
                "send 1 [2]; run 2 on 1; wake 150; deliver 1",
            ),
            (110, submitted(3), ""),
            (150, Tick, "stop 1; fail 2 TimedOut; start 2"),
            (160, value(1, 2), ""),
            (170, Ready(2), "send 2 [3]; run 3 on 2"),
        ],
    );
}

#[test]
fn what_is_done_in_time_is_not_timed_out_by_a_late_tick() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, timeout(1, 50, 0), "send 1 [1]; run 1 on 1; wake 50"),
            (60, value(1, 1), "deliver 1"),
            (60, Tick, ""),
        ],
    );
}

#[test]
fn a_deadline_counts_from_submission_wherever_the_job_is() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, deadline(1, 80, 5), "send 1 [1]; run 1 on 1; wake 80"),
            (10, deadline(2, 20, 5), "wake 30"),
            (30, Tick, "fail 2 TimedOut; wake 80"),
            (80, Tick, "fail 1 TimedOut; stop 1"),
            (90, Lost(1, died()), ""),
        ],
    );
}

#[test]
fn a_deadline_counts_what_has_passed_before_the_scheduler_knew_the_job() {
    let terms = Terms {
        deadline: Some(at(80)),
        ..Terms::default()
    };
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (10, Submitted(2, terms, at(60)), "wake 30"),
            (10, Submitted(3, terms, at(90)), "wake 10"),
            (10, Tick, "fail 3 TimedOut; wake 30"),
            (30, Tick, "fail 2 TimedOut"),
        ],
    );
}

#[test]
fn time_in_which_everything_stood_still_is_no_timeout_but_a_deadline() {
    let mut s = warm(one_by_one(2), 2);
    s.on(submitted(9), at(0));
    story(
        &mut s,
        [
            (0, timeout(1, 50, 0), "send 2 [1]; run 1 on 2; wake 50"),
            (0, deadline(2, 400, 0), ""),
            (1000, StoodStill(at(970)), ""),
            (1000, Tick, "fail 2 TimedOut; wake 1020"),
            (1020, Tick, "stop 2; fail 1 TimedOut"),
        ],
    );
}

#[test]
fn what_began_while_everything_stood_still_has_no_more_time_than_it_lost() {
    let mut s = warm(one_by_one(1), 1);
    story(
        &mut s,
        [
            (990, timeout(1, 50, 0), "send 1 [1]; run 1 on 1; wake 1040"),
            (1000, StoodStill(at(970)), ""),
            (1040, Tick, "wake 1050"),
            (1050, Tick, "stop 1; fail 1 TimedOut"),
        ],
    );
}

#[test]
fn a_start_that_everything_stood_still_in_is_not_too_slow() {
    let mut s = scheduler(1);
    let start = START.as_millis() as u64;
    story(
        &mut s,
        [
            (0, submitted(1), "start 1"),
            (start + 500, StoodStill(at(start)), ""),
            (start + 500, Tick, ""),
            (start + 600, Ready(1), "send 1 [1]; run 1 on 1"),
        ],
    );
}

#[test]
fn a_job_whose_deadline_is_over_is_not_started_though_the_tick_is_late() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, deadline(2, 20, 0), "wake 20"),
            (0, submitted(3), ""),
            (
                25,
                value(1, 1),
                "fail 2 TimedOut; send 1 [3]; run 3 on 1; deliver 1",
            ),
        ],
    );
}

#[test]
fn a_crash_is_retried_in_the_jobs_old_place_as_often_as_granted() {
    let mut s = warm(one_by_one(1), 1);
    story(
        &mut s,
        [
            (0, retries(1, 1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), ""),
            (1, Lost(1, died()), "stop 1; wait 1; start 2"),
            (2, Ready(2), "send 2 [1]; run 1 on 2"),
            (3, Lost(2, died()), "stop 2; fail 1 Crashed; start 3"),
            (4, Ready(3), "send 3 [2]; run 2 on 3"),
        ],
    );
    assert_eq!((s.counters().retried, s.counters().replaced), (1, 2));
}

#[test]
fn a_death_between_two_jobs_costs_the_next_no_attempt_but_not_for_ever() {
    let mut s = warm(one_by_one(1), 1);
    story(
        &mut s,
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), ""),
            (1, LostBetween(1, died()), "stop 1; unbegun 1; start 2"),
            (2, Ready(2), "send 2 [1]; run 1 on 2"),
            (3, LostBetween(2, died()), "stop 2; unbegun 1; start 3"),
            (4, Ready(3), "send 3 [1]; run 1 on 3"),
            (5, LostBetween(3, died()), "stop 3; unbegun 1; start 4"),
            (6, Ready(4), "send 4 [1]; run 1 on 4"),
            (7, LostBetween(4, died()), "stop 4; fail 1 Crashed; start 5"),
            (8, Ready(5), "send 5 [2]; run 2 on 5"),
            (9, value(5, 2), "deliver 2"),
        ],
    );
    assert_eq!((s.counters().retried, s.counters().lost), (0, 4));
}

#[test]
fn a_timeout_is_retried_and_a_deadline_is_not() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, timeout(1, 50, 1), "send 1 [1]; run 1 on 1; wake 50"),
            (50, Tick, "stop 1; wait 1; start 2"),
            (60, Ready(2), "send 2 [1]; run 1 on 2; wake 110"),
            (110, Tick, "stop 2; fail 1 TimedOut"),
            (200, deadline(2, 10, 9), "start 3; wake 210"),
            (205, Ready(3), "send 3 [2]; run 2 on 3"),
            (210, Tick, "fail 2 TimedOut; stop 3"),
        ],
    );
}

#[test]
fn only_what_may_end_otherwise_is_retried() {
    let table = [
        (ErrorKind::Crashed, true),
        (ErrorKind::TimedOut, true),
        (ErrorKind::Panicked, false),
        (ErrorKind::Codec, false),
        (ErrorKind::Unavailable, false),
    ];
    for (kind, again) in table {
        for survived in [true, false] {
            let mut s = warm(one_by_one(1), 1);
            s.on(retries(1, 9), at(0));
            let failure = Failure::new(kind, "no");
            let actions = if survived {
                s.on(Finished(1, 1, End::Failure(failure)), at(1))
            } else {
                s.on(Lost(1, failure), at(1))
            };
            assert_eq!(
                actions.contains(&Action::Waiting(1)),
                again,
                "{kind:?} {survived}"
            );
            let fails = actions.iter().any(|a| matches!(a, Action::Fail(1, _)));
            assert_eq!(
                (fails, s.has_work()),
                (!again, again),
                "{kind:?} {survived}"
            );
        }
    }
}

#[test]
fn after_a_cancel_nothing_is_retried() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, retries(1, 9), "send 1 [1]; run 1 on 1"),
            (1, Cancelled(1), "wake 101"),
            (2, Lost(1, died()), "stop 1"),
            // Cancelled while it waits for its second attempt.
            (3, retries(2, 9), "start 2"),
            (4, Ready(2), "send 2 [2]; run 2 on 2"),
            (5, Lost(2, died()), "stop 2; wait 2; start 3"),
            (6, Cancelled(2), ""),
            (7, Ready(3), ""),
        ],
    );
}

#[test]
fn closing_waits_for_retries() {
    let mut s = warm(one_by_one(1), 1);
    story(
        &mut s,
        [
            (0, retries(1, 1), "send 1 [1]; run 1 on 1"),
            (0, Closing, ""),
            (1, Lost(1, died()), "stop 1; wait 1; start 2"),
            (2, Ready(2), "send 2 [1]; run 1 on 2"),
            (3, value(2, 1), "stop 2; deliver 1"),
        ],
    );
    assert!(s.is_over());
}
