//! How workers come and go: starts that fail, idle ones, sick ones, large ones.

use super::*;
use Event::{Closing, Lost, Ready, Tick};

fn beat(worker: WorkerId, memory: u64) -> Event {
    Event::Beat(worker, Beat { memory })
}

#[test]
fn when_no_worker_can_start_the_queue_learns_why_and_nothing_loops() {
    let mut s = scheduler(2);
    story(
        &mut s,
        [
            (0, submitted(1), "start 1"),
            (0, submitted(2), "start 2"),
            (1, Lost(1, died()), "stop 1"),
            (1, Lost(2, died()), "stop 2; fail 1 Crashed; fail 2 Crashed"),
            // The next submissions try again, with one worker.
            (2, submitted(3), "start 3"),
            (2, submitted(4), ""),
            (3, Ready(3), "start 4; send 3 [3]; run 3 on 3"),
        ],
    );
    assert_eq!(s.counters().replaced, 0, "none of them had been up");
}

#[test]
fn beside_workers_that_are_up_starts_that_fail_are_tried_again_after_pauses() {
    story(
        &mut warm(one_by_one(2), 1),
        [
            (0, submitted(1), "send 1 [1]; run 1 on 1"),
            (0, submitted(2), "start 2"),
            (0, Lost(2, died()), "stop 2; wake 100"),
            (100, Tick, "start 3"),
            (100, Lost(3, died()), "stop 3; wake 300"),
            (300, Tick, "start 4"),
            (301, Ready(4), "send 4 [2]; run 2 on 4"),
        ],
    );
}

#[test]
fn a_worker_that_never_gets_ready_counts_as_lost() {
    let mut s = scheduler(1);
    s.on(submitted(1), at(0));
    assert!(s.is_starting(1));
    let actions = s.on(Tick, START);
    let [Action::Stop(1), Action::Fail(1, failure)] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(failure.kind, ErrorKind::Unavailable);
    assert!(failure.message.contains("start_timeout"));
    assert_eq!(s.counters().lost, 0, "it had never been up");
}

#[test]
fn prewarm_starts_workers_before_there_is_work() {
    let table = [
        (0, 3, "start 1; start 2; start 3"),
        (2, 3, "start 1; start 2"),
    ];
    for (min, max, expected) in table {
        let mut s = Scheduler::new(Settings {
            min,
            prewarm: true,
            ..one_by_one(max)
        });
        story(&mut s, [(0, Tick, expected), (1, Tick, "wake 10000")]);
    }
}

#[test]
fn without_prewarm_the_least_number_starts_with_the_first_job_and_is_kept() {
    let settings = Settings {
        min: 2,
        keep_alive: Some(at(50)),
        ..one_by_one(3)
    };
    story(
        &mut Scheduler::new(settings),
        [
            (0, Tick, ""),
            (0, submitted(1), "start 1; start 2"),
            (1, Ready(1), "send 1 [1]; run 1 on 1"),
            (1, Ready(2), ""),
            (9, value(1, 1), "deliver 1"),
            (99, Tick, ""),
            (99, Lost(1, died()), "stop 1; start 3"),
        ],
    );
}

#[test]
fn idle_workers_above_the_least_number_go_after_keep_alive() {
    let settings = Settings {
        min: 1,
        keep_alive: Some(at(50)),
        ..one_by_one(3)
    };
    story(
        &mut warm(settings, 3),
        [
            (10, submitted(1), "send 1 [1]; run 1 on 1"),
            (20, value(1, 1), "deliver 1"),
            (50, Tick, "stop 2; stop 3"),
            (70, Tick, ""),
        ],
    );
}

#[test]
fn workers_that_die_idle_are_replaced_with_growing_pauses() {
    let settings = Settings {
        min: 1,
        prewarm: true,
        ..one_by_one(1)
    };
    story(
        &mut Scheduler::new(settings),
        [
            (0, Tick, "start 1"),
            (0, Ready(1), ""),
            (0, Lost(1, died()), "stop 1; wake 100"),
            (100, Tick, "start 2"),
            (100, Ready(2), ""),
            (100, Lost(2, died()), "stop 2; wake 300"),
            // For a job there is no pause.
            (101, submitted(1), "start 3"),
        ],
    );
}

#[test]
fn an_idle_worker_that_does_not_answer_is_lost_and_one_that_answers_is_not() {
    let settings = Settings {
        heartbeat: Some(at(100)),
        ..one_by_one(1)
    };
    let mut s = warm(settings, 1);
    story(
        &mut s,
        [
            (100, Tick, "ping 1; wake 300"),
            (150, beat(1, 5), "wake 250"),
            (250, Tick, "ping 1; wake 450"),
            (450, Tick, "stop 1"),
        ],
    );
    assert_eq!(s.counters().lost, 1);
}

#[test]
fn a_busy_worker_is_not_asked_and_what_it_was_asked_before_is_forgotten() {
    let settings = Settings {
        heartbeat: Some(at(100)),
        ..one_by_one(1)
    };
    story(
        &mut warm(settings, 1),
        [
            (100, Tick, "ping 1; wake 300"),
            (110, submitted(1), "send 1 [1]; run 1 on 1"),
            (300, Tick, ""),
            (9000, value(1, 1), "wake 9100; deliver 1"),
            (9100, Tick, "ping 1; wake 9300"),
        ],
    );
}

#[test]
fn a_worker_that_has_grown_is_replaced_when_it_is_idle_and_there_is_work() {
    let settings = Settings {
        memory_limit: Some(1000),
        ..one_by_one(1)
    };
    let mut s = warm(settings, 1);
    story(
        &mut s,
        [
            (0, beat(1, 1000), ""),
            (1, submitted(1), "send 1 [1]; run 1 on 1"),
            (2, beat(1, 1001), ""),
            (2, submitted(2), ""),
            (3, value(1, 1), "stop 1; start 2; wake 10003; deliver 1"),
            (4, Ready(2), "send 2 [2]; run 2 on 2"),
            (5, value(2, 2), "deliver 2"),
            (6, beat(2, 1001), "stop 2"),
        ],
    );
    let counters = s.counters();
    assert_eq!(
        (counters.recycled, counters.lost, counters.replaced),
        (2, 0, 1)
    );
}

#[test]
fn closing_stops_those_who_are_idle_or_start() {
    let mut s = warm(one_by_one(2), 1);
    s.on(submitted(1), at(0));
    s.on(submitted(2), at(0));
    s.on(Event::Cancelled(2), at(0));
    story(
        &mut s,
        [
            (0, Closing, "stop 2"),
            (1, value(1, 1), "stop 1; deliver 1"),
        ],
    );
    assert!(s.is_over());
}

#[test]
fn each_worker_has_counts_of_its_own() {
    let mut s = warm(one_by_one(2), 2);
    s.on(submitted(1), at(0));
    s.on(beat(2, 7), at(0));
    let counts: Vec<_> = s
        .workers()
        .map(|(id, w)| (id, w.finished, w.in_flight, w.memory))
        .collect();
    assert_eq!(counts, [(1, 1, 1, 0), (2, 1, 0, 7)]);
}
