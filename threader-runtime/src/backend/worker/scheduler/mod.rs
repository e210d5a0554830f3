//! Who does what when, for workers that share no memory. No I/O, no clock, no JavaScript: events in, actions out.
//!
//! ```text
//!            Submitted                   hand out              it is first in the line
//!  (a job) ───────────▶ queued ────────────────────▶ behind ──────────────────────────▶ running
//!                       ▲  ▲ │                         │ │                               │ │
//!                       │  │ │  taken back, worker gone│ │                               │ │
//!                       │  └─┼─────────────────────────┘ │        crash or timeout,      │ │
//!                       └────┼───────────────────────────┼──── and a retry is left ──────┘ │
//!                            ▼                           ▼                                 ▼
//!                    settled, once: Deliver, Fail, or cancelled from outside; unknown here from then on
//!
//!  (a worker) ── Start ──▶ starting ── Ready ──▶ idle ◀── its line is empty ── busy: a line of frames
//!                              │                  │ └────────── Send ──────────▶ │   the first one runs
//!                 Lost, too slow                  │ Lost, silent, idle too       │ Lost, timeout, deadline,
//!                              ▼                  ▼ long, too much memory        ▼ in vain for too long
//!                            gone: the number is not used again, and nothing it still says counts
//! ```
//!
//! # Invariants
//!
//! `Scheduler::check` verifies the first four after each event of every test.
//!
//! 1. **A job has one place.** Each job in `jobs` is in the queue, or *wanted* in the line of exactly one worker that exists, as
//!    its `Place` says. Any other frame of it, in any line, is *in vain*: cancelled, or taken back and perhaps run nevertheless.
//! 2. **A job settles once.** `settle` is the one way out of `jobs`, and each `Deliver` and each `Fail` is said where it
//!    has just taken the job out. Who is not in `jobs` cannot settle.
//! 3. **No job is lost.** Only `settle` takes a job out of its place without putting it into another: a worker leaves through
//!    `lose`, which puts the wanted frames of its line back into the queue or settles them, or when its line is empty.
//! 4. **No action names a worker that is gone,** a worker has at most one frame of a job, and there are at most `max` workers.
//! 5. **Nothing waits for ever.** If the queue is not empty somebody is up or starting, or has just been asked to. A start has
//!    an end (`start_timeout`); who is first in a line in vain has one (`cancel_grace`); a task that runs has the one
//!    that its terms set, and its own. A worker that is busy is never taken for dead because it is silent: a synchronous task
//!    cannot answer, and only its timeout says how long is too long. One that is idle and silent is (`heartbeat`).
//!    A job whose worker dies before it has begun costs no attempt, but only [`job::SPARED`] times: it may be what kills them.
//! 6. **Nobody idles while a job waits:** neither in the queue, nor behind another in a line.
//! 7. **Order.** Jobs leave the queue in the order of their tickets (see `queue.rs`), and one that comes back has kept its own.
//!    Frames that were sent ahead and have not begun make way for a more urgent job that comes, but for those that are done sooner than
//!    a message would be there (`Pace::negligible`).
//! 8. **Bounded steps.** An event costs time in the number of workers, the length of a line and the logarithm of the queue, unless it
//!    ends the jobs that it goes through.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::job::JobKey;
use crate::queue::Queue;

mod caution;
#[cfg(test)]
mod check;
mod hand_out;
mod interface;
mod job;
mod line;
mod pace;
mod time;
mod worker;

use caution::Caution;
pub(crate) use interface::{
    Action, Beat, Counters, End, Event, Settings, WorkerCounters, WorkerId,
};
use job::{Job, Place};
use pace::Pace;
use worker::{Blame, Worker};

pub(crate) struct Scheduler {
    settings: Settings,
    /// The latest time heard of; clocks may step back, this does not.
    now: Duration,
    jobs: HashMap<JobKey, Job>,
    /// When the last of them was submitted.
    last_submission: Duration,
    queue: Queue<JobKey>,
    deadlines: BTreeSet<(Duration, JobKey)>,
    workers: BTreeMap<WorkerId, Worker>,
    last_worker: WorkerId,
    /// Workers that are gone and that no start has made up for yet.
    gaps: u64,
    pace: Pace,
    /// The job that the event at hand has brought.
    newcomer: Option<JobKey>,
    caution: Caution,
    counters: Counters,
    /// Workers are wanted even without work.
    opened: bool,
    closing: bool,
    /// When the next `Tick` was asked for.
    alarm: Option<Duration>,
    /// What has been said to the event at hand.
    actions: Vec<Action>,
    /// Of these, what workers need not wait for.
    last_actions: Vec<Action>,
    /// Frames that were put into lines and have not been sent.
    unsent: BTreeMap<WorkerId, Vec<JobKey>>,
}

impl Scheduler {
    pub(crate) fn new(settings: Settings) -> Self {
        Scheduler {
            now: Duration::ZERO,
            jobs: HashMap::new(),
            last_submission: Duration::ZERO,
            queue: Queue::new(settings.aging),
            deadlines: BTreeSet::new(),
            workers: BTreeMap::new(),
            last_worker: 0,
            gaps: 0,
            pace: Pace::new(settings.ahead),
            newcomer: None,
            caution: Caution::default(),
            counters: Counters::default(),
            opened: settings.prewarm,
            closing: false,
            alarm: None,
            actions: Vec::new(),
            last_actions: Vec::new(),
            unsent: BTreeMap::new(),
            settings,
        }
    }

    /// Takes note of an event at time `now` and says what follows from it.
    pub(crate) fn on(&mut self, event: Event, now: Duration) -> Vec<Action> {
        self.now = self.now.max(now);
        match event {
            Event::Submitted(job, terms, age) => {
                self.submitted(job, terms, age);
                self.newcomer = Some(job);
            }
            Event::Cancelled(job) => {
                self.settle(job);
            }
            Event::Ready(worker) => self.ready(worker),
            Event::Finished(worker, job, end) => self.finished(worker, job, end),
            Event::Skipped(worker, job) => self.skipped(worker, job),
            Event::Beat(worker, beat) => self.beat(worker, beat),
            Event::Lost(worker, failure) => self.lose(worker, failure, Blame::First),
            Event::LostBetween(worker, failure) => self.lose(worker, failure, Blame::Nobody),
            Event::Tick => self.overdue(),
            Event::StoodStill(span) => self.stood_still(span),
            Event::Closing => self.closing = true,
        }
        self.hand_out();
        self.set_alarm();
        self.actions.append(&mut self.last_actions);
        #[cfg(test)]
        self.check();
        std::mem::take(&mut self.actions)
    }

    /// Whether the worker has not yet loaded the program.
    pub(crate) fn is_starting(&self, worker: WorkerId) -> bool {
        self.workers.get(&worker).is_some_and(Worker::is_starting)
    }

    /// The job that is first in the worker's line, wanted or not.
    pub(crate) fn job_of(&self, worker: WorkerId) -> Option<JobKey> {
        Some(self.workers.get(&worker)?.line.first()?.job)
    }

    /// The worker in whose line the job is wanted.
    pub(crate) fn worker_of(&self, job: JobKey) -> Option<WorkerId> {
        match self.jobs.get(&job)?.place {
            Place::At(worker) => Some(worker),
            Place::Queued => None,
        }
    }

    /// Whether there is a job that somebody may wait for.
    pub(crate) fn has_work(&self) -> bool {
        !self.jobs.is_empty()
    }

    /// Whether nothing is left to do and nobody left to do it.
    pub(crate) fn is_over(&self) -> bool {
        self.closing && self.workers.is_empty() && self.jobs.is_empty()
    }

    pub(crate) fn counters(&self) -> Counters {
        let runs = |worker: &&Worker| worker.line.first().is_some_and(|frame| frame.wanted);
        let running = self.workers.values().filter(runs).count();
        Counters {
            queued: self.jobs.len() - running,
            running,
            ..self.counters
        }
    }

    /// Of each worker that exists.
    pub(crate) fn workers(&self) -> impl Iterator<Item = (WorkerId, WorkerCounters)> {
        let workers = self.workers.iter();
        workers.map(|(id, worker)| (*id, worker.counters()))
    }

    fn say(&mut self, action: Action) {
        self.actions.push(action);
    }

    fn starting(&self) -> usize {
        self.workers.values().filter(|w| w.is_starting()).count()
    }
}

#[cfg(test)]
mod tests;
