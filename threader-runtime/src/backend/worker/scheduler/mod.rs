//! Who does what when, for workers that share no memory. No I/O, no clock, no JavaScript: events in, actions out.
//!
//! ```text
//! Starting ── ready ──▶ Idle ◀── finished ── Busy(job)
//!    │                   └────── send ──────▶  │ cancelled
//!    │ lost, too slow                          ▼
//!    └──────────▶ (gone) ◀── grace over ── Leaving ── finished ──▶ Idle
//! ```
//!
//! Invariants: a job is queued, or with exactly one worker, or unknown here; no action names a worker that is gone;
//! at most `max` workers exist; a queued job has a worker that will take it, or one that is starting.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::Duration;

use crate::error::{ErrorKind, Failure};
use crate::job::JobKey;

mod interface;

pub(crate) use interface::{
    Action, Beat, Counters, End, Event, Settings, WorkerCounters, WorkerId,
};

pub(crate) struct Scheduler {
    settings: Settings,
    counters: Counters,
    /// In order of submission. May hold jobs that are no longer in `waiting`.
    queue: VecDeque<JobKey>,
    waiting: HashSet<JobKey>,
    workers: BTreeMap<WorkerId, Phase>,
    last_worker: WorkerId,
    /// Starts that failed since one succeeded. While there are any, only one worker at a time is tried.
    failed_starts: u32,
    /// When the next `Tick` was asked for.
    alarm: Option<Duration>,
    closing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Starting { until: Duration },
    Idle,
    Busy(JobKey),
    Leaving { job: JobKey, until: Duration },
}

impl Scheduler {
    pub(crate) fn new(settings: Settings) -> Self {
        Scheduler {
            settings,
            counters: Counters::default(),
            queue: VecDeque::new(),
            waiting: HashSet::new(),
            workers: BTreeMap::new(),
            last_worker: 0,
            failed_starts: 0,
            alarm: None,
            closing: false,
        }
    }

    /// Takes note of an event at time `now` and says what follows from it.
    pub(crate) fn on(&mut self, event: Event, now: Duration) -> Vec<Action> {
        let mut actions = Vec::new();
        let mut last = Vec::new();
        match event {
            Event::Submitted(job, _) => {
                self.queue.push_back(job);
                self.waiting.insert(job);
            }
            Event::Cancelled(job) => self.cancelled(job, now),
            Event::Ready(worker) => {
                if let Some(phase @ Phase::Starting { .. }) = self.workers.get_mut(&worker) {
                    *phase = Phase::Idle;
                    self.failed_starts = 0;
                }
            }
            Event::Finished(worker, job, end) => {
                let wanted = self.worker_of(job) == Some(worker);
                if self.job_of(worker) == Some(job) {
                    self.workers.insert(worker, Phase::Idle);
                }
                match end {
                    End::Value if wanted => last.push(Action::Deliver(job)),
                    End::Failure(failure) if wanted => last.push(Action::Fail(job, failure)),
                    _ => {}
                }
            }
            Event::Skipped(..) | Event::Beat(..) => {}
            Event::Lost(worker, failure) => self.lost(worker, failure, &mut actions),
            Event::Tick => {
                self.alarm = None;
                self.overdue(now, &mut actions);
            }
            Event::Closing => self.closing = true,
        }
        self.assign(now, &mut actions);
        self.set_alarm(&mut actions);
        actions.extend(last);
        actions
    }

    /// Whether the worker has not yet loaded the program.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn is_starting(&self, worker: WorkerId) -> bool {
        matches!(self.workers.get(&worker), Some(Phase::Starting { .. }))
    }

    /// The job that the worker has, wanted or not.
    pub(crate) fn job_of(&self, worker: WorkerId) -> Option<JobKey> {
        match self.workers.get(&worker)? {
            Phase::Busy(job) | Phase::Leaving { job, .. } => Some(*job),
            Phase::Starting { .. } | Phase::Idle => None,
        }
    }

    /// The worker that the job is with, in whose line it is wanted.
    pub(crate) fn worker_of(&self, job: JobKey) -> Option<WorkerId> {
        let has = |phase: &Phase| *phase == Phase::Busy(job);
        let mut workers = self.workers.iter();
        workers.find_map(|(worker, phase)| has(phase).then_some(*worker))
    }

    pub(crate) fn counters(&self) -> Counters {
        let busy = |phase: &&Phase| matches!(phase, Phase::Busy(_));
        Counters {
            queued: self.waiting.len(),
            running: self.workers.values().filter(busy).count(),
            ..self.counters
        }
    }

    /// Of each worker that exists.
    pub(crate) fn workers(&self) -> impl Iterator<Item = (WorkerId, WorkerCounters)> {
        self.workers.iter().map(|(worker, phase)| {
            let in_flight = usize::from(matches!(phase, Phase::Busy(_) | Phase::Leaving { .. }));
            (
                *worker,
                WorkerCounters {
                    in_flight,
                    ..WorkerCounters::default()
                },
            )
        })
    }

    /// Whether there is a job that somebody may wait for.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn has_work(&self) -> bool {
        let busy = |phase: &Phase| matches!(phase, Phase::Busy(_));
        !self.waiting.is_empty() || self.workers.values().any(busy)
    }

    /// Whether nothing is left to do and nobody left to do it.
    pub(crate) fn is_over(&self) -> bool {
        self.closing && self.workers.is_empty() && self.waiting.is_empty()
    }

    fn cancelled(&mut self, job: JobKey, now: Duration) {
        if self.waiting.remove(&job) {
            return;
        }
        let busy = Phase::Busy(job);
        if let Some(phase) = self.workers.values_mut().find(|phase| **phase == busy) {
            let until = now + self.settings.cancel_grace;
            *phase = Phase::Leaving { job, until };
        }
    }

    fn lost(&mut self, worker: WorkerId, failure: Failure, actions: &mut Vec<Action>) {
        let Some(phase) = self.workers.remove(&worker) else {
            return;
        };
        actions.push(Action::Stop(worker));
        self.counters.lost += u64::from(!matches!(phase, Phase::Starting { .. }));
        match phase {
            Phase::Busy(job) => actions.push(Action::Fail(job, failure)),
            Phase::Starting { .. } => {
                self.failed_starts += 1;
                if self.workers.is_empty() {
                    // Nobody is there or on the way: those who wait learn why. The next submission tries again.
                    let waiting = &mut self.waiting;
                    let queued = self.queue.drain(..).filter(|job| waiting.remove(job));
                    actions.extend(queued.map(|job| Action::Fail(job, failure.clone())));
                }
            }
            Phase::Idle | Phase::Leaving { .. } => {}
        }
    }

    fn overdue(&mut self, now: Duration, actions: &mut Vec<Action>) {
        let over: Vec<(WorkerId, Phase)> = self
            .workers
            .iter()
            .map(|(worker, phase)| (*worker, *phase))
            .filter(|(_, phase)| match phase {
                Phase::Starting { until } | Phase::Leaving { until, .. } => *until <= now,
                Phase::Idle | Phase::Busy(_) => false,
            })
            .collect();
        for (worker, phase) in over {
            let text = match phase {
                Phase::Starting { .. } => format!(
                    "the worker did not start within {:?} (`Config::start_timeout`)",
                    self.settings.start_timeout
                ),
                _ => "the worker was stopped".to_owned(),
            };
            self.lost(worker, Failure::new(ErrorKind::Unavailable, text), actions);
        }
    }

    /// While a deadline is ahead a `Tick` is on the way, whatever came of the one before: timers may fire early.
    fn set_alarm(&mut self, actions: &mut Vec<Action>) {
        let deadlines = self.workers.values().filter_map(|phase| match phase {
            Phase::Starting { until } | Phase::Leaving { until, .. } => Some(*until),
            Phase::Idle | Phase::Busy(_) => None,
        });
        let Some(next) = deadlines.min() else { return };
        if self.alarm.is_none_or(|alarm| next < alarm) {
            self.alarm = Some(next);
            actions.push(Action::WakeAt(next));
        }
    }

    fn assign(&mut self, now: Duration, actions: &mut Vec<Action>) {
        for (worker, phase) in &mut self.workers {
            if *phase != Phase::Idle {
                continue;
            }
            let waiting = &mut self.waiting;
            let next =
                std::iter::from_fn(|| self.queue.pop_front()).find(|job| waiting.remove(job));
            let Some(job) = next else { break };
            *phase = Phase::Busy(job);
            actions.push(Action::Send(*worker, vec![job]));
            actions.push(Action::Running(job, *worker));
        }
        while self.wants_worker() {
            self.last_worker += 1;
            let until = now + self.settings.start_timeout;
            self.workers
                .insert(self.last_worker, Phase::Starting { until });
            self.counters.started += 1;
            actions.push(Action::Start(self.last_worker));
        }
        if self.closing && self.waiting.is_empty() {
            self.workers.retain(|worker, phase| {
                let free = matches!(phase, Phase::Idle | Phase::Starting { .. });
                if free {
                    actions.push(Action::Stop(*worker));
                }
                !free
            });
        }
    }

    fn wants_worker(&self) -> bool {
        let starting = |phase: &&Phase| matches!(phase, Phase::Starting { .. });
        let starting = self.workers.values().filter(starting).count();
        let room = self.workers.len() < self.settings.max;
        let trusted = self.failed_starts == 0 || self.workers.is_empty();
        room && trusted && self.waiting.len() > starting
    }
}

#[cfg(test)]
mod tests;
