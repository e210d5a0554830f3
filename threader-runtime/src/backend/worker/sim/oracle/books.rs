//! What the oracle knows of each job and each worker.

use super::super::super::scheduler::WorkerId;
use super::super::plan::Pool;
use crate::job::JobKey;
use crate::terms::{Priority, Terms};

pub(super) struct Job {
    /// Whose turn it is: when it would have been submitted if all were of the highest priority, then who came first.
    pub(super) turn: (u128, u64),
    pub(super) timeout: Option<u64>,
    /// When, not how long.
    pub(super) deadline: Option<u64>,
    pub(super) retries: u32,
    pub(super) attempts: u32,
    /// How often its worker died before it had begun, and it was not blamed.
    pub(super) spared: u32,
    /// It is in the queue: no worker has it.
    pub(super) waiting: bool,
    /// On which worker the attempt runs that counts, and since when.
    pub(super) running: Option<(WorkerId, u64)>,
    pub(super) settled: Option<(Settled, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Settled {
    Delivered,
    Failed,
    TimedOut,
    Cancelled,
}

impl Job {
    pub(super) fn new(number: u64, terms: Terms, pool: &Pool, now: u64) -> Self {
        let micros = |time: std::time::Duration| time.as_micros() as u64;
        let levels_below = match terms.priority {
            Priority::High => 0,
            Priority::Normal => 1,
            Priority::Low => 2,
        };
        Job {
            turn: (
                u128::from(now) + levels_below * u128::from(pool.aging),
                number,
            ),
            timeout: terms.timeout.map(micros),
            deadline: terms.deadline.map(|deadline| now + micros(deadline)),
            retries: terms.retries,
            attempts: 0,
            spared: 0,
            waiting: true,
            running: None,
            settled: None,
        }
    }

    pub(super) fn settle(&mut self, how: Settled, now: u64) {
        self.settled = Some((how, now));
        self.waiting = false;
        self.running = None;
    }

    pub(super) fn is_open(&self) -> bool {
        self.settled.is_none()
    }

    pub(super) fn is_past_deadline(&self, now: u64) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    /// When the attempt that began at `since` has taken too long.
    pub(super) fn times_out(&self, since: u64) -> Option<u64> {
        Some(since + self.timeout?)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) job: JobKey,
    pub(super) taken_back: bool,
}

#[derive(Debug)]
pub(super) struct Worker {
    pub(super) started: u64,
    pub(super) up: bool,
    /// Frames that it was sent and has not answered, in this order.
    pub(super) line: Vec<Frame>,
    /// Since when the first in its line is the first.
    pub(super) head_since: u64,
    pub(super) idle_since: u64,
    /// The first question that it has not answered since it said something last.
    pub(super) pinged: Option<u64>,
    pub(super) heard: u64,
    pub(super) memory: u64,
}

impl Worker {
    pub(super) fn new(now: u64) -> Self {
        Worker {
            started: now,
            up: false,
            line: Vec::new(),
            head_since: now,
            idle_since: now,
            pinged: None,
            heard: now,
            memory: 0,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.up && self.line.is_empty()
    }

    pub(super) fn holds(&self, job: JobKey) -> bool {
        self.line.iter().any(|frame| frame.job == job)
    }

    pub(super) fn head(&self) -> Option<Frame> {
        self.line.first().copied()
    }

    /// False if it does not have it.
    pub(super) fn remove(&mut self, job: JobKey, now: u64) -> bool {
        let Some(index) = self.line.iter().position(|frame| frame.job == job) else {
            return false;
        };
        self.line.remove(index);
        if index == 0 {
            self.head_since = now;
        }
        if self.line.is_empty() {
            self.idle_since = now;
            self.pinged = None;
        }
        true
    }
}
