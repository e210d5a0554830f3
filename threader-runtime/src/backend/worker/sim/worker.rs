//! A worker as the scheduler cannot see it: it runs one job at a time, hears nothing meanwhile, and may be gone.

use std::collections::VecDeque;
use std::time::Duration;

use super::super::scheduler::{Beat, End, Event, WorkerId};
use super::plan::{Fate, Outcome, Run};
use crate::error::{ErrorKind, Failure};
use crate::job::JobKey;

/// What the scheduler has the owner post to a worker.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Message {
    Run(Vec<JobKey>),
    TakeBack(JobKey),
    Ping,
}

pub(super) struct Worker {
    id: WorkerId,
    pub(super) fate: Fate,
    up: bool,
    pub(super) dead: bool,
    /// What it was in when it died.
    pub(super) died_in: Option<JobKey>,
    /// Posted to it and not yet looked at.
    port: VecDeque<Message>,
    line: VecDeque<JobKey>,
    pub(super) running: Option<(JobKey, Run)>,
    memory: u64,
    /// When the last message arrives that is on the way to it, and from it: messages do not overtake each other.
    pub(super) last_to: u64,
    pub(super) last_from: u64,
}

impl Worker {
    pub(super) fn new(id: WorkerId, fate: Fate) -> Self {
        Worker {
            id,
            fate,
            up: false,
            dead: false,
            died_in: None,
            port: VecDeque::new(),
            line: VecDeque::new(),
            running: None,
            memory: 100,
            last_to: 0,
            last_from: 0,
        }
    }

    pub(super) fn comes_up(&mut self) -> Vec<Event> {
        self.up = true;
        vec![Event::Ready(self.id)]
    }

    /// A message lies in its port.
    pub(super) fn is_posted(&mut self, message: Message) {
        self.port.push_back(message);
    }

    /// It looks into its port, if it has time to, and begins what is next in its line: true if it did.
    pub(super) fn turn(&mut self, run_of: impl Fn(JobKey) -> Run, said: &mut Vec<Event>) -> bool {
        if self.dead || !self.up || self.running.is_some() {
            return false;
        }
        while let Some(message) = self.port.pop_front() {
            match message {
                Message::Run(jobs) => self.line.extend(jobs),
                Message::TakeBack(job) => {
                    if let Some(index) = self.line.iter().position(|waiting| *waiting == job) {
                        self.line.remove(index);
                        said.push(Event::Skipped(self.id, job));
                    }
                }
                Message::Ping => said.push(self.beat()),
            }
        }
        self.running = self.line.pop_front().map(|job| (job, run_of(job)));
        self.running.is_some()
    }

    /// The attempt that runs comes to its end, which may be the worker's.
    pub(super) fn run_ends(&mut self) -> Vec<Event> {
        let Some((job, run)) = self.running.take() else {
            return Vec::new();
        };
        self.memory += run.memory;
        // Half of them say how long it was.
        let took = self
            .id
            .is_multiple_of(2)
            .then_some(Duration::from_micros(run.took));
        let finished = |end| Event::Finished(self.id, job, end);
        let mut said = match run.end {
            Outcome::Value => vec![finished(End::Value(took))],
            Outcome::Panics => vec![finished(End::Failure(failure(
                ErrorKind::Panicked,
                "the task",
                job,
            )))],
            Outcome::Aborts => {
                return vec![self.dies(Some(job), failure(ErrorKind::Panicked, "the task", job))];
            }
            Outcome::Crashes => {
                return vec![self.dies(Some(job), failure(ErrorKind::Crashed, "the task", job))];
            }
            Outcome::Hangs => Vec::new(),
        };
        if run.memory > 0 {
            // Some say it before the result, some after it.
            said.insert(usize::from(job % 2 == 0), self.beat());
        }
        said
    }

    /// What the platform says of it afterwards.
    pub(super) fn dies(&mut self, job: Option<JobKey>, failure: Failure) -> Event {
        self.dead = true;
        self.died_in = job;
        Event::Lost(self.id, failure)
    }

    fn beat(&self) -> Event {
        let memory = self.memory;
        Event::Beat(self.id, Beat { memory })
    }
}

/// A text of its own for each, so that failures cannot be mistaken for each other.
pub(super) fn failure(kind: ErrorKind, whose: &str, number: u64) -> Failure {
    Failure::new(kind, format!("{whose} {number} {kind}"))
}
