//! What the scheduler has promised, kept apart from how it keeps it. The oracle sees the same events and actions and holds
//! books of its own: where each job is, what each worker has in its line, which limits are ahead.
//!
//! For each step: [`Oracle::hear`], then [`Oracle::check_action`] for each action in turn, then [`Oracle::check_state`].

mod actions;
mod books;
mod counted;
mod ends;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use super::super::scheduler::{End, Event, WorkerId};
use super::plan::Plan;
use crate::error::{ErrorKind, Failure};
use crate::job::JobKey;
use books::{Frame, Job, Settled, Worker};
pub(super) use counted::Seen;

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Broken {
    /// The same for the same promise, whatever the plan.
    pub(in super::super) rule: &'static str,
    pub(in super::super) text: String,
}

type Checked = Result<(), Broken>;

fn broken(rule: &'static str, text: impl Into<String>) -> Broken {
    let text = text.into();
    Broken { rule, text }
}

pub(super) struct Oracle {
    plan: Plan,
    now: u64,
    jobs: BTreeMap<JobKey, Job>,
    workers: BTreeMap<WorkerId, Worker>,
    last_worker: WorkerId,
    /// A start has failed, and none has succeeded since.
    starts_fail: bool,
    closing: bool,
    /// The shortest time from `Running` to `Finished` so far.
    shortest: Option<u64>,
    step: Step,
    pub(super) seen: Seen,
}

/// What is known of the step that is being checked.
struct Step {
    event: Event,
    /// What has to be among its actions.
    owed: Vec<Owed>,
    /// Attempts that were running on a worker that was stopped: job, worker, since when.
    ended: Vec<(JobKey, WorkerId, u64)>,
    /// Jobs that were sent, and to whom.
    sent: Vec<(JobKey, WorkerId)>,
    /// Jobs that were taken back for another worker, and from whom.
    taken: Vec<(JobKey, WorkerId)>,
    /// Workers whose start came to nothing.
    not_started: Vec<WorkerId>,
    /// Jobs whose result was lost, as the worker's next one shows.
    unheard: Vec<(JobKey, WorkerId)>,
    starts: usize,
    /// Workers that had been up and were stopped.
    left: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Owed {
    Deliver(JobKey),
    Fail(JobKey, Failure),
    /// The attempt is over: the job settles or waits again.
    EndAttempt(JobKey),
    TakeBack(WorkerId, JobKey),
    Stop(WorkerId),
}

impl Oracle {
    pub(super) fn new(plan: &Plan) -> Self {
        Oracle {
            plan: plan.clone(),
            now: 0,
            jobs: BTreeMap::new(),
            workers: BTreeMap::new(),
            last_worker: 0,
            starts_fail: false,
            closing: false,
            shortest: None,
            step: Step::new(Event::Tick),
            seen: Seen::default(),
        }
    }

    /// Takes note of what the scheduler is about to be told, and of what that obliges it to.
    pub(super) fn hear(&mut self, event: &Event, now: u64) {
        self.now = now;
        self.step = Step::new(event.clone());
        match event {
            Event::Submitted(key, terms, _) => {
                let pool = &self.plan.pool;
                self.jobs
                    .insert(*key, Job::new(self.jobs.len() as u64, *terms, pool, now));
            }
            Event::Cancelled(job) => self.hear_cancelled(*job),
            Event::Ready(id) => {
                if let Some(worker) = self.workers.get_mut(id).filter(|worker| !worker.up) {
                    worker.up = true;
                    worker.idle_since = now;
                    self.starts_fail = false;
                }
            }
            Event::Finished(id, job, end) => self.hear_finished(*id, *job, end),
            Event::Skipped(id, job) => self.hear_skipped(*id, *job),
            Event::Beat(id, beat) => {
                if let Some(worker) = self.workers.get_mut(id) {
                    worker.memory = beat.memory;
                    worker.pinged = None;
                }
            }
            Event::Lost(id, _) | Event::LostBetween(id, _) => {
                if self.workers.contains_key(id) {
                    self.step.owed.push(Owed::Stop(*id));
                }
            }
            Event::Tick => {}
            Event::Closing => self.closing = true,
            // This world never stands still.
            Event::StoodStill(_) => {}
        }
        if let Event::Ready(id)
        | Event::Finished(id, ..)
        | Event::Skipped(id, _)
        | Event::Beat(id, _) = event
            && let Some(worker) = self.workers.get_mut(id)
        {
            worker.heard = now;
        }
    }

    fn hear_cancelled(&mut self, key: JobKey) {
        let Some(job) = self.jobs.get_mut(&key).filter(|job| job.settled.is_none()) else {
            return;
        };
        let running = job.running.map(|(worker, _)| worker);
        job.settle(Settled::Cancelled, self.now);
        self.seen.cancels_running += u64::from(running.is_some());
        for (id, worker) in &self.workers {
            let behind = |frame: &&Frame| frame.job == key && !frame.taken_back;
            if worker.line.iter().skip(1).any(|frame| behind(&frame)) {
                self.step.owed.push(Owed::TakeBack(*id, key));
            }
        }
    }

    fn hear_finished(&mut self, id: WorkerId, key: JobKey, end: &End) {
        let Some(worker) = self.workers.get_mut(&id) else {
            self.seen.late_messages += 1;
            return;
        };
        let Some(place) = worker.line.iter().position(|frame| frame.job == key) else {
            return;
        };
        // After a value those before it in the line are over as well: what the worker said of them was lost.
        let unheard = if let End::Value(_) = end { place } else { 0 };
        let took = match (end, place) {
            (End::Value(Some(took)), _) => took.as_micros() as u64,
            (_, 0) => self.now - worker.head_since,
            _ => 0,
        };
        self.shortest = Some(self.shortest.map_or(took, |shortest| shortest.min(took)));
        let passed: Vec<Frame> = worker.line[..unheard].to_vec();
        for frame in &passed {
            worker.remove(frame.job, self.now);
        }
        worker.remove(key, self.now);
        for frame in passed.iter().filter(|frame| !frame.taken_back) {
            self.pass_over(id, frame.job);
        }
        let Some(job) = self.jobs.get_mut(&key).filter(|job| job.is_open()) else {
            self.seen.in_vain += 1;
            return;
        };
        // It may wait for another attempt: one that comes too late for that to be needed.
        job.waiting = false;
        self.step.owed.push(match end {
            End::Value(_) => Owed::Deliver(key),
            End::Failure(failure) => Owed::Fail(key, failure.clone()),
        });
    }

    /// The job has run on the worker, and what came of it will never be known.
    fn pass_over(&mut self, id: WorkerId, key: JobKey) {
        let Some(job) = self.jobs.get_mut(&key).filter(|job| job.is_open()) else {
            return;
        };
        if let Some((on, since)) = job.running.take() {
            self.step.ended.push((key, on, since));
        }
        self.step.unheard.push((key, id));
        self.step.owed.push(Owed::EndAttempt(key));
        self.seen.unheard += 1;
    }

    fn hear_skipped(&mut self, id: WorkerId, key: JobKey) {
        let Some(worker) = self.workers.get_mut(&id) else {
            return;
        };
        if worker.remove(key, self.now) {
            self.seen.skipped += 1;
        }
    }

    pub(super) fn settled(&self) -> usize {
        self.jobs
            .values()
            .filter(|job| job.settled.is_some())
            .count()
    }

    pub(super) fn all_settled(&self) -> bool {
        self.settled() == self.jobs.len()
    }

    pub(super) fn is_over(&self) -> bool {
        self.closing && self.all_settled() && self.workers.is_empty()
    }

    /// Jobs that run, have not settled, and may do so for ever; with their workers.
    pub(super) fn without_limit(&self) -> Vec<(JobKey, WorkerId)> {
        let endless = |job: &&Job| job.timeout.is_none() && job.deadline.is_none();
        let running =
            |(key, job): (&JobKey, &Job)| Some((*key, endless(&job).then_some(job.running)??.0));
        self.jobs.iter().filter_map(running).collect()
    }

    pub(super) fn never_ends(&self) -> Broken {
        let open: BTreeSet<_> = self
            .jobs
            .iter()
            .filter(|(_, job)| job.settled.is_none())
            .map(|(key, _)| *key)
            .collect();
        let workers: Vec<_> = self.workers.keys().collect();
        let text = format!("jobs {open:?} never settle, workers {workers:?} are still there");
        match open.is_empty() {
            true => broken("a closed pool comes to rest", text),
            false => broken("every job settles at last", text),
        }
    }

    pub(super) fn panicked(&self) -> Broken {
        broken(
            "the scheduler does not panic",
            format!("{:?}", self.step.event),
        )
    }

    /// The worker that the event says is lost, and why.
    fn lost(&self) -> Option<(WorkerId, &Failure)> {
        match &self.step.event {
            Event::Lost(id, failure) | Event::LostBetween(id, failure) => Some((*id, failure)),
            _ => None,
        }
    }

    /// Whether the failure of a worker with the job running is one that may be tried again.
    fn is_retryable(failure: &Failure) -> bool {
        failure.kind == ErrorKind::Crashed
    }
}

impl Step {
    fn new(event: Event) -> Self {
        Step {
            event,
            owed: Vec::new(),
            ended: Vec::new(),
            sent: Vec::new(),
            taken: Vec::new(),
            not_started: Vec::new(),
            unheard: Vec::new(),
            starts: 0,
            left: 0,
        }
    }

    fn pay(&mut self, owed: &Owed) {
        self.owed.retain(|other| other != owed);
    }
}
