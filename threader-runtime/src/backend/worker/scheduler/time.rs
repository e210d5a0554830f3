//! What happens because time has passed, and when to look again.

use std::time::Duration;

use super::Scheduler;
use super::caution::Advice;
use super::interface::{Action, WorkerId};
use super::worker::{Blame, Phase, Worker};
use crate::error::{ErrorKind, Failure};
use crate::job::JobKey;

impl Scheduler {
    pub(super) fn overdue(&mut self) {
        self.alarm = None;
        while let Some((time, key)) = self.deadlines.first().copied()
            && time <= self.now
        {
            self.deadlines.pop_first();
            self.too_late(key);
        }
        let over = |until: Option<Duration>| until.is_some_and(|until| until <= self.now);
        let workers = self.workers.iter().filter(|(_, worker)| over(worker.until));
        let late: Vec<WorkerId> = workers.map(|(id, _)| *id).collect();
        for id in late {
            let failure = self.overdue_failure(&self.workers[&id]);
            self.lose(id, failure, Blame::First);
        }
        if let Some(heartbeat) = self.heartbeat() {
            self.feel_pulses(heartbeat);
        }
    }

    /// What runs, starts or was asked has as much time more. What was asked for or begun meanwhile
    /// had less of it. Deadlines are of the clock on the wall.
    pub(super) fn stood_still(&mut self, span: Duration) {
        let now = self.now;
        let later = |time: Duration| time.saturating_add(span).min(now.max(time));
        for worker in self.workers.values_mut() {
            let more = later(worker.since) - worker.since;
            worker.until = worker.until.map(|until| until.saturating_add(more));
            worker.since = later(worker.since);
            worker.heard = later(worker.heard);
            worker.pinged = worker.pinged.map(later);
        }
    }

    /// While a time is ahead at which something is due a `Tick` is on the way, whatever came of the one before.
    pub(super) fn set_alarm(&mut self) {
        // Beside workers that are all taken, those held up wait. With room for one more they do not.
        let room = self.may_start() == Advice::Start;
        let workers = self.workers.values();
        let times = workers
            .flat_map(|worker| self.times_of(worker, room))
            .flatten();
        let deadline = self.deadlines.first().map(|(time, _)| *time);
        let Some(next) = times.chain(deadline).chain(self.next_start()).min() else {
            return;
        };
        if self.alarm.is_none_or(|alarm| next < alarm) {
            self.alarm = Some(next);
            self.say(Action::WakeAt(next));
        }
    }

    /// One of no length would be nothing but heartbeats.
    fn heartbeat(&self) -> Option<Duration> {
        self.settings.heartbeat.filter(|beat| !beat.is_zero())
    }

    fn too_late(&mut self, key: JobKey) {
        let worker = self.worker_of(key);
        let runs_on = worker.filter(|worker| self.job_of(*worker) == Some(key));
        let Some(deadline) = self.settle(key).and_then(|job| job.terms.deadline) else {
            return;
        };
        let failure = Failure::too_late(deadline);
        self.say(Action::Fail(key, failure.clone()));
        if let Some(worker) = runs_on {
            self.lose(worker, failure, Blame::First);
        }
    }

    fn overdue_failure(&self, worker: &Worker) -> Failure {
        let timeout = worker
            .line
            .first()
            .and_then(|frame| self.jobs.get(&frame.job)?.terms.timeout);
        match timeout {
            Some(timeout) => Failure::too_long(timeout),
            None if worker.is_starting() => Failure::new(
                ErrorKind::Unavailable,
                format!(
                    "the worker did not start within {:?} (`Config::start_timeout`)",
                    self.settings.start_timeout
                ),
            ),
            // What it still did was in vain, so nobody will read this.
            None => Failure::new(ErrorKind::Crashed, "the worker was stopped"),
        }
    }

    /// Asks idle workers whether they live, and gives up those that have not answered.
    fn feel_pulses(&mut self, heartbeat: Duration) {
        let mut silent = Vec::new();
        let mut asked = Vec::new();
        for (id, worker) in &mut self.workers {
            match pulse(worker, heartbeat) {
                Some(time) if time > self.now => {}
                None => {}
                Some(_) if worker.pinged.is_some() => silent.push(*id),
                Some(_) => {
                    worker.pinged = Some(self.now);
                    asked.push(Action::Ping(*id));
                }
            }
        }
        self.actions.extend(asked);
        for id in silent {
            let text = format!(
                "the idle worker did not answer within {:?}",
                heartbeat.saturating_mul(2)
            );
            self.lose(id, Failure::new(ErrorKind::Crashed, text), Blame::First);
        }
    }

    fn times_of(&self, worker: &Worker, room: bool) -> [Option<Duration>; 4] {
        let spare = self.workers.len() > self.settings.min && worker.is_idle();
        let keep_alive = self.settings.keep_alive.filter(|_| spare);
        let held_up = room && worker.line.wanted_behind() > 0;
        let held_up = held_up.then(|| worker.since.saturating_add(self.pace.stall()));
        [
            worker.until,
            keep_alive.map(|keep_alive| worker.since.saturating_add(keep_alive)),
            self.heartbeat().and_then(|beat| pulse(worker, beat)),
            held_up,
        ]
    }

    /// When a worker that is wanted may be started, if not before.
    fn next_start(&self) -> Option<Duration> {
        let starting = self.starting();
        let for_jobs = (self.queue.len() > starting).then(|| self.may_start());
        let min = self.settings.min.min(self.settings.max);
        let below_min = self.opened && !self.closing && self.workers.len() < min;
        let ahead = below_min.then(|| self.caution.ahead_of_jobs(starting, self.now));
        let pause = |advice| match advice {
            Advice::Pause(until) => Some(until),
            Advice::Start | Advice::See => None,
        };
        for_jobs.into_iter().chain(ahead).filter_map(pause).min()
    }
}

/// When an idle worker is to be pinged, or if it has been, given up.
fn pulse(worker: &Worker, heartbeat: Duration) -> Option<Duration> {
    let idle = worker.phase == Phase::Up && worker.line.is_empty();
    idle.then(|| match worker.pinged {
        Some(pinged) => pinged.saturating_add(heartbeat.saturating_mul(2)),
        None => worker.heard.max(worker.since).saturating_add(heartbeat),
    })
}
