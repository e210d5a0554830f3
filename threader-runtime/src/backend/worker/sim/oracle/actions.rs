//! What may be done, action by action: who is named, and why now.

use super::super::super::scheduler::{Action, Event, WorkerId};
use super::books::{Frame, Settled, Worker};
use super::{Checked, Oracle, Owed, broken};
use crate::job::JobKey;

/// One runs, and at most so many wait behind it: what the interface says of `Settings::behind`, and its limit.
const MOST_BEHIND: usize = 64;

impl Oracle {
    pub(in super::super) fn check_action(&mut self, action: &Action) -> Checked {
        match action {
            Action::Start(id) => self.check_start(*id),
            Action::Send(id, jobs) => self.check_send(*id, jobs),
            Action::TakeBack(id, job) => self.check_take_back(*id, *job),
            Action::Running(job, id) => self.check_running(*job, *id),
            Action::Waiting(job) => self.check_waiting(*job),
            Action::Unbegun(job) => self.check_unbegun(*job),
            Action::Ping(id) => self.check_ping(*id),
            Action::Stop(id) => self.check_stop(*id),
            Action::Deliver(job) => self.check_deliver(*job),
            Action::Fail(job, failure) => self.check_fail(*job, failure),
            Action::WakeAt(_) => Ok(()),
        }
    }

    fn check_start(&mut self, id: WorkerId) -> Checked {
        let number = || format!("worker {id}");
        if id <= self.last_worker {
            return Err(broken("a worker's number is its own", number()));
        }
        if self.workers.len() >= self.plan.pool.max {
            return Err(broken("no more workers than `max`", number()));
        }
        let starting = self.workers.values().filter(|worker| !worker.up).count();
        if self.starts_fail && starting > 0 {
            let text = format!("worker {id} starts beside {starting} others that start");
            return Err(broken("while starts fail one at a time is tried", text));
        }
        if !self.step.not_started.is_empty() && self.step.left == 0 {
            let rule = "a failed start is not repeated at once";
            return Err(broken(rule, number()));
        }
        let idle = self
            .workers
            .values()
            .filter(|worker| worker.is_idle())
            .count();
        let at_once = if self.plan.pool.prewarm && self.plan.pool.min == 0 {
            self.plan.pool.max
        } else {
            self.plan.pool.min
        };
        if starting + idle >= self.not_begun() && self.workers.len() >= at_once {
            let text = format!("worker {id}: {starting} start, {idle} are idle");
            return Err(broken("a worker starts when there is work for it", text));
        }
        self.step.starts += 1;
        self.last_worker = id;
        self.seen.started += 1;
        self.workers.insert(id, Worker::new(self.now));
        Ok(())
    }

    /// Jobs in the queue and frames that wait behind another.
    fn not_begun(&self) -> usize {
        self.jobs
            .values()
            .filter(|job| job.is_open() && job.running.is_none())
            .count()
    }

    fn check_send(&mut self, id: WorkerId, jobs: &[JobKey]) -> Checked {
        self.check_is_up(id)?;
        let mut last = None;
        for key in jobs {
            let job = self.jobs.get(key);
            let Some(job) = job.filter(|job| job.is_open()) else {
                let text = format!("job {key} to worker {id}");
                return Err(broken("only open jobs are sent", text));
            };
            if self.workers[&id].holds(*key) {
                let text = format!("job {key} to worker {id}, which has it");
                return Err(broken("a worker gets a job once", text));
            }
            if !job.waiting {
                return Err(broken(
                    "a job is in one place",
                    format!("job {key} to worker {id}"),
                ));
            }
            if last > Some(job.turn) {
                let text = format!("job {key} in a message to worker {id}");
                return Err(broken("jobs are sent in the order of their turns", text));
            }
            last = Some(job.turn);
            self.step.sent.push((*key, id));
            self.seen.moved += u64::from(self.step.taken.iter().any(|(job, _)| job == key));
            let worker = self.workers.get_mut(&id).expect("it is up");
            if worker.line.is_empty() {
                worker.head_since = self.now;
            }
            let taken_back = false;
            worker.line.push(Frame {
                job: *key,
                taken_back,
            });
            let (line, most) = (
                worker.line.len(),
                1 + self.plan.pool.behind.min(MOST_BEHIND),
            );
            self.jobs.get_mut(key).expect("it is open").waiting = false;
            if line > most {
                let text = format!("worker {id} has {line}");
                return Err(broken("no more frames in flight than allowed", text));
            }
        }
        self.seen.batches += u64::from(jobs.len() > 1);
        Ok(())
    }

    fn check_take_back(&mut self, id: WorkerId, key: JobKey) -> Checked {
        self.check_is_up(id)?;
        let text = format!("job {key} of worker {id}");
        let worker = self.workers.get_mut(&id).expect("it is up");
        let Some(frame) = worker.line.iter_mut().find(|frame| frame.job == key) else {
            return Err(broken("what is taken back was sent", text));
        };
        if frame.taken_back {
            return Err(broken("a frame is taken back once", text));
        }
        frame.taken_back = true;
        let job = self.jobs.get_mut(&key).expect("it is in a line");
        if job.running.is_some_and(|(worker, _)| worker == id) {
            return Err(broken("what runs is not taken back", text));
        }
        let settles = |owed: &Owed| match owed {
            Owed::Deliver(job) | Owed::Fail(job, _) => *job == key,
            _ => false,
        };
        if job.is_open() && !self.step.owed.iter().any(settles) {
            // It keeps its turn. Should the worker run it nevertheless, the first answer counts.
            job.waiting = true;
            self.step.taken.push((key, id));
        }
        self.step.pay(&Owed::TakeBack(id, key));
        Ok(())
    }

    fn check_running(&mut self, key: JobKey, id: WorkerId) -> Checked {
        self.check_is_up(id)?;
        let text = format!("job {key} on worker {id}");
        let first = self.workers[&id]
            .line
            .iter()
            .find(|frame| !frame.taken_back && self.jobs[&frame.job].is_open());
        // What was heard of the worker too late, or only now.
        let now =
            matches!(&self.step.event, Event::Finished(on, job, _) if (*on, *job) == (id, key));
        let has_run = now || self.step.unheard.contains(&(key, id));
        if first.map(|frame| frame.job) != Some(key) && !has_run {
            return Err(broken("what runs is first in its line", text));
        }
        let job = self.jobs.get_mut(&key).expect("it is in a line");
        if job.running.is_some() {
            return Err(broken("a job begins once", text));
        }
        job.running = Some((id, self.now));
        job.attempts += 1;
        self.seen.retries += u64::from(job.attempts > 1);
        if job.attempts > 1 + job.retries {
            let text = format!("{text}, attempt {} of {}", job.attempts, 1 + job.retries);
            return Err(broken("no more attempts than allowed", text));
        }
        Ok(())
    }

    fn check_ping(&mut self, id: WorkerId) -> Checked {
        self.check_is_up(id)?;
        if self.plan.pool.heartbeat.is_none() {
            return Err(broken(
                "nobody is asked without `heartbeat`",
                format!("worker {id}"),
            ));
        }
        let worker = self.workers.get_mut(&id).expect("it is up");
        self.seen.pings += 1;
        worker.heard = self.now;
        worker.pinged = worker.pinged.or(Some(self.now));
        Ok(())
    }

    fn check_deliver(&mut self, key: JobKey) -> Checked {
        let text = format!("job {key}");
        match &self.step.event {
            Event::Finished(_, job, _) if *job == key => {}
            _ => return Err(broken("a value is delivered when it comes", text)),
        }
        let owed = Owed::Deliver(key);
        if !self.step.owed.contains(&owed) {
            return Err(broken("a job settles once, with its own value", text));
        }
        self.step.pay(&owed);
        let job = self.jobs.get_mut(&key).expect("it has finished");
        job.settle(Settled::Delivered, self.now);
        self.seen.delivered += 1;
        Ok(())
    }

    pub(super) fn check_is_up(&self, id: WorkerId) -> Checked {
        match self.workers.get(&id) {
            Some(worker) if worker.up => Ok(()),
            Some(_) => Err(broken(
                "a worker that starts is left alone",
                format!("worker {id}"),
            )),
            None => Err(broken(
                "a worker that is gone is not named",
                format!("worker {id}"),
            )),
        }
    }
}
