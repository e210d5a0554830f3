//! One worker from its start to its end, and what its messages mean.

use std::time::Duration;

use super::Scheduler;
use super::interface::{Action, Beat, End, WorkerCounters, WorkerId};
use super::line::{Frame, Line};
use crate::error::{ErrorKind, Failure};
use crate::job::JobKey;

/// What was taken back and is first has at least this long to be answered for: the answer may be on its way.
const ANSWER: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(super) struct Worker {
    pub(super) phase: Phase,
    pub(super) line: Line,
    /// Since when its first frame is its first; while it is idle, since when it is.
    pub(super) since: Duration,
    /// When the first frame, or the start, has taken too long.
    pub(super) until: Option<Duration>,
    /// When it last said something.
    pub(super) heard: Duration,
    /// When it was pinged, if it has not said anything since.
    pub(super) pinged: Option<Duration>,
    finished: u64,
    memory: u64,
}

/// Whose attempt ends with its worker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Blame {
    /// The first in the line: it was running.
    First,
    /// It died between two jobs.
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Phase {
    Starting,
    Up,
    /// It gets nothing more, and is stopped when its line is empty.
    Retiring,
}

impl Worker {
    pub(super) fn new(now: Duration, until: Duration) -> Self {
        Worker {
            phase: Phase::Starting,
            line: Line::default(),
            since: now,
            until: Some(until),
            heard: now,
            pinged: None,
            finished: 0,
            memory: 0,
        }
    }

    pub(super) fn is_starting(&self) -> bool {
        self.phase == Phase::Starting
    }

    pub(super) fn is_idle(&self) -> bool {
        self.phase == Phase::Up && self.line.is_empty()
    }

    pub(super) fn counters(&self) -> WorkerCounters {
        WorkerCounters {
            finished: self.finished,
            in_flight: self.line.len(),
            memory: self.memory,
        }
    }

    fn is_heard(&mut self, now: Duration) {
        self.heard = now;
        self.pinged = None;
    }
}

/// What the worker's messages change.
impl Scheduler {
    pub(super) fn ready(&mut self, id: WorkerId) {
        let now = self.now;
        if let Some(worker) = self.workers.get_mut(&id).filter(|w| w.is_starting()) {
            worker.phase = Phase::Up;
            worker.since = now;
            worker.until = None;
            worker.is_heard(now);
            self.caution.started();
        }
    }

    pub(super) fn finished(&mut self, id: WorkerId, key: JobKey, end: End) {
        let Some(worker) = self.workers.get_mut(&id) else {
            return;
        };
        let Some(ahead) = worker.line.position(key) else {
            return;
        };
        worker.is_heard(self.now);
        worker.finished += 1;
        self.caution.worked();
        if let End::Value(took) = end {
            // It ran this one, so it is done with those before it, and what it said of them is lost.
            for _ in 0..ahead {
                self.pass_over(id);
            }
            self.pace
                .note(took.unwrap_or(self.now - self.workers[&id].since));
        }
        let Some((ahead, frame)) = self.take_out(id, key) else {
            return;
        };
        match end {
            // From whichever worker it is: the same function of the same arguments.
            End::Value(_) => {
                if self.settle(key).is_some() {
                    self.last_actions.push(Action::Deliver(key));
                }
            }
            End::Failure(failure) if frame.wanted => self.end_attempt(key, failure),
            // Taken back here, and run nevertheless. What is the task's own fault is its end; else another attempt counts.
            End::Failure(failure) => {
                if !failure.is_retryable() && self.settle(key).is_some() {
                    self.say(Action::Fail(key, failure));
                }
            }
        }
        // One that could not be sent may have been behind; then the first goes on.
        if ahead == 0 {
            self.next_begins(id);
        }
    }

    pub(super) fn skipped(&mut self, id: WorkerId, key: JobKey) {
        let Some((ahead, frame)) = self.take_out(id, key) else {
            return;
        };
        if let Some(worker) = self.workers.get_mut(&id) {
            worker.is_heard(self.now);
        }
        if frame.wanted {
            // Nobody has asked for that; at least it is an answer.
            if ahead == 0 {
                self.say(Action::Waiting(key));
            }
            self.requeue(key);
        }
        if ahead == 0 {
            self.next_begins(id);
        }
    }

    pub(super) fn beat(&mut self, id: WorkerId, beat: Beat) {
        let Some(worker) = self.workers.get_mut(&id) else {
            return;
        };
        worker.is_heard(self.now);
        worker.memory = beat.memory;
        let too_much = self
            .settings
            .memory_limit
            .is_some_and(|limit| beat.memory > limit);
        if too_much && worker.phase == Phase::Up {
            worker.phase = Phase::Retiring;
        }
    }

    /// The worker is gone, or has to go. Those behind the first in its line have not begun.
    pub(super) fn lose(&mut self, id: WorkerId, failure: Failure, blame: Blame) {
        let Some(mut worker) = self.workers.remove(&id) else {
            return;
        };
        self.say(Action::Stop(id));
        if worker.is_starting() {
            self.caution.start_failed(self.now);
            if self.workers.is_empty() {
                // Nobody is there or on the way: those who wait learn why. The next submission tries again.
                while let Some((_, key)) = self.queue.pop() {
                    self.settle(key);
                    self.say(Action::Fail(key, failure.clone()));
                }
            }
            return;
        }
        self.counters.lost += 1;
        self.gaps += 1;
        if worker.finished == 0 && (worker.line.is_empty() || blame == Blame::Nobody) {
            self.caution.died_idle(self.now);
        }
        if let Some(first) = worker.line.pop().filter(|frame| frame.wanted) {
            match blame {
                Blame::First => self.end_attempt(first.job, failure),
                Blame::Nobody => self.spare(first.job, failure),
            }
        }
        while let Some(behind) = worker.line.pop() {
            if behind.wanted {
                self.requeue(behind.job);
            }
        }
    }

    /// Stops a worker whose line is empty, because it is not needed.
    pub(super) fn let_go(&mut self, id: WorkerId) {
        if let Some(worker) = self.workers.remove(&id) {
            self.say(Action::Stop(id));
            if worker.phase == Phase::Retiring {
                self.counters.recycled += 1;
                self.gaps += 1;
                if worker.finished == 0 {
                    self.caution.died_idle(self.now);
                }
            }
        }
    }

    /// The worker's line has a new first frame, or none.
    pub(super) fn next_begins(&mut self, id: WorkerId) {
        let now = self.now;
        let Some(worker) = self.workers.get_mut(&id) else {
            return;
        };
        worker.since = now;
        worker.until = match worker.line.first() {
            None => None,
            Some(frame) if frame.wanted => {
                let timeout = self.jobs[&frame.job].terms.timeout;
                self.actions.push(Action::Running(frame.job, id));
                timeout.map(|timeout| now.saturating_add(timeout))
            }
            // Taken back too late, or not yet answered for. Only short tasks are sent ahead, so it is soon over, or stuck.
            Some(_) => Some(now.saturating_add(self.settings.cancel_grace.max(ANSWER))),
        };
    }

    /// A frame of the job in the worker's line, if there is one, is in vain from now on.
    pub(super) fn give_up_at(&mut self, id: WorkerId, key: JobKey) {
        let Some(worker) = self.workers.get_mut(&id) else {
            return;
        };
        match worker.line.give_up(key) {
            None => {}
            Some(0) => {
                worker.until = Some(self.now.saturating_add(self.settings.cancel_grace));
            }
            Some(_) => self.say(Action::TakeBack(id, key)),
        }
    }

    /// The first frame of the worker's line will not be answered any more.
    fn pass_over(&mut self, id: WorkerId) {
        let worker = self.workers.get_mut(&id);
        if let Some(frame) = worker.and_then(|worker| worker.line.pop())
            && frame.wanted
        {
            let failure = Failure::new(ErrorKind::Crashed, "the worker's answer was lost");
            self.end_attempt(frame.job, failure);
        }
        self.next_begins(id);
    }

    fn take_out(&mut self, id: WorkerId, key: JobKey) -> Option<(usize, Frame)> {
        self.workers.get_mut(&id)?.line.remove(key)
    }
}
