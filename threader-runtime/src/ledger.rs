//! A pool's books: which tasks are open, what has been counted, whom to tell of failures nobody waits for.

mod counts;
mod reports;
mod waiting;

use std::collections::HashMap;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

pub(crate) use self::counts::Count;
use self::counts::{Counts, Ends, Workers};
use self::reports::Reports;
pub(crate) use self::waiting::{Event, Waiting};
use crate::clock;
use crate::control::Status;
use crate::error::{ErrorKind, Failure, TaskError};
use crate::job::{AnyJob, JobKey};
use crate::metrics::Metrics;
use crate::queue::Ticket;
use crate::sync::{Mutex, lock};
use crate::terms::Terms;
use crate::waiters::Waiters;

/// Called with every failure of a task whose result is not awaited.
pub(crate) type ErrorHook = Arc<dyn Fn(&TaskError) + Send + Sync>;

/// Shared by a pool, its backend and its jobs; outlives the pool while jobs are open.
pub(crate) struct Ledger {
    rules: Rules,
    open: Mutex<Open>,
    counts: Counts,
}

/// What a pool's books are kept by.
pub(crate) struct Rules {
    /// For tasks that ask for nothing else.
    pub(crate) defaults: Terms,
    /// How many tasks may be open at once.
    pub(crate) capacity: Option<usize>,
    /// The jobs themselves watch the time; else the backend's scheduler does.
    pub(crate) keeps_time: bool,
    /// The backend itself has a hold on every job that it was given.
    pub(crate) keeps_jobs: bool,
    /// Arguments and results are checked, see [`Config::validation`](crate::Config::validation).
    pub(crate) validation: bool,
    pub(crate) on_error: Option<ErrorHook>,
    /// Reports to the backend that a job that it may run was ended from outside.
    pub(crate) on_given_up: Box<dyn Fn(&GivenUp) + Send + Sync>,
}

/// A job that was ended from outside.
pub(crate) struct GivenUp {
    pub(crate) job: JobKey,
    #[cfg_attr(target_family = "wasm", allow(dead_code))]
    pub(crate) status: Status,
    /// Its place in the backend's queue, if it had not left it.
    pub(crate) ticket: Option<Ticket>,
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
    /// It was submitted by a task and ran within it.
    pub(crate) nested: bool,
}

#[derive(Default)]
struct Open {
    /// All that were admitted and have not settled.
    count: usize,
    /// Those of them that take up room: all that are not nested in another.
    taken: usize,
    /// Those of them that no backend has a hold on.
    jobs: HashMap<JobKey, Arc<dyn AnyJob>>,
    idle: Waiters,
    room: Waiters,
    workers: Workers,
    ends: Ends,
    reports: Reports,
}

impl Open {
    fn is_idle(&self) -> bool {
        self.count == 0 && self.reports.are_made()
    }
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

    pub(crate) fn validation(&self) -> bool {
        self.rules.validation
    }

    /// Takes a job in, if there is room.
    pub(crate) fn admitted(&self, job: Arc<dyn AnyJob>, nested: bool) -> Result<(), Failure> {
        let key = job.key();
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
        open.count += 1;
        open.taken += usize::from(!nested);
        if nested || !self.rules.keeps_jobs {
            open.jobs.insert(key, job);
        }
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

    /// A job that was reported to have begun at `started` has not.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn unbegun(&self, started: Duration) {
        lock(&self.open).ends.stopped(started, started);
    }

    /// An admitted job has settled. The caller wakes the `wakers` that this adds, and then calls
    /// [`make_reports`](Self::make_reports) if this gives `true`.
    #[must_use]
    pub(crate) fn settled(
        &self,
        key: JobKey,
        ended: &Ended,
        unattended: Option<&TaskError>,
        wakers: &mut Vec<Waker>,
    ) -> bool {
        let mut open = lock(&self.open);
        let reports = unattended.is_some_and(|error| self.add_report(&mut open, error.clone()));
        let job = open.jobs.remove(&key);
        open.count -= 1;
        open.taken -= usize::from(!ended.nested);
        open.ends.ended(ended);
        if let (Some(started), Some(worker)) = (ended.started, &ended.worker) {
            open.workers.did(worker, ended.now.saturating_sub(started));
        }
        wakers.extend(open.room.take());
        // Also while the error hook is called: a future that is polled then sets the limit to how long it is waited for.
        if open.count == 0 {
            wakers.extend(open.idle.take());
        }
        drop(open);
        drop(job);
        reports
    }

    pub(crate) fn given_up(&self, given_up: &GivenUp) {
        (self.rules.on_given_up)(given_up);
    }

    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn job(&self, key: JobKey) -> Option<Arc<dyn AnyJob>> {
        lock(&self.open).jobs.get(&key).cloned()
    }

    /// The open jobs that no backend has a hold on.
    pub(crate) fn open_jobs(&self) -> Vec<Arc<dyn AnyJob>> {
        lock(&self.open).jobs.values().cloned().collect()
    }

    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn is_idle(&self) -> bool {
        lock(&self.open).is_idle()
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
