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
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    Queued,
    /// In the line of that worker.
    At(WorkerId),
}

impl Scheduler {
    pub(super) fn submitted(&mut self, key: JobKey, terms: Terms) {
        if self.jobs.contains_key(&key) {
            return;
        }
        let ticket = self.queue.ticket(terms.priority, self.now);
        let deadline = terms.deadline.map(|time| self.now.saturating_add(time));
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, key));
        }
        let job = Job {
            terms,
            ticket,
            deadline,
            place: Place::Queued,
            retries_left: terms.retries,
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

    /// Back to its old place in the queue. Its frame has left its line, or is in vain there.
    pub(super) fn requeue(&mut self, key: JobKey) {
        if let Some(job) = self.jobs.get_mut(&key) {
            job.place = Place::Queued;
            self.queue.insert(job.ticket, key);
        }
    }
}
