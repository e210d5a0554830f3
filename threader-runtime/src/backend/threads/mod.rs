//! Native threads around one line. Arguments and results are moved; nothing here can serialise.
//!
//! A thread cannot be stopped. One that goes on with a task that was cancelled (after the grace) or overran its time is
//! *detached*: it is no longer one of the pool's workers, a substitute takes its place when there is work, and it ends
//! when its task returns.

mod line;
#[cfg(all(loom, test))]
mod models;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::thread;
use std::time::Duration;

use self::line::{Hired, Limits, Line, Number};
use crate::config::Config;
use crate::control::Status;
use crate::job::{AnyJob, JobKey};
use crate::ledger::{Count, Ledger};
use crate::{clock, timer};

pub(crate) struct Threads {
    shared: Arc<Shared>,
    prewarm: bool,
}

struct Shared {
    line: Line<Arc<dyn AnyJob>>,
    cancel_grace: Duration,
    ledger: OnceLock<Arc<Ledger>>,
}

/// What the machine can run in parallel, or 1.
pub(super) fn parallelism() -> usize {
    thread::available_parallelism().map_or(1, |count| count.get())
}

impl Threads {
    pub(super) fn new(config: &Config, max: usize) -> Self {
        let limits = Limits {
            max,
            min: config.min_workers,
            keep_alive: config.keep_alive,
        };
        Threads {
            shared: Arc::new(Shared {
                line: Line::new(limits, config.aging),
                cancel_grace: config.cancel_grace,
                ledger: OnceLock::new(),
            }),
            prewarm: config.prewarm,
        }
    }

    pub(super) fn open(&self, ledger: &Arc<Ledger>) {
        let _ = self.shared.ledger.set(Arc::clone(ledger));
        if self.prewarm {
            let hired = self.shared.line.prewarm();
            self.shared.start(hired);
        }
    }

    pub(super) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        let jobs = jobs
            .into_iter()
            .map(|job| (job.key(), job.terms().priority, job));
        // Collected, because the terms are under locks of their own.
        let jobs: Vec<_> = jobs.collect();
        let hired = self.shared.line.add(jobs, clock::now());
        self.shared.start(hired);
    }

    /// A queued job that was ended from outside is passed over when its turn comes. A running one has its thread.
    pub(super) fn on_given_up(&self) -> Box<dyn Fn(JobKey, Status) + Send + Sync> {
        let shared = Arc::downgrade(&self.shared);
        Box::new(move |key, status| {
            let Some(shared) = shared.upgrade() else {
                return;
            };
            match status {
                Status::Cancelled => shared.detach_after_grace(key),
                _ => shared.detach(key),
            }
        })
    }

    pub(super) fn close(&self) {
        self.shared.line.close();
    }

    pub(super) fn workers(&self) -> usize {
        self.shared.line.limits().max
    }
}

impl Shared {
    fn start(self: &Arc<Self>, hired: Hired) {
        self.count(Count::Replaced, hired.substitutes as u64);
        for number in hired.numbers {
            self.start_one(number);
        }
    }

    fn start_one(self: &Arc<Self>, number: Number) {
        let shared = Arc::clone(self);
        // Before it is there, so that nothing it does is counted earlier than itself.
        if let Some(ledger) = self.ledger.get() {
            ledger.worker_started(&name(number));
        }
        let spawned = thread::Builder::new()
            .name(name(number))
            .spawn(move || shared.work(number));
        if spawned.is_ok() {
            return;
        }
        self.ended(number);
        if self.line.unable(number) {
            static SAID: AtomicBool = AtomicBool::new(false);
            if !SAID.swap(true, Ordering::Relaxed) {
                eprintln!(
                    "threader: no thread can be started; tasks run on the thread that starts them"
                );
            }
            // The documented fallback: better slow than never.
            while let Some(job) = self.line.next_now() {
                job.run("inline");
            }
        }
    }

    /// The life of one worker: until the line has no use for it.
    fn work(&self, number: Number) {
        let name = name(number);
        while let Some(job) = self.line.next(number, clock::now) {
            // `run` catches the task's panics. What is left are destructors of values that nobody took.
            let _ = catch_unwind(AssertUnwindSafe(|| job.run(&name)));
        }
        self.ended(number);
    }

    fn detach_after_grace(self: &Arc<Self>, key: JobKey) {
        let shared: Weak<Shared> = Arc::downgrade(self);
        let time = clock::now().saturating_add(self.cancel_grace);
        self.line.warn(key, || {
            let detach = move || {
                if let Some(shared) = shared.upgrade() {
                    shared.detach(key);
                }
            };
            timer::at(time, Box::new(detach))
        });
    }

    fn detach(self: &Arc<Self>, key: JobKey) {
        if let Some((number, hired)) = self.line.detach(key) {
            self.count(Count::Detached, 1);
            self.ended(number);
            self.start(hired);
        }
    }

    /// For the books; a second time does nothing.
    fn ended(&self, number: Number) {
        if let Some(ledger) = self.ledger.get() {
            ledger.worker_ended(&name(number));
        }
    }

    fn count(&self, count: Count, number: u64) {
        if let Some(ledger) = self.ledger.get() {
            ledger.count(count, number);
        }
    }
}

fn name(number: Number) -> String {
    format!("threads-{number}")
}
