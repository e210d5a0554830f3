//! How attempts, jobs and workers may end: for which reasons, and not before the time.

use super::super::super::scheduler::{Event, WorkerId};
use super::books::{Job, Settled, Worker};
use super::{Broken, Checked, Oracle, Owed, broken};
use crate::error::{ErrorKind, Failure};
use crate::job::JobKey;

/// How long the answer to a frame that was taken back may take, however short the grace, in microseconds.
const ANSWER: u64 = 100_000;
/// How often a job may be the first in the line of a worker that dies before it begins, and not be blamed.
const MOST_SPARED: u32 = 3;

impl Oracle {
    pub(super) fn check_fail(&mut self, key: JobKey, failure: &Failure) -> Checked {
        let text = format!("job {key}: {failure:?}");
        let Some(job) = self.jobs.get(&key).filter(|job| job.is_open()) else {
            return Err(broken("a job settles once", text));
        };
        let own = Owed::Fail(key, failure.clone());
        let attempt = self.attempt(key);
        let how = if self.step.owed.contains(&own) {
            self.step.pay(&own);
            Settled::Failed
        } else if failure.kind == ErrorKind::TimedOut {
            self.check_timed_out(job, attempt, &text)?;
            self.seen.deadlines += u64::from(job.is_past_deadline(self.now));
            self.seen.timeouts += u64::from(!job.is_past_deadline(self.now));
            Settled::TimedOut
        } else if let Some((worker, _)) = attempt {
            self.check_lost_with(worker, key, failure, &text)?;
            self.seen.crashed += 1;
            Settled::Failed
        } else {
            self.check_no_worker(job, failure, &text)?;
            self.seen.no_worker += 1;
            Settled::Failed
        };
        self.step.pay(&Owed::EndAttempt(key));
        let now = self.now;
        self.jobs
            .get_mut(&key)
            .expect("it is open")
            .settle(how, now);
        Ok(())
    }

    /// The attempt that runs, or did until its worker was stopped in this step.
    fn attempt(&self, key: JobKey) -> Option<(WorkerId, u64)> {
        let ended = self.step.ended.iter().find(|(job, ..)| *job == key);
        let job = self.jobs.get(&key);
        // Once it waits again, the attempt is history.
        let ended = ended.filter(|_| !job.is_some_and(|job| job.waiting));
        job.and_then(|job| job.running)
            .or(ended.map(|(_, worker, since)| (*worker, *since)))
    }

    fn check_timed_out(&self, job: &Job, attempt: Option<(WorkerId, u64)>, text: &str) -> Checked {
        if job.is_past_deadline(self.now) {
            return Ok(());
        }
        let limit = attempt.and_then(|(_, since)| job.times_out(since));
        if limit.is_none_or(|limit| self.now < limit) {
            let text = format!("{text}, limits {limit:?} and {:?}", job.deadline);
            return Err(broken("nothing times out before its time", text));
        }
        if job.attempts <= job.retries {
            return Err(broken(
                "an attempt that timed out is retried while it may be",
                text,
            ));
        }
        Ok(())
    }

    fn check_lost_with(
        &self,
        worker: WorkerId,
        key: JobKey,
        failure: &Failure,
        text: &str,
    ) -> Checked {
        let job = &self.jobs[&key];
        let unheard = self.step.unheard.contains(&(key, worker));
        match &self.step.event {
            Event::Lost(lost, reason) if *lost == worker && reason == failure => {}
            Event::LostBetween(lost, reason) if *lost == worker && reason == failure => {
                if job.spared < MOST_SPARED {
                    return Err(broken("a job that had not begun is not blamed", text));
                }
            }
            Event::Finished(..) if unheard && failure.kind == ErrorKind::Crashed => {}
            _ => return Err(broken("a job fails with what ended it", text)),
        }
        if Self::is_retryable(failure) && job.attempts <= job.retries {
            return Err(broken("a job is retried while it may be", text));
        }
        Ok(())
    }

    /// Jobs in the queue fail only when the last hope of a worker is gone, and with the reason.
    fn check_no_worker(&self, job: &Job, failure: &Failure, text: &str) -> Checked {
        let started = match (self.lost(), &self.step.event) {
            (Some((worker, reason)), _) => {
                let starting = self.step.not_started.contains(&worker)
                    || self.workers.get(&worker).is_some_and(|worker| !worker.up);
                starting && reason == failure
            }
            (_, Event::Tick) => {
                failure.kind == ErrorKind::Unavailable && !self.step.not_started.is_empty()
            }
            _ => false,
        };
        let leaving = |id: &WorkerId| self.lost().is_some_and(|(lost, _)| lost == *id);
        let others = self.workers.keys().any(|id| !leaving(id));
        if !started || others || !job.waiting {
            return Err(broken(
                "a job that waits fails only when no worker is to be had",
                text,
            ));
        }
        Ok(())
    }

    /// The attempt is over and there is another.
    pub(super) fn check_waiting(&mut self, key: JobKey) -> Checked {
        let text = format!("job {key}");
        let attempt = self.attempt(key);
        let job = self.jobs.get(&key).filter(|job| job.is_open());
        let (Some(job), Some((worker, since))) = (job, attempt) else {
            return Err(broken("only what ran is queued again", text));
        };
        let crashed = match &self.step.event {
            Event::Lost(lost, failure) => *lost == worker && Self::is_retryable(failure),
            Event::LostBetween(lost, _) => *lost == worker && job.spared == MOST_SPARED,
            _ => false,
        };
        let timed_out = job.times_out(since).is_some_and(|limit| limit <= self.now);
        if job.is_past_deadline(self.now) && self.step.event == Event::Tick {
            return Err(broken("nothing is retried after its deadline", text));
        }
        let unheard = self.step.unheard.contains(&(key, worker));
        if !crashed && !timed_out && !unheard {
            return Err(broken("only a crash or a timeout is retried", text));
        }
        if job.attempts > job.retries {
            return Err(broken("no more attempts than allowed", text));
        }
        self.step.pay(&Owed::EndAttempt(key));
        let job = self.jobs.get_mut(&key).expect("it is open");
        if job.running.take().is_some() {
            self.step.ended.push((key, worker, since));
        }
        job.waiting = true;
        self.seen.waiting += 1;
        Ok(())
    }

    /// Its worker died before it had begun: it waits as before, and that was no attempt.
    pub(super) fn check_unbegun(&mut self, key: JobKey) -> Checked {
        let text = format!("job {key}");
        let attempt = self.attempt(key);
        let job = self.jobs.get_mut(&key).filter(|job| job.is_open());
        let (Some(job), Some((worker, since))) = (job, attempt) else {
            return Err(broken("only what was said to run is said not to", text));
        };
        if !matches!(&self.step.event, Event::LostBetween(lost, _) if *lost == worker) {
            return Err(broken(
                "only its worker's death shows that a job had not begun",
                text,
            ));
        }
        if job.spared == MOST_SPARED {
            return Err(broken("no job is spared for ever", text));
        }
        job.spared += 1;
        self.seen.retries -= u64::from(job.attempts > 1);
        job.attempts -= 1;
        job.waiting = true;
        if job.running.take().is_some() {
            self.step.ended.push((key, worker, since));
        }
        self.step.pay(&Owed::EndAttempt(key));
        self.seen.unbegun += 1;
        Ok(())
    }

    pub(super) fn check_stop(&mut self, id: WorkerId) -> Checked {
        let gone = || {
            broken(
                "a worker that is gone is not named",
                format!("worker {id} is stopped"),
            )
        };
        let worker = self.workers.get(&id).ok_or_else(gone)?;
        let why = self.why_stop(id, worker)?;
        self.step.pay(&Owed::Stop(id));
        self.step.left += usize::from(worker.up);
        let worker = self.workers.remove(&id).expect("it is there");
        for frame in &worker.line {
            let Some(job) = self.jobs.get_mut(&frame.job).filter(|job| job.is_open()) else {
                continue;
            };
            match job.running {
                // A frame that was taken back counts no more.
                _ if frame.taken_back => {}
                Some((on, since)) if on == id => {
                    job.running = None;
                    self.step.ended.push((frame.job, id, since));
                    self.step.owed.push(Owed::EndAttempt(frame.job));
                }
                Some(_) => {}
                None if job.waiting => {}
                None => {
                    job.waiting = true;
                    self.seen.requeued += 1;
                }
            }
        }
        if !worker.up && matches!(why, Why::Lost | Why::SlowStart) {
            self.starts_fail = true;
            self.step.not_started.push(id);
            self.seen.failed_starts += 1;
        }
        let counted = match why {
            Why::Lost if !worker.up => return Ok(()),
            Why::Lost | Why::Late | Why::InVain | Why::Silent => &mut self.seen.lost,
            Why::Memory => &mut self.seen.recycled,
            Why::Unneeded => &mut self.seen.unneeded,
            Why::SlowStart | Why::Closing => return Ok(()),
        };
        *counted += 1;
        self.seen.in_vain_too_long += u64::from(why == Why::InVain);
        self.seen.silent += u64::from(why == Why::Silent);
        Ok(())
    }

    fn why_stop(&self, id: WorkerId, worker: &Worker) -> Result<Why, Broken> {
        let (now, pool) = (self.now, &self.plan.pool);
        if self.lost().is_some_and(|(lost, _)| lost == id) {
            return Ok(Why::Lost);
        }
        let over =
            |since: u64, length: Option<u64>| length.is_some_and(|length| since + length <= now);
        let tick = self.step.event == Event::Tick;
        if tick && !worker.up && over(worker.started, Some(pool.start_timeout)) {
            return Ok(Why::SlowStart);
        }
        if worker.line.iter().any(|frame| self.is_late(frame.job, id)) {
            return Ok(Why::Late);
        }
        if self.in_vain_until(worker).is_some_and(|until| until <= now) {
            return Ok(Why::InVain);
        }
        if worker.is_idle() && pool.memory_limit.is_some_and(|limit| worker.memory > limit) {
            return Ok(Why::Memory);
        }
        let silent = worker
            .pinged
            .is_some_and(|since| over(since, pool.heartbeat.map(|every| 2 * every)));
        if tick && worker.is_idle() && silent {
            return Ok(Why::Silent);
        }
        let unneeded = worker.is_idle() && over(worker.idle_since, pool.keep_alive);
        if unneeded && self.workers.len() > pool.min {
            return Ok(Why::Unneeded);
        }
        let free = worker.is_idle() || !worker.up;
        if free && self.closing && !self.jobs.values().any(|job| job.waiting) {
            return Ok(Why::Closing);
        }
        Err(broken(
            "no worker is stopped without a reason",
            format!("worker {id}: {worker:?}"),
        ))
    }

    /// The job has been running here, and in this step its time is over; whether it is settled by now or not.
    fn is_late(&self, key: JobKey, id: WorkerId) -> bool {
        let job = &self.jobs[&key];
        let settled_now = job.settled == Some((Settled::TimedOut, self.now));
        let first = self.workers[&id].head().is_some_and(|head| head.job == key);
        let overdue = self
            .attempt(key)
            .and_then(|(_, since)| job.times_out(since))
            .is_some_and(|limit| limit <= self.now);
        first && (settled_now || overdue || (job.is_open() && job.is_past_deadline(self.now)))
    }

    /// How long the worker may go on with the first in its line, if that has settled otherwise or was taken back.
    pub(super) fn in_vain_until(&self, worker: &Worker) -> Option<u64> {
        let head = worker.head()?;
        let settled = self.jobs[&head.job].settled.map(|(_, settled)| settled);
        let since = settled.unwrap_or(worker.head_since).max(worker.head_since);
        let grace = self.plan.pool.cancel_grace;
        match (head.taken_back, settled) {
            // It may have been skipped, and the answer be on its way.
            (true, _) => Some(worker.head_since + grace.max(ANSWER)),
            (false, Some(_)) => Some(since + grace),
            (false, None) => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Why {
    Lost,
    SlowStart,
    Late,
    InVain,
    Memory,
    Unneeded,
    Silent,
    Closing,
}
