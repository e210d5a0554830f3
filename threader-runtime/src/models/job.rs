//! The state machine of a job, with the books that it is in.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use loom::future::block_on;
use loom::thread;

use super::model;
use crate::codec::{self, CodecError};
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure};
use crate::group::Group;
use crate::job::{AnyJob, Function, Job, Plan, Watch, Work};
use crate::ledger::{Event, Ledger, Rules, Waiting};
use crate::registry::Info;
use crate::terms::{Terms, Wishes};

/// Counts how often it was run and how often it was dropped without.
#[derive(Clone, Default)]
struct Counted(Arc<[AtomicUsize; 2]>);

struct Once(Counted, bool);

impl Work<u32> for Once {
    fn run(mut self: Box<Self>) -> u32 {
        self.1 = true;
        self.0.0[0].fetch_add(1, Ordering::Relaxed);
        7
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        codec::encode_into(&7u32, out)
    }

    fn check(&self) -> Result<(), CodecError> {
        Ok(())
    }
}

impl Drop for Once {
    fn drop(&mut self) {
        if !self.1 {
            self.0.0[1].fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn job(counted: &Counted) -> Arc<Job<u32>> {
    static INFO: Info = Info {
        id: 0,
        name: Some("model"),
        function: "model",
        source: 0,
        package: "",
        file: "",
        line: 0,
        wishes: Wishes {
            deadline: Some(3_600_000_000_000),
            retries: Some(1),
            ..Wishes::NONE
        },
    };
    let plan = Plan {
        info: &INFO,
        stub: |_| Ok(Vec::new()),
        function: &Function {
            path: || "model",
            decode: codec::decode::<u32>,
            check: codec::check::<u32>,
        },
    };
    Arc::new(Job::new(plan, Box::new(Once(counted.clone(), false))))
}

fn ledger(capacity: Option<usize>) -> Arc<Ledger> {
    Ledger::new(Rules {
        defaults: Terms::default(),
        capacity,
        keeps_time: false,
        keeps_jobs: false,
        validation: false,
        on_error: None,
        on_given_up: Box::new(|_| ()),
    })
}

/// Submits it and gives its mailbox.
fn submit(job: &Arc<Job<u32>>, ledger: &Arc<Ledger>) -> Arc<Group> {
    let group = Arc::new(Group::default());
    job.attach(Arc::clone(&group), 0);
    assert!(Arc::clone(job).admit(ledger, Duration::ZERO, false));
    group
}

fn wait(group: &Group) {
    block_on(poll_fn(|cx| group.poll_next(cx)));
}

/// It was reported once, counted once, and reads once.
fn check_end(job: &Job<u32>, group: &Group, ledger: &Ledger, counted: &Counted) {
    wait(group);
    let reported_again = block_on(poll_fn(|cx| Poll::Ready(group.poll_next(cx).is_ready())));
    assert!(!reported_again);
    let status = job.status();
    let metrics = ledger.metrics();
    let ended = [
        metrics.completed,
        metrics.cancelled,
        metrics.timed_out,
        metrics.failed,
    ];
    assert_eq!(ended.iter().sum::<u64>(), 1);
    assert_eq!((metrics.queued, metrics.running), (0, 0));
    let (run, dropped) = (&counted.0[0], &counted.0[1]);
    assert_eq!(
        run.load(Ordering::Relaxed) + dropped.load(Ordering::Relaxed),
        1
    );
    match job.read() {
        Some(Ok(value)) => assert_eq!((value, status), (7, Status::Completed)),
        Some(Err(error)) => assert_eq!(
            status,
            match error.kind() {
                ErrorKind::Cancelled => Status::Cancelled,
                ErrorKind::TimedOut => Status::TimedOut,
                kind => panic!("it ended as {kind:?}"),
            }
        ),
        None => panic!("it was reported and cannot be read"),
    }
    assert!(job.read().is_none());
}

#[test]
fn a_job_that_runs_is_cancelled_and_times_out_settles_once() {
    model(|| {
        let counted = Counted::default();
        let (job, ledger) = (job(&counted), ledger(None));
        let group = submit(&job, &ledger);
        let runs = Arc::clone(&job);
        let runner = thread::spawn(move || runs.run("model-1"));
        let expires = Arc::clone(&job);
        let timer = thread::spawn(move || expires.expire(Duration::MAX));
        job.cancel();
        runner.join().unwrap();
        timer.join().unwrap();
        check_end(&job, &group, &ledger, &counted);
    });
}

#[test]
fn a_job_that_is_cancelled_while_its_frame_is_made_is_not_sent() {
    model(|| {
        let counted = Counted::default();
        let (job, ledger) = (job(&counted), ledger(None));
        let group = submit(&job, &ledger);
        let other = Arc::clone(&job);
        let canceller = thread::spawn(move || other.cancel());
        if let Some(frame) = job.frame() {
            assert!(frame.is_ok());
            job.running("model-1");
            // Its worker dies, and it is sent to another: the arguments are still there.
            job.waiting();
            if let Some(again) = job.frame() {
                assert!(again.is_ok());
                job.running("model-2");
                job.finish_remote(&codec::encode(&7u32).unwrap());
            }
        }
        canceller.join().unwrap();
        check_end(&job, &group, &ledger, &counted);
    });
}

#[test]
fn a_job_attached_late_is_reported_all_the_same() {
    model(|| {
        let counted = Counted::default();
        let (job, ledger) = (job(&counted), ledger(None));
        assert!(Arc::clone(&job).admit(&ledger, Duration::ZERO, false));
        let runs = Arc::clone(&job);
        let runner = thread::spawn(move || runs.run("model-1"));
        let group = Arc::new(Group::default());
        job.attach(Arc::clone(&group), 0);
        runner.join().unwrap();
        check_end(&job, &group, &ledger, &counted);
    });
}

#[test]
fn progress_wakes_its_watcher_and_ends_with_the_job() {
    model(|| {
        let job = job(&Counted::default());
        let teller = Arc::clone(&job);
        let teller = thread::spawn(move || {
            teller.set_progress(Progress { done: 1, total: 2 });
            teller.set_progress(Progress { done: 2, total: 2 });
            teller.fail(Failure::new(ErrorKind::Crashed, "model"));
        });
        let (mut watch, mut last) = (Watch::default(), 0);
        while let Some(progress) = block_on(poll_fn(|cx| job.poll_progress(&mut watch, cx))) {
            assert!(progress.done > last, "{} again", progress.done);
            last = progress.done;
        }
        assert_eq!(last, 2);
        teller.join().unwrap();
    });
}

#[test]
fn room_and_rest_are_waited_for_until_they_come() {
    model(|| {
        let ledger = ledger(Some(1));
        let counted = Counted::default();
        let first = job(&counted);
        submit(&first, &ledger);
        let runner = thread::spawn(move || first.run("model-1"));
        let mut room = Waiting::new(&ledger, Event::Room);
        block_on(poll_fn(|cx| room.poll(cx)));
        let second = job(&counted);
        submit(&second, &ledger);
        let third = job(&counted);
        assert!(!Arc::clone(&third).admit(&ledger, Duration::ZERO, false));
        assert_eq!(
            third.error().map(|error| error.kind()),
            Some(ErrorKind::QueueFull)
        );
        let canceller = thread::spawn(move || second.cancel());
        let mut rest = Waiting::new(&ledger, Event::Idle);
        block_on(poll_fn(|cx| rest.poll(cx)));
        runner.join().unwrap();
        canceller.join().unwrap();
    });
}
