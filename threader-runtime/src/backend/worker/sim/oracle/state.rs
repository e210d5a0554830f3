//! What has to be true when the scheduler has answered: nobody forgotten, nobody idle for no reason, the alarm set.

use super::super::super::scheduler::{Event, Scheduler, WorkerId};
use super::books::{Frame, Job};
use super::{Checked, Oracle, Owed, broken};
use crate::job::JobKey;

/// How much work may be before a job that is more urgent, in microseconds.
const NEGLIGIBLE: u64 = 2_000;

impl Oracle {
    pub(in super::super) fn check_state(
        &mut self,
        alarm: Option<u64>,
        scheduler: &Scheduler,
    ) -> Checked {
        self.check_owed()?;
        self.check_lines()?;
        self.check_order()?;
        self.check_taken_back()?;
        self.check_newcomer()?;
        self.check_nobody_idles()?;
        self.check_starts()?;
        if self.step.event == Event::Tick {
            self.check_nothing_is_overdue()?;
        }
        self.check_alarm(alarm)?;
        self.check_counters(scheduler)?;
        let (over, says) = (self.is_over(), scheduler.is_over());
        match over == says {
            true => Ok(()),
            false => Err(broken(
                "it knows when it is over",
                format!("it is: {over}, it says: {says}"),
            )),
        }
    }

    fn check_owed(&self) -> Checked {
        let Some(owed) = self.step.owed.first() else {
            return Ok(());
        };
        let rule = match owed {
            Owed::Deliver(_) => "a value that comes is delivered",
            Owed::Fail(..) => "a failure that comes is passed on",
            Owed::EndAttempt(_) => "a job whose worker is gone settles or waits again",
            Owed::TakeBack(..) => "a cancelled job is taken back before it starts",
            Owed::Stop(_) => "a worker that is lost is let go",
        };
        Err(broken(rule, format!("{owed:?}")))
    }

    fn check_lines(&self) -> Checked {
        for (key, job) in self.jobs.iter().filter(|(_, job)| job.is_open()) {
            let frames = || self.workers.values().flat_map(|worker| &worker.line);
            let wanted = frames().filter(|frame| frame.job == *key && !frame.taken_back);
            let places = wanted.count() + usize::from(job.waiting);
            if places > 1 {
                return Err(broken(
                    "a job is in one place",
                    format!("job {key} is in {places}"),
                ));
            }
        }
        for (id, worker) in self.workers.iter().filter(|(_, worker)| worker.up) {
            let Some(head) = worker.head().filter(|head| !head.taken_back) else {
                continue;
            };
            let job = &self.jobs[&head.job];
            if job.is_open() && job.running.is_none_or(|(on, _)| on != *id) {
                let text = format!("job {} is first in the line of worker {id}", head.job);
                return Err(broken("what is first in its line runs", text));
            }
            // A share of the work that waits cannot be more than its count at the shortest time seen.
            let shortest = self.shortest.unwrap_or(u64::MAX).max(1);
            let behind = worker.line.iter().skip(1);
            let behind = behind.filter(|frame| !frame.taken_back).count() as u64;
            if behind > self.plan.pool.ahead.div_ceil(shortest).max(1) {
                let text = format!(
                    "{behind} frames behind the first of worker {id}, none was faster than {shortest} µs"
                );
                return Err(broken(
                    "no more work waits at a worker than it should",
                    text,
                ));
            }
        }
        Ok(())
    }

    /// Who was sent had nobody before him who waits still. That is the order within a priority, the priorities, and the
    /// bound on waiting in one. Only a worker that has not yet answered for an earlier frame of a job is not sent that job.
    fn check_order(&self) -> Checked {
        for (sent, id) in &self.step.sent {
            let turn = self.jobs[sent].turn;
            let before = |(key, _): &(&JobKey, &Job)| {
                let has_it = self
                    .workers
                    .get(id)
                    .is_some_and(|worker| worker.holds(**key));
                self.jobs[*key].turn < turn && !has_it
            };
            let waiting = self.jobs.iter().filter(|(_, job)| job.waiting);
            if let Some((waits, _)) = waiting.into_iter().find(before) {
                let text = format!("job {sent} was sent to worker {id}, job {waits} waits");
                return Err(broken("jobs are sent in the order of their turns", text));
            }
        }
        Ok(())
    }

    /// Work is taken back from the end of a line, and for somebody.
    fn check_taken_back(&mut self) -> Checked {
        // What has settled in this step was taken back because of that.
        let (jobs, all) = (&self.jobs, self.step.taken.len());
        self.step.taken.retain(|(job, _)| jobs[job].is_open());
        self.seen.taken_back += self.step.taken.len() as u64;
        self.seen.taken_too_late += (all - self.step.taken.len()) as u64;
        for (key, id) in &self.step.taken {
            let Some(worker) = self.workers.get(id) else {
                continue;
            };
            let behind = worker.line.iter().skip_while(|frame| frame.job != *key);
            let kept = |frame: &&Frame| {
                let sent_now = self.step.sent.contains(&(frame.job, *id));
                !frame.taken_back && !sent_now && self.jobs[&frame.job].is_open()
            };
            if let Some(kept) = behind.into_iter().find(kept) {
                let text = format!("job {key} of worker {id}, not job {}", kept.job);
                return Err(broken("the last of a line is taken back", text));
            }
        }
        let elsewhere =
            |(_, from): &(JobKey, WorkerId)| self.step.sent.iter().any(|(_, to)| to != from);
        let starts = self.workers.values().any(|worker| !worker.up);
        let for_somebody =
            starts || self.step.taken.iter().any(elsewhere) || self.is_for_the_newcomer();
        match self.step.taken.is_empty() || for_somebody {
            true => Ok(()),
            false => Err(broken(
                "work is taken back for somebody",
                format!("{:?}", self.step.taken),
            )),
        }
    }

    /// All that was taken back was from the worker that has got the job that came, and is less urgent.
    fn is_for_the_newcomer(&self) -> bool {
        let Event::Submitted(newcomer, ..) = &self.step.event else {
            return false;
        };
        let turn = self.jobs[newcomer].turn;
        let sent = |worker| self.step.sent.contains(&(*newcomer, worker));
        let mut taken = self.step.taken.iter();
        taken.all(|(job, from)| sent(*from) && self.jobs[job].turn > turn)
    }

    /// A job that is sent ahead when it comes has no less urgent ones right before it. (Before others that are as urgent there may be
    /// some: so few that they were negligible when those came.)
    fn check_newcomer(&mut self) -> Checked {
        let Event::Submitted(newcomer, ..) = &self.step.event else {
            return Ok(());
        };
        let turn = self.jobs[newcomer].turn;
        let shortest = self.shortest.unwrap_or(u64::MAX).max(1);
        for (_, id) in self.step.sent.iter().filter(|(job, _)| job == newcomer) {
            let line = self.workers.get(id).map_or(&[][..], |worker| &worker.line);
            let before = line.iter().take_while(|frame| frame.job != *newcomer);
            let waits = |frame: &&Frame| !frame.taken_back && self.jobs[&frame.job].is_open();
            let waiting: Vec<_> = before.skip(1).filter(waits).collect();
            let later = waiting
                .iter()
                .rev()
                .take_while(|frame| self.jobs[&frame.job].turn > turn)
                .count() as u64;
            if later > NEGLIGIBLE.div_ceil(shortest).max(1) {
                let text =
                    format!("job {newcomer} is behind {later} less urgent ones of worker {id}");
                return Err(broken("less urgent jobs make way", text));
            }
        }
        if !self.step.taken.is_empty() && self.is_for_the_newcomer() {
            self.seen.made_way += 1;
        }
        Ok(())
    }

    fn check_nobody_idles(&self) -> Checked {
        let waiting = self
            .jobs
            .iter()
            .find(|(_, job)| job.waiting)
            .map(|(key, _)| *key);
        for (id, worker) in self.workers.iter().filter(|(_, worker)| worker.is_idle()) {
            if self
                .plan
                .pool
                .memory_limit
                .is_some_and(|limit| worker.memory > limit)
            {
                let text = format!("worker {id} holds {} bytes", worker.memory);
                return Err(broken(
                    "an idle worker with too much memory is replaced",
                    text,
                ));
            }
            if let Some(job) = waiting {
                let text = format!("worker {id} is idle, job {job} waits");
                return Err(broken("no worker is idle beside a job that waits", text));
            }
            let behind = |frame: &&Frame| !frame.taken_back && self.jobs[&frame.job].is_open();
            for (other, busy) in &self.workers {
                if let Some(frame) = busy.line.iter().skip(1).find(behind) {
                    let text = format!(
                        "worker {id} is idle, job {} waits at worker {other}",
                        frame.job
                    );
                    return Err(broken(
                        "no worker is idle while another has work to spare",
                        text,
                    ));
                }
            }
        }
        Ok(())
    }

    /// On a cold burst all that are needed start at once; and nobody waits for nobody.
    fn check_starts(&self) -> Checked {
        let waiting = self.jobs.values().filter(|job| job.waiting).count();
        let up = self.workers.values().filter(|worker| worker.up).count();
        let starting = self.workers.len() - up;
        if waiting > 0 && self.workers.is_empty() {
            return Err(broken(
                "nobody waits for nobody",
                format!("{waiting} jobs wait"),
            ));
        }
        let wanted = waiting.min(self.plan.pool.max - up);
        if !self.starts_fail && starting < wanted {
            let text = format!("{waiting} jobs wait, {up} workers are up and {starting} start");
            return Err(broken("as many workers start as are needed", text));
        }
        Ok(())
    }

    fn check_nothing_is_overdue(&self) -> Checked {
        match self
            .limits()
            .into_iter()
            .find(|(limit, _)| *limit <= self.now)
        {
            None => Ok(()),
            Some((limit, of)) => Err(broken(
                "limits are kept",
                format!("{of} was due at {limit}"),
            )),
        }
    }

    fn check_alarm(&self, alarm: Option<u64>) -> Checked {
        let Some((limit, of)) = self.limits().into_iter().min() else {
            return Ok(());
        };
        // One that is overdue waits for a timer that is late.
        if alarm.is_some_and(|alarm| alarm <= limit.max(self.now)) {
            return Ok(());
        }
        let text = format!("{of} at {limit}, alarm {alarm:?}");
        Err(broken("an alarm is set for the next limit", text))
    }

    /// All that is to happen at some time if nothing else does.
    fn limits(&self) -> Vec<(u64, String)> {
        let pool = &self.plan.pool;
        let mut limits = Vec::new();
        for (key, job) in self.jobs.iter().filter(|(_, job)| job.is_open()) {
            let timeout = job.running.and_then(|(_, since)| job.times_out(since));
            limits.extend(timeout.map(|at| (at, format!("timeout of job {key}"))));
            limits.extend(
                job.deadline
                    .map(|at| (at, format!("deadline of job {key}"))),
            );
        }
        let up = self.workers.values().filter(|worker| worker.up).count();
        for (id, worker) in &self.workers {
            if !worker.up {
                let at = worker.started + pool.start_timeout;
                limits.push((at, format!("start of worker {id}")));
                continue;
            }
            if let Some(at) = self.in_vain_until(worker) {
                limits.push((at, format!("grace of worker {id}")));
            }
            if !worker.is_idle() {
                continue;
            }
            if let Some(keep_alive) = pool.keep_alive.filter(|_| up > pool.min) {
                let at = worker.idle_since + keep_alive;
                limits.push((at, format!("`keep_alive` of worker {id}")));
            }
            if let Some(every) = pool.heartbeat {
                limits.push(match worker.pinged {
                    Some(since) => (since + 2 * every, format!("answer of worker {id}")),
                    None => {
                        let last = worker.heard.max(worker.idle_since);
                        (last + every, format!("question to worker {id}"))
                    }
                });
            }
        }
        limits
    }
}
