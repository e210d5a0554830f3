//! Native threads around one queue. Arguments and results are moved; nothing here can serialise.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::thread;

use crate::job::AnyJob;
use crate::ledger::Ledger;
use crate::sync::lock;

pub(crate) struct Threads {
    shared: Arc<Shared>,
}

struct Shared {
    max: usize,
    queue: Mutex<Queue>,
    /// There is a job, or the pool is closing.
    changed: Condvar,
    ledger: OnceLock<Arc<Ledger>>,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Arc<dyn AnyJob>>,
    threads: usize,
    idle: usize,
    closing: bool,
}

/// `THREADER_MAX_WORKERS`, else what the machine can run in parallel, else 1.
pub(super) fn default_workers() -> usize {
    std::env::var("THREADER_MAX_WORKERS")
        .ok()
        .and_then(|text| super::parse_max_workers(&text))
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, |count| count.get()))
}

impl Threads {
    pub(super) fn new(max: usize) -> Self {
        Threads {
            shared: Arc::new(Shared {
                max,
                queue: Mutex::default(),
                changed: Condvar::new(),
                ledger: OnceLock::new(),
            }),
        }
    }

    pub(super) fn open(&self, ledger: &Arc<Ledger>) {
        let _ = self.shared.ledger.set(Arc::clone(ledger));
    }

    pub(super) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        let count = jobs.len();
        let (spawn, number) = {
            let mut queue = lock(&self.shared.queue);
            queue.jobs.extend(jobs);
            let wanted = queue.jobs.len().saturating_sub(queue.idle);
            let spawn = wanted.min(self.shared.max - queue.threads);
            let number = queue.threads;
            queue.threads += spawn;
            (spawn, number)
        };
        for _ in 0..count.min(self.shared.max) {
            self.shared.changed.notify_one();
        }
        for number in number..number + spawn {
            self.shared.spawn(number + 1);
        }
    }

    pub(super) fn close(&self) {
        lock(&self.shared.queue).closing = true;
        self.shared.changed.notify_all();
    }

    pub(super) fn workers(&self) -> usize {
        self.shared.max
    }
}

impl Shared {
    fn spawn(self: &Arc<Self>, number: usize) {
        let name = format!("threads-{number}");
        let shared = Arc::clone(self);
        let worker = name.clone();
        let on = name.clone();
        let spawned = thread::Builder::new()
            .name(name)
            .spawn(move || shared.work(&on));
        if spawned.is_ok() {
            if let Some(ledger) = self.ledger.get() {
                ledger.worker_started(&worker);
            }
            return;
        }
        let none_left = {
            let mut queue = lock(&self.queue);
            queue.threads -= 1;
            queue.threads == 0
        };
        if none_left {
            static SAID: AtomicBool = AtomicBool::new(false);
            if !SAID.swap(true, Ordering::Relaxed) {
                eprintln!(
                    "threader: no thread can be started; tasks run on the thread that starts them"
                );
            }
            // The documented fallback: better slow than never.
            while let Some(job) = self.next_now() {
                job.run("inline");
            }
        }
    }

    fn next_now(&self) -> Option<Arc<dyn AnyJob>> {
        lock(&self.queue).jobs.pop_front()
    }

    /// The life of one worker: until the pool is closing and nothing is left.
    fn work(&self, worker: &str) {
        while let Some(job) = self.next() {
            // `run` catches the task's panics. What is left are destructors of values that nobody took.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.run(worker)));
        }
    }

    fn next(&self) -> Option<Arc<dyn AnyJob>> {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.closing {
                queue.threads -= 1;
                return None;
            }
            queue.idle += 1;
            queue = self
                .changed
                .wait(queue)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            queue.idle -= 1;
        }
    }
}
