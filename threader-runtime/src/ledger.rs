//! A pool's books: which tasks are open, what has been counted, whom to tell of failures nobody waits for.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use crate::control::Status;
use crate::error::TaskError;
use crate::job::{AnyJob, JobKey};
use crate::metrics::Metrics;
use crate::sync::lock;

/// Called with every failure that nobody waits for.
pub(crate) type ErrorHook = Arc<dyn Fn(&TaskError) + Send + Sync>;

/// Shared by a pool, its backend and its jobs; outlives the pool while jobs are open.
pub(crate) struct Ledger {
    open: Mutex<Open>,
    count: Counters,
    on_error: Option<ErrorHook>,
    /// Tells the backend that a job was cancelled.
    on_cancel: Box<dyn Fn(JobKey) + Send + Sync>,
}

#[derive(Default)]
struct Open {
    jobs: HashMap<JobKey, Arc<dyn AnyJob>>,
    waiting: Vec<Waker>,
}

#[derive(Default)]
struct Counters {
    submitted: AtomicU64,
    completed: AtomicU64,
    failed: AtomicU64,
    cancelled: AtomicU64,
    unattended: AtomicU64,
    workers_started: AtomicU64,
    workers_lost: AtomicU64,
}

impl Ledger {
    pub(crate) fn new(
        on_error: Option<ErrorHook>,
        on_cancel: Box<dyn Fn(JobKey) + Send + Sync>,
    ) -> Arc<Self> {
        Arc::new(Ledger {
            open: Mutex::default(),
            count: Counters::default(),
            on_error,
            on_cancel,
        })
    }

    pub(crate) fn admitted(&self, key: JobKey, job: Arc<dyn AnyJob>) {
        add(&self.count.submitted);
        lock(&self.open).jobs.insert(key, job);
    }

    pub(crate) fn settled(&self, key: JobKey, status: Status) {
        let (job, waiting) = {
            let mut open = lock(&self.open);
            let Some(job) = open.jobs.remove(&key) else {
                return; // It was refused: never taken in, so not counted out.
            };
            add(match status {
                Status::Completed => &self.count.completed,
                Status::Cancelled => &self.count.cancelled,
                _ => &self.count.failed,
            });
            let done = open.jobs.is_empty();
            let waiting = if done {
                std::mem::take(&mut open.waiting)
            } else {
                Vec::new()
            };
            (job, waiting)
        };
        // Perhaps the last hold on the job, and on a value with a destructor: not under the lock.
        drop(job);
        waiting.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn cancelled(&self, key: JobKey) {
        (self.on_cancel)(key);
    }

    /// A task that nobody waits for has failed.
    pub(crate) fn report(&self, error: &TaskError) {
        add(&self.count.unattended);
        if let Some(hook) = &self.on_error {
            // The hook may be called on a worker, or under a `fire!`. Its own panic has been shown by the panic hook,
            // and neither of these is to blame for it.
            let _ = catch_unwind(AssertUnwindSafe(|| hook(error)));
        }
    }

    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn job(&self, key: JobKey) -> Option<Arc<dyn AnyJob>> {
        lock(&self.open).jobs.get(&key).cloned()
    }

    pub(crate) fn open_jobs(&self) -> Vec<Arc<dyn AnyJob>> {
        lock(&self.open).jobs.values().cloned().collect()
    }

    /// Ready when no task is open.
    pub(crate) fn poll_idle(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut open = lock(&self.open);
        if open.jobs.is_empty() {
            return Poll::Ready(());
        }
        if !open.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            open.waiting.push(cx.waker().clone());
        }
        Poll::Pending
    }

    pub(crate) fn worker_started(&self) {
        add(&self.count.workers_started);
    }

    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn worker_lost(&self) {
        add(&self.count.workers_lost);
    }

    pub(crate) fn metrics(&self) -> Metrics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Metrics {
            submitted: read(&self.count.submitted),
            completed: read(&self.count.completed),
            failed: read(&self.count.failed),
            cancelled: read(&self.count.cancelled),
            unattended: read(&self.count.unattended),
            workers_started: read(&self.count.workers_started),
            workers_lost: read(&self.count.workers_lost),
        }
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
