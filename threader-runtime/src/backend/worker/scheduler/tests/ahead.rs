//! What is sent ahead of need, and taken back when another could begin it sooner.

use super::*;
use Event::{Cancelled, Finished, Lost, Ready, Skipped, Tick};

fn ahead(max: usize) -> Settings {
    Settings {
        behind: 64,
        ..one_by_one(max)
    }
}

/// One worker whose only job so far took this long.
fn after_a_run_of(ms: u64) -> Scheduler {
    let mut s = Scheduler::new(ahead(1));
    s.on(submitted(1000), at(0));
    s.on(Ready(1), at(0));
    s.on(value(1, 1000), at(ms));
    s
}

/// Two workers, 1 with the jobs 1, 3, 5 and 2 with nothing more to do once it says that it is done with 2.
fn uneven() -> Scheduler {
    let mut s = warm(ahead(2), 2);
    story(
        &mut s,
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), "send 2 [2]; run 2 on 2"),
            (0, submitted(3), "send 1 [3]"),
            (0, submitted(4), "send 2 [4]"),
            (0, submitted(5), "send 1 [5]"),
            (1, value(2, 2), "run 4 on 2; deliver 2"),
        ],
    );
    s
}

#[test]
fn short_tasks_wait_at_the_worker_and_begin_when_they_are_first() {
    story(
        &mut warm(ahead(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), "send 1 [2]"),
            (0, submitted(3), "send 1 [3]"),
            (1, value(1, 1), "run 2 on 1; deliver 1"),
            (2, value(1, 2), "run 3 on 1; deliver 2"),
            (3, value(1, 3), "deliver 3"),
        ],
    );
}

#[test]
fn less_urgent_jobs_that_were_sent_ahead_make_way_for_one_that_comes() {
    let mut s = Scheduler::new(ahead(1).on_a_busy_thread());
    let urgent = |job| {
        let terms = Terms {
            priority: Priority::High,
            ..Terms::default()
        };
        Event::Submitted(job, terms, Duration::ZERO)
    };
    story(
        &mut s,
        [
            (0, submitted(1), "start 1"),
            (0, Ready(1), "send 1 [1]; run 1 on 1"),
            (5, value(1, 1), "deliver 1"),
            (5, submitted(2), "send 1 [2]; run 2 on 1"),
            (5, submitted(3), "send 1 [3]"),
            (5, submitted(4), "send 1 [4]"),
            (6, urgent(5), "take back 1 3; take back 1 4; send 1 [5]"),
            (6, urgent(6), "send 1 [6]"),
            (6, submitted(7), ""),
            (7, Skipped(1, 3), "send 1 [3]"),
            (7, Skipped(1, 4), "send 1 [4, 7]"),
            (10, value(1, 2), "run 5 on 1; deliver 2"),
        ],
    );
}

#[test]
fn the_longer_tasks_run_the_fewer_are_sent_ahead() {
    for (ms, expected) in [(0, 9), (1, 2), (2, 1), (49, 1), (50, 0)] {
        let mut s = after_a_run_of(ms);
        for job in 1..=10 {
            s.on(submitted(job), at(ms));
        }
        let (_, worker) = s.workers().next().expect("it is up");
        assert_eq!(worker.in_flight, 1 + expected, "{ms} ms");
    }
}

#[test]
fn while_no_run_time_is_known_one_is_sent_ahead_and_none_while_another_worker_starts() {
    let mut s = Scheduler::new(ahead(2));
    for job in 1..=6 {
        s.on(submitted(job), at(0));
    }
    story(
        &mut s,
        [
            (1, Ready(1), "send 1 [1]; run 1 on 1"),
            (1, Ready(2), "send 1 [3]; send 2 [2, 4]; run 2 on 2"),
        ],
    );
    let mut s = warm(ahead(2), 1);
    story(
        &mut s,
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), "start 2"),
            (0, submitted(3), ""),
        ],
    );
}

#[test]
fn a_line_is_filled_up_in_one_message_when_half_of_it_is_gone() {
    let mut s = warm(
        Settings {
            behind: 4,
            ..ahead(1)
        },
        1,
    );
    for job in 1..=8 {
        s.on(submitted(job), at(0));
    }
    story(
        &mut s,
        [
            (0, value(1, 1), "run 2 on 1; send 1 [5, 6]; deliver 1"),
            (0, value(1, 2), "run 3 on 1; deliver 2"),
            (0, value(1, 3), "run 4 on 1; send 1 [7, 8]; deliver 3"),
        ],
    );
}

#[test]
fn jobs_are_dealt_to_the_shortest_line() {
    let mut s = Scheduler::new(ahead(2));
    for job in 1..=9 {
        s.on(submitted(job), at(0));
    }
    s.on(Ready(1), at(0));
    s.on(Ready(2), at(0));
    s.on(value(1, 1), at(0));
    let lengths: Vec<_> = s.workers().map(|(_, worker)| worker.in_flight).collect();
    assert_eq!(lengths, [4, 4]);
}

#[test]
fn who_is_idle_takes_the_later_half_of_what_waits_behind_another() {
    let mut s = uneven();
    story(
        &mut s,
        [
            (
                1,
                value(2, 4),
                "take back 1 5; send 2 [5]; run 5 on 2; deliver 4",
            ),
            (2, value(1, 1), "run 3 on 1; deliver 1"),
            (2, Skipped(1, 5), ""),
            (3, value(2, 5), "deliver 5"),
            (4, value(1, 3), "deliver 3"),
        ],
    );
    assert_eq!(s.counters().taken_back, 1);
}

#[test]
fn what_is_taken_back_is_sent_in_the_order_of_turns() {
    let high = Terms {
        priority: Priority::High,
        ..Terms::default()
    };
    let mut s = uneven();
    s.on(Event::Submitted(6, high, Duration::ZERO), at(1));
    story(
        &mut s,
        [
            (2, value(2, 4), "run 6 on 2; deliver 4"),
            (2, submitted(7), "send 2 [7]"),
            (2, Event::Submitted(8, high, Duration::ZERO), "send 2 [8]"),
            (2, Event::Submitted(9, high, Duration::ZERO), "send 1 [9]"),
            (3, value(2, 6), "run 7 on 2; deliver 6"),
            (3, value(2, 7), "run 8 on 2; deliver 7"),
            (
                3,
                value(2, 8),
                "take back 1 5; take back 1 9; send 2 [9, 5]; run 9 on 2; deliver 8",
            ),
        ],
    );
}

#[test]
fn of_a_frame_that_ran_twice_the_first_answer_counts() {
    // The one that it was taken back from is first; what the other does is in vain and has the grace to end.
    let mut s = uneven();
    story(
        &mut s,
        [
            (
                1,
                value(2, 4),
                "take back 1 5; send 2 [5]; run 5 on 2; deliver 4",
            ),
            (2, value(1, 1), "run 3 on 1; deliver 1"),
            (3, value(1, 3), "wake 103; deliver 3"),
            (4, value(1, 5), "deliver 5"),
            (5, value(2, 5), ""),
            (6, submitted(6), "send 2 [6]; run 6 on 2"),
        ],
    );
    // The other one is first.
    let mut s = uneven();
    story(
        &mut s,
        [
            (
                1,
                value(2, 4),
                "take back 1 5; send 2 [5]; run 5 on 2; deliver 4",
            ),
            (
                4,
                value(2, 5),
                "take back 1 3; send 2 [3]; run 3 on 2; deliver 5",
            ),
            (5, value(1, 1), "wake 105; deliver 1"),
            (6, value(1, 3), "deliver 3"),
            (7, value(1, 5), ""),
        ],
    );
}

#[test]
fn a_taken_back_frame_that_panics_all_the_same_ends_its_job_and_one_that_fails_otherwise_does_not()
{
    for (kind, expected) in [
        (ErrorKind::Panicked, "fail 5 Panicked"),
        (ErrorKind::Crashed, ""),
    ] {
        let mut s = uneven();
        s.on(value(2, 4), at(1));
        s.on(value(1, 1), at(1));
        s.on(value(1, 3), at(1));
        let failed = Finished(1, 5, End::Failure(Failure::new(kind, "no")));
        story(&mut s, [(2, failed, expected)]);
    }
}

#[test]
fn what_is_cancelled_behind_another_is_taken_back() {
    story(
        &mut warm(ahead(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), "send 1 [2]"),
            (0, submitted(3), "send 1 [3]"),
            (1, Cancelled(2), "take back 1 2"),
            // Perhaps it came too late. Then the grace counts from now.
            (2, value(1, 1), "wake 102; deliver 1"),
            (3, Skipped(1, 2), "run 3 on 1"),
            (4, value(1, 3), "deliver 3"),
        ],
    );
}

#[test]
fn what_waits_behind_a_lost_worker_is_queued_again_and_nothing_else_happens_to_it() {
    story(
        &mut warm(ahead(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), "send 1 [2]"),
            (0, submitted(3), "send 1 [3]"),
            (1, Lost(1, died()), "stop 1; fail 1 Crashed; start 2"),
            (2, Ready(2), "send 2 [2, 3]; run 2 on 2"),
        ],
    );
}

#[test]
fn what_waits_behind_a_task_that_runs_for_long_goes_to_who_has_room() {
    story(
        &mut uneven(),
        [
            // Both have run for long, so neither gets more behind it.
            (20, submitted(6), ""),
            // Tasks of this length are sent ahead by one.
            (
                21,
                value(2, 4),
                "take back 1 3; take back 1 5; send 2 [3, 5]; run 3 on 2; deliver 4",
            ),
        ],
    );
}

#[test]
fn what_waits_behind_a_task_that_runs_for_long_is_worth_a_worker() {
    story(
        &mut uneven(),
        [
            (
                1,
                value(2, 4),
                "take back 1 5; send 2 [5]; run 5 on 2; deliver 4",
            ),
            (2, Lost(2, died()), "stop 2; fail 5 Crashed; wake 4"),
            (4, Tick, "take back 1 3; start 3"),
            (9, Ready(3), "send 3 [3]; run 3 on 3"),
        ],
    );
}

#[test]
fn a_frame_that_could_not_be_sent_fails_and_the_others_do_not_notice() {
    let unsent = Finished(1, 2, End::Failure(Failure::new(ErrorKind::Codec, "no")));
    story(
        &mut warm(ahead(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), "send 1 [2]"),
            (0, unsent, "fail 2 Codec"),
            (1, value(1, 1), "deliver 1"),
        ],
    );
}

#[test]
fn an_answer_that_is_missing_is_noticed_with_the_next() {
    let retried = Event::Submitted(
        1,
        Terms {
            retries: 1,
            ..Terms::default()
        },
        Duration::ZERO,
    );
    story(
        &mut warm(ahead(1), 1),
        [
            (0, retried, "send 1 [1]; run 1 on 1"),
            (0, submitted(2), "send 1 [2]"),
            (0, submitted(3), "send 1 [3]"),
            (
                1,
                value(1, 3),
                "wait 1; run 2 on 1; fail 2 Crashed; run 3 on 1; send 1 [1]; run 1 on 1; deliver 3",
            ),
        ],
    );
}

#[test]
fn a_job_that_is_queued_again_is_not_sent_to_who_may_still_have_it() {
    let mut s = uneven();
    s.on(submitted(6), at(20));
    story(
        &mut s,
        [
            (
                21,
                value(2, 4),
                "take back 1 3; take back 1 5; send 2 [3, 5]; run 3 on 2; deliver 4",
            ),
            (22, Lost(2, died()), "stop 2; fail 3 Crashed; start 3"),
            // 5 and 6 wait. 1 may yet run 5, and has not said anything of 3.
            (23, value(1, 1), "deliver 1"),
            (24, Skipped(1, 3), ""),
            (25, Skipped(1, 5), "send 1 [5]; run 5 on 1"),
            (26, Ready(3), "send 3 [6]; run 6 on 3"),
        ],
    );
}
