//! Who gets what, who is stopped and who is started.

use super::*;
use Event::{Cancelled, Closing, Lost, Ready, Tick};

#[test]
fn a_worker_starts_when_there_is_work_and_takes_it_when_ready() {
    story(
        &mut scheduler(2),
        [
            (0, submitted(7), "start 1; wake 10000"),
            (5, Ready(1), "send 1 [7]; run 7 on 1"),
            (6, value(1, 7), "deliver 7"),
        ],
    );
}

#[test]
fn no_more_workers_start_than_there_are_jobs_or_room() {
    story(
        &mut scheduler(2),
        [
            (0, submitted(1), "start 1"),
            (0, submitted(2), "start 2"),
            (0, submitted(3), ""),
        ],
    );
}

#[test]
fn jobs_are_sent_in_the_order_of_submission_and_the_value_is_read_after_the_next_is_sent() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), ""),
            (0, submitted(3), ""),
            (1, value(1, 1), "send 1 [2]; run 2 on 1; deliver 1"),
            (1, value(1, 2), "send 1 [3]; run 3 on 1; deliver 2"),
        ],
    );
}

#[test]
fn the_worker_that_was_busy_last_is_the_first_to_get_a_job() {
    story(
        &mut warm(one_by_one(2), 2),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (1, submitted(2), "send 2 [2]; run 2 on 2"),
            (2, value(1, 1), "deliver 1"),
            (3, value(2, 2), "deliver 2"),
            (4, submitted(3), "send 2 [3]; run 3 on 2"),
        ],
    );
}

#[test]
fn a_queued_job_that_is_cancelled_is_never_sent() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), ""),
            (0, Cancelled(2), ""),
            (1, value(1, 1), "deliver 1"),
        ],
    );
}

#[test]
fn a_worker_that_goes_on_with_a_cancelled_job_is_stopped_after_the_grace_and_replaced() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), ""),
            (50, Cancelled(1), "wake 150"),
            // Too early, as timers can be: another is on the way.
            (149, Tick, "wake 150"),
            (150, Tick, "stop 1; start 2"),
            (160, Ready(2), "send 2 [2]; run 2 on 2"),
        ],
    );
}

#[test]
fn a_worker_that_finishes_a_cancelled_job_in_time_stays() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, Cancelled(1), "wake 100"),
            (10, value(1, 1), ""),
            (100, Tick, ""),
            (101, submitted(2), "send 1 [2]; run 2 on 1"),
        ],
    );
}

#[test]
fn a_lost_worker_fails_its_job_only_and_is_replaced() {
    let mut s = warm(one_by_one(1), 1);
    story(
        &mut s,
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), ""),
            (1, Lost(1, died()), "stop 1; fail 1 Crashed; start 2"),
            (2, Ready(2), "send 2 [2]; run 2 on 2"),
        ],
    );
    let counters = s.counters();
    assert_eq!(
        (counters.started, counters.lost, counters.replaced),
        (2, 1, 1)
    );
    assert_eq!((counters.queued, counters.running), (0, 1));
}

#[test]
fn a_failure_that_a_worker_survives_ends_the_job_and_not_the_worker() {
    let failed = Event::Finished(1, 1, End::Failure(panicked()));
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), ""),
            (1, failed, "fail 1 Panicked; send 1 [2]; run 2 on 1"),
        ],
    );
}

#[test]
fn closing_lets_the_queue_run_out_first() {
    let mut s = warm(one_by_one(1), 1);
    story(
        &mut s,
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), ""),
            (0, Closing, ""),
            (0, value(1, 1), "send 1 [2]; run 2 on 1; deliver 1"),
            (0, value(1, 2), "stop 1; deliver 2"),
        ],
    );
    assert!(s.is_over());
}

#[test]
fn what_workers_say_after_their_end_or_of_jobs_they_do_not_have_changes_nothing() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, value(1, 7), ""),
            (0, Event::Skipped(1, 7), ""),
            (0, Ready(1), ""),
            (0, Lost(1, died()), "stop 1; fail 1 Crashed"),
            (0, Ready(1), ""),
            (0, value(1, 1), ""),
            (0, Event::Beat(1, Beat { memory: 1 }), ""),
            (0, Lost(1, died()), ""),
            (0, Cancelled(1), ""),
        ],
    );
}

#[test]
fn a_clock_that_steps_back_does_no_harm() {
    story(
        &mut warm(one_by_one(1), 1),
        [
            (90, submitted(1), "send 1 [1]; run 1 on 1"),
            (50, Cancelled(1), "wake 190"),
            (10, value(1, 1), ""),
        ],
    );
}
