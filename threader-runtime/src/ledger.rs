//! A pool's books: which tasks are open, what has been counted, whom to tell of failures nobody waits for.

mod counts;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

pub(crate) use self::counts::Count;
use self::counts::{Counts, Ends, Workers};
use crate::clock;
use crate::control::Status;
use crate::error::{ErrorKind, Failure, TaskError};
use crate::job::{AnyJob, JobKey};
use crate::metrics::Metrics;
use crate::sync::{Mutex, lock};
use crate::terms::Terms;

/// Called with every failure that nobody waits for.
pub(crate) type ErrorHook = Arc<dyn Fn(&TaskError) + Send + Sync>;

/// Shared by a pool, its backend and its jobs; outlives the pool while jobs are open.
pub(crate) struct Ledger {
    rules: Rules,
    open: Mutex<Open>,
    counts: Counts,
}

/// What a pool's books are kept by.
pub(crate) struct Rules {
    /// What tasks run on that say nothing else.
    pub(crate) defaults: Terms,
    /// How many tasks may be open at once.
    pub(crate) capacity: Option<usize>,
    /// The jobs themselves watch the time; else the backend's scheduler does.
    pub(crate) keeps_time: bool,
    pub(crate) on_error: Option<ErrorHook>,
    /// Tells the backend that a job it may run was ended from outside, and as what.
    pub(crate) on_given_up: Box<dyn Fn(JobKey, Status) + Send + Sync>,
}

/// How a job ended, for the books.
pub(crate) struct Ended {
    pub(crate) status: Status,
    /// The worker that it was running on, and when that began; `None` if it was not running.
    pub(crate) worker: Option<Arc<str>>,
    pub(crate) started: Option<Duration>,
    /// How long it waited for its first start, if it ever did start.
    pub(crate) waited: Option<Duration>,
    pub(crate) now: Duration,
}

#[derive(Default)]
struct Open {
    jobs: HashMap<JobKey, Entry>,
    /// Those of `jobs` that take up room: all that are not nested in another.
    taken: usize,
    idle: Vec<Waker>,
    room: Vec<Waker>,
    workers: Workers,
    ends: Ends,
}

struct Entry {
    job: Arc<dyn AnyJob>,
    nested: bool,
}

impl Ledger {
    pub(crate) fn new(rules: Rules) -> Arc<Self> {
        Arc::new(Ledger {
            rules,
            open: Mutex::default(),
            counts: Counts::default(),
        })
    }

    pub(crate) fn defaults(&self) -> Terms {
        self.rules.defaults
    }

    pub(crate) fn keeps_time(&self) -> bool {
        self.rules.keeps_time
    }

    /// Takes a job in, if there is room.
    pub(crate) fn admitted(
        &self,
        key: JobKey,
        job: Arc<dyn AnyJob>,
        nested: bool,
    ) -> Result<(), Failure> {
        let mut open = lock(&self.open);
        if let Some(capacity) = self.rules.capacity.filter(|_| !nested)
            && open.taken >= capacity
        {
            drop(open);
            self.counts.add(Count::Refused, 1);
            let text =
                format!("{capacity} tasks were open, as many as `Config::queue_limit` allows");
            return Err(Failure::new(ErrorKind::QueueFull, text));
        }
        open.taken += usize::from(!nested);
        open.jobs.insert(key, Entry { job, nested });
        drop(open);
        self.counts.add(Count::Submitted, 1);
        Ok(())
    }

    /// A job is not taken in, for another reason than want of room.
    pub(crate) fn refused(&self) {
        self.counts.add(Count::Refused, 1);
    }

    pub(crate) fn started(&self, now: Duration) {
        self.counts.started(now);
    }

    /// A job whose attempt began at `started` waits for another.
    pub(crate) fn retried(&self, started: Duration) {
        lock(&self.open).ends.stopped(started, clock::now());
        self.counts.add(Count::Retried, 1);
    }

    /// A job that was said to have begun at `started` has not.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn unbegun(&self, started: Duration) {
        lock(&self.open).ends.stopped(started, started);
    }

    pub(crate) fn settled(&self, key: JobKey, ended: &Ended) {
        let (entry, waiting) = {
            let mut open = lock(&self.open);
            let Some(entry) = open.jobs.remove(&key) else {
                return; // It was refused: never taken in, so not counted out.
            };
            open.ends.ended(ended);
            if let (Some(started), Some(worker)) = (ended.started, &ended.worker) {
                open.workers.did(worker, ended.now.saturating_sub(started));
            }
            open.taken -= usize::from(!entry.nested);
            let mut waiting = std::mem::take(&mut open.room);
            if open.jobs.is_empty() {
                waiting.append(&mut open.idle);
            }
            (entry, waiting)
        };
        // Perhaps the last hold on the job, and on a value with a destructor: not under the lock.
        drop(entry);
        waiting.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn given_up(&self, key: JobKey, status: Status) {
        (self.rules.on_given_up)(key, status);
    }

    /// A task that nobody waits for has failed.
    pub(crate) fn report(&self, error: &TaskError) {
        self.counts.add(Count::Unattended, 1);
        if let Some(hook) = &self.rules.on_error {
            // The hook may be called on a worker, or under a `fire!`. Its own panic has been shown by the panic hook,
            // and neither of these is to blame for it.
            let _ = catch_unwind(AssertUnwindSafe(|| hook(error)));
        }
    }

    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn job(&self, key: JobKey) -> Option<Arc<dyn AnyJob>> {
        let open = lock(&self.open);
        open.jobs.get(&key).map(|entry| Arc::clone(&entry.job))
    }

    pub(crate) fn open_jobs(&self) -> Vec<Arc<dyn AnyJob>> {
        let open = lock(&self.open);
        open.jobs
            .values()
            .map(|entry| Arc::clone(&entry.job))
            .collect()
    }

    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn is_idle(&self) -> bool {
        lock(&self.open).jobs.is_empty()
    }

    /// Ready when no task is open.
    pub(crate) fn poll_idle(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut open = lock(&self.open);
        if open.jobs.is_empty() {
            return Poll::Ready(());
        }
        enlist(&mut open.idle, cx);
        Poll::Pending
    }

    /// Ready when one more task would be taken in.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut open = lock(&self.open);
        if self
            .rules
            .capacity
            .is_none_or(|capacity| open.taken < capacity)
        {
            return Poll::Ready(());
        }
        enlist(&mut open.room, cx);
        Poll::Pending
    }

    /// A worker is there.
    pub(crate) fn worker_started(&self, name: &str) {
        self.counts.add(Count::Started, 1);
        lock(&self.open).workers.came(name, clock::now());
    }

    /// A worker is gone. Whether it was lost, recycled, detached or just not needed, [`count`](Self::count) is told.
    pub(crate) fn worker_ended(&self, name: &str) {
        lock(&self.open).workers.went(name, clock::now());
    }

    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn count(&self, count: Count, number: u64) {
        self.counts.add(count, number);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.counts.add(Count::Sent, bytes as u64);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.counts.add(Count::Received, bytes as u64);
    }

    pub(crate) fn metrics(&self) -> Metrics {
        let open = lock(&self.open);
        // Nested tasks are open while the task around them runs, and are part of that.
        self.counts
            .read(open.taken as u64, &open.ends, &open.workers, clock::now())
    }
}

fn enlist(waiting: &mut Vec<Waker>, cx: &mut Context<'_>) {
    if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
        waiting.push(cx.waker().clone());
    }
}
