//! The rules, one by one; then all of them at random.

use super::*;
use crate::error::{ErrorKind, Failure};
use crate::terms::{Priority, Terms};

mod ahead;
mod life;
mod random;
mod rules;
mod terms;

const GRACE: Duration = Duration::from_millis(100);
const START: Duration = Duration::from_secs(10);

fn at(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn died() -> Failure {
    Failure::new(ErrorKind::Crashed, "died")
}

fn panicked() -> Failure {
    Failure::new(ErrorKind::Panicked, "no")
}

/// One frame at a time: what is sent ahead has tests of its own.
fn one_by_one(max: usize) -> Settings {
    Settings {
        max,
        start_timeout: START,
        cancel_grace: GRACE,
        behind: 0,
        ..Settings::default()
    }
}

fn scheduler(max: usize) -> Scheduler {
    Scheduler::new(one_by_one(max))
}

/// A scheduler of which this many workers are up and idle.
fn warm(settings: Settings, workers: u32) -> Scheduler {
    let mut s = Scheduler::new(settings);
    for worker in 1..=workers {
        s.on(submitted(1000 + u64::from(worker)), at(0));
    }
    for worker in 1..=workers {
        s.on(Event::Ready(worker), at(0));
    }
    for worker in 1..=workers {
        s.on(value(worker, 1000 + u64::from(worker)), at(0));
    }
    // Forgets the alarm of the start.
    s.on(Event::Tick, at(0));
    s
}

fn submitted(job: JobKey) -> Event {
    Event::Submitted(job, Terms::default(), Duration::ZERO)
}

fn value(worker: WorkerId, job: JobKey) -> Event {
    Event::Finished(worker, job, End::Value(None))
}

/// What the scheduler said, in short, such as `send 1 [7]; run 7 on 1`.
fn said(actions: &[Action]) -> String {
    let one = |action: &Action| match action {
        Action::Start(worker) => format!("start {worker}"),
        Action::Send(worker, jobs) => format!("send {worker} {jobs:?}"),
        Action::TakeBack(worker, job) => format!("take back {worker} {job}"),
        Action::Running(job, worker) => format!("run {job} on {worker}"),
        Action::Waiting(job) => format!("wait {job}"),
        Action::Unbegun(job) => format!("unbegun {job}"),
        Action::Ping(worker) => format!("ping {worker}"),
        Action::Stop(worker) => format!("stop {worker}"),
        Action::Deliver(job) => format!("deliver {job}"),
        Action::Fail(job, failure) => format!("fail {job} {:?}", failure.kind),
        Action::WakeAt(time) => format!("wake {}", time.as_millis()),
    };
    actions.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Tells a story: at these milliseconds these events, and what is said to each. `wake` is only looked at where it is named.
#[track_caller]
fn story(s: &mut Scheduler, lines: impl IntoIterator<Item = (u64, Event, &'static str)>) {
    for (ms, event, expected) in lines {
        let text = format!("{event:?} at {ms}");
        let mut actions = s.on(event, at(ms));
        if !expected.contains("wake") {
            actions.retain(|action| !matches!(action, Action::WakeAt(_)));
        }
        assert_eq!(said(&actions), expected, "{text}");
    }
}
