//! The numbers. What is counted for every task is either under the lock that its end takes anyway, or the two sums that
//! its start adds to: threads that share counters spend more time on them than on small tasks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Ended;
use crate::control::Status;
use crate::metrics::{Histogram, Metrics, WorkerMetrics};

/// What is only ever added to.
#[derive(Clone, Copy)]
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub(crate) enum Count {
    Submitted,
    Refused,
    Retried,
    Unattended,
    Started,
    Lost,
    Replaced,
    Recycled,
    Detached,
    TakenBack,
    Sent,
    Received,
}

const COUNTS: usize = Count::Received as usize + 1;

/// What is written to without a lock.
#[derive(Default)]
pub(super) struct Counts {
    plain: [AtomicU64; COUNTS],
    starts: Starts,
}

/// Of all attempts that have begun: their number, and the sum of the moments at which they did, in nanoseconds.
#[derive(Default)]
struct Starts {
    number: AtomicU64,
    moments: AtomicU64,
}

/// What is written to under the lock of the books.
#[derive(Default)]
pub(super) struct Ends {
    completed: u64,
    cancelled: u64,
    timed_out: u64,
    failed: u64,
    /// The same of all attempts that have ended: what is missing to [`Starts`] is running.
    number: u64,
    moments: u64,
    busy: Duration,
    wait: Histogram,
    run: Histogram,
}

impl Counts {
    pub(super) fn add(&self, count: Count, number: u64) {
        self.plain[count as usize].fetch_add(number, Ordering::Relaxed);
    }

    pub(super) fn started(&self, now: Duration) {
        self.starts.number.fetch_add(1, Ordering::Relaxed);
        let moment = nanoseconds(now);
        self.starts.moments.fetch_add(moment, Ordering::Relaxed);
    }
}

impl Ends {
    /// One that ran since `started` runs no more.
    pub(super) fn stopped(&mut self, started: Duration, now: Duration) {
        self.number += 1;
        self.moments = self.moments.wrapping_add(nanoseconds(started));
        self.busy += now.saturating_sub(started);
    }

    pub(super) fn ended(&mut self, ended: &Ended) {
        *match ended.status {
            Status::Completed => &mut self.completed,
            Status::Cancelled => &mut self.cancelled,
            Status::TimedOut => &mut self.timed_out,
            _ => &mut self.failed,
        } += 1;
        if let Some(waited) = ended.waited {
            self.wait.record(waited);
        }
        if let Some(started) = ended.started {
            self.run.record(ended.now.saturating_sub(started));
            self.stopped(started, ended.now);
        }
    }
}

impl Counts {
    pub(super) fn read(&self, open: u64, ends: &Ends, workers: &Workers, now: Duration) -> Metrics {
        let plain = |count: Count| self.plain[count as usize].load(Ordering::Relaxed);
        // An attempt that begins right now may be in one of the two and not yet in the other.
        let number = self.starts.number.load(Ordering::Relaxed);
        let moments = self.starts.moments.load(Ordering::Relaxed);
        let running = number.saturating_sub(ends.number);
        let since = moments.wrapping_sub(ends.moments);
        let underway = running.wrapping_mul(nanoseconds(now)).wrapping_sub(since) as i64;
        let busy = ends.busy.as_nanos() as f64 + underway.max(0) as f64;
        let alive = workers.lifetime(now).as_nanos() as f64;
        Metrics {
            submitted: plain(Count::Submitted),
            completed: ends.completed,
            failed: ends.failed,
            cancelled: ends.cancelled,
            timed_out: ends.timed_out,
            refused: plain(Count::Refused),
            retried: plain(Count::Retried),
            unattended: plain(Count::Unattended),
            queued: open.saturating_sub(running),
            running,
            workers_started: plain(Count::Started),
            workers_lost: plain(Count::Lost),
            workers_replaced: plain(Count::Replaced),
            workers_recycled: plain(Count::Recycled),
            detached: plain(Count::Detached),
            taken_back: plain(Count::TakenBack),
            bytes_sent: plain(Count::Sent),
            bytes_received: plain(Count::Received),
            wait: ends.wait.clone(),
            run: ends.run.clone(),
            utilization: if alive > 0.0 {
                (busy / alive).clamp(0.0, 1.0)
            } else {
                0.0
            },
            workers: workers.read(now),
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos() as u64
}

/// The workers there are, and how long those lived that are gone.
#[derive(Default)]
pub(super) struct Workers {
    /// By the order in which they came.
    present: BTreeMap<u64, Worker>,
    last: u64,
    past: Duration,
}

struct Worker {
    name: Arc<str>,
    since: Duration,
    tasks: u64,
    busy: Duration,
}

impl Workers {
    pub(super) fn came(&mut self, name: &str, now: Duration) {
        self.last += 1;
        let worker = Worker {
            name: Arc::from(name),
            since: now,
            tasks: 0,
            busy: Duration::ZERO,
        };
        self.present.insert(self.last, worker);
    }

    pub(super) fn went(&mut self, name: &str, now: Duration) {
        let known = self
            .present
            .iter()
            .find(|(_, worker)| &*worker.name == name);
        let key = known.map(|(key, _)| *key);
        if let Some(worker) = key.and_then(|key| self.present.remove(&key)) {
            self.past += now.saturating_sub(worker.since);
        }
    }

    pub(super) fn did(&mut self, name: &str, busy: Duration) {
        // The few workers of one pool: looking through them is as fast as any map.
        let known = self
            .present
            .values_mut()
            .find(|worker| &*worker.name == name);
        if let Some(worker) = known {
            worker.tasks += 1;
            worker.busy += busy;
        }
    }

    fn lifetime(&self, now: Duration) -> Duration {
        let present = self.present.values();
        self.past
            + present
                .map(|worker| now.saturating_sub(worker.since))
                .sum::<Duration>()
    }

    fn read(&self, now: Duration) -> Vec<WorkerMetrics> {
        let read = |worker: &Worker| WorkerMetrics {
            name: worker.name.to_string(),
            tasks: worker.tasks,
            busy: worker.busy,
            alive: now.saturating_sub(worker.since),
        };
        self.present.values().map(read).collect()
    }
}
