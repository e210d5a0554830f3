//! One job from its submission to its end.

use std::time::Duration;

use super::Scheduler;
use super::interface::{Action, WorkerId};
use crate::error::Failure;
use crate::job::JobKey;
use crate::queue::Ticket;
use crate::terms::Terms;

#[derive(Debug)]
pub(super) struct Job {
    pub(super) terms: Terms,
    /// Its place in the queue, whenever it is there.
    pub(super) ticket: Ticket,
    /// The deadline as a time.
    pub(super) deadline: Option<Duration>,
    pub(super) place: Place,
    /// How often it may yet be started again.
    pub(super) retries_left: u32,
    /// How often its worker died before it had begun.
    spared: u32,
}

/// A job is the first in the line of so many workers that die before it has begun, and is not blamed. Of the next one it is: else a
/// program whose workers do not live long would never hear of it.
pub(super) const SPARED: u32 = 3;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    Queued,
    /// In the line of that worker.
    At(WorkerId),
}

impl Scheduler {
    pub(super) fn submitted(&mut self, key: JobKey, terms: Terms, age: Duration) {
        if self.jobs.contains_key(&key) {
            return;
        }
        // Messages take now longer, now shorter; jobs come in the order of their submission all the
        // same.
        let at = self.now.saturating_sub(age);
        self.last_submission = self.last_submission.max(at);
        let ticket = self.queue.ticket(terms.priority, self.last_submission);
        let left = terms.deadline.map(|span| span.saturating_sub(age));
        let deadline = left.map(|left| self.now.saturating_add(left));
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, key));
        }
        let job = Job {
            terms,
            ticket,
            deadline,
            place: Place::Queued,
            retries_left: terms.retries,
            spared: 0,
        };
        self.jobs.insert(key, job);
        self.queue.insert(ticket, key);
        self.opened = true;
    }

    /// Takes the job out of the books, and out of its place. `None` if it was out already: then it has settled.
    pub(super) fn settle(&mut self, key: JobKey) -> Option<Job> {
        let job = self.jobs.remove(&key)?;
        if let Some(deadline) = job.deadline {
            self.deadlines.remove(&(deadline, key));
        }
        match job.place {
            Place::Queued => drop(self.queue.remove(job.ticket)),
            Place::At(worker) => self.give_up_at(worker, key),
        }
        Some(job)
    }

    /// The job's attempt came to nothing: another one, if that may help and is granted, else the end. Its frame has left
    /// its line.
    pub(super) fn end_attempt(&mut self, key: JobKey, failure: Failure) {
        let Some(job) = self.jobs.get_mut(&key) else {
            return;
        };
        if job.retries_left > 0 && failure.is_retryable() {
            job.retries_left -= 1;
            self.counters.retried += 1;
            self.say(Action::Waiting(key));
            self.requeue(key);
        } else {
            self.settle(key);
            self.say(Action::Fail(key, failure));
        }
    }

    /// The job was first in the line of a worker that died before it had begun.
    pub(super) fn spare(&mut self, key: JobKey, failure: Failure) {
        match self.jobs.get_mut(&key) {
            Some(job) if job.spared < SPARED => {
                job.spared += 1;
                self.say(Action::Unbegun(key));
                self.requeue(key);
            }
            _ => self.end_attempt(key, failure),
        }
    }

    /// Back to its old place in the queue. Its frame has left its line, or is in vain there.
    pub(super) fn requeue(&mut self, key: JobKey) {
        if let Some(job) = self.jobs.get_mut(&key) {
            job.place = Place::Queued;
            self.queue.insert(job.ticket, key);
        }
    }
}
