//! Plain numbers that many threads write to.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Ended;
use crate::control::Status;
use crate::metrics::{Metrics, Recorder, WorkerMetrics};

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

#[derive(Default)]
pub(super) struct Counts {
    plain: [AtomicU64; COUNTS],
    ended: [AtomicU64; 4],
    running: AtomicU64,
    /// The sum of the moments at which those that run were started, in nanoseconds: with their number it tells how long
    /// they have run together.
    running_since: AtomicU64,
    busy: AtomicU64,
    wait: Recorder,
    run: Recorder,
}

impl Counts {
    pub(super) fn add(&self, count: Count, number: u64) {
        self.plain[count as usize].fetch_add(number, Ordering::Relaxed);
    }

    pub(super) fn started(&self, now: Duration, waited: Option<Duration>) {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.running_since
            .fetch_add(nanoseconds(now), Ordering::Relaxed);
        if let Some(waited) = waited {
            self.wait.record(waited);
        }
    }

    /// One that ran runs no more.
    pub(super) fn stopped(&self, started: Duration, now: Duration) {
        self.running.fetch_sub(1, Ordering::Relaxed);
        self.running_since
            .fetch_sub(nanoseconds(started), Ordering::Relaxed);
        self.busy
            .fetch_add(nanoseconds(now.saturating_sub(started)), Ordering::Relaxed);
    }

    pub(super) fn ended(&self, ended: &Ended) {
        let index = match ended.status {
            Status::Completed => 0,
            Status::Cancelled => 1,
            Status::TimedOut => 2,
            _ => 3,
        };
        self.ended[index].fetch_add(1, Ordering::Relaxed);
        if let Some(started) = ended.started {
            self.run.record(ended.now.saturating_sub(started));
        }
    }

    pub(super) fn read(&self, open: u64, workers: &Workers, now: Duration) -> Metrics {
        let plain = |count: Count| self.plain[count as usize].load(Ordering::Relaxed);
        let [completed, cancelled, timed_out, failed] =
            [0, 1, 2, 3].map(|index: usize| self.ended[index].load(Ordering::Relaxed));
        // Each of these is right, and together they may be of slightly different moments.
        let running = self.running.load(Ordering::Relaxed);
        let since = self.running_since.load(Ordering::Relaxed);
        let underway = running.wrapping_mul(nanoseconds(now)).wrapping_sub(since) as i64;
        let busy = self.busy.load(Ordering::Relaxed) as f64 + underway.max(0) as f64;
        let alive = workers.lifetime(now).as_nanos() as f64;
        Metrics {
            submitted: plain(Count::Submitted),
            completed,
            failed,
            cancelled,
            timed_out,
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
            wait: self.wait.read(),
            run: self.run.read(),
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
