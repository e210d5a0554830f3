//! Who gets what: after each event, jobs go to workers, and workers come and go as there is work.

use super::caution::Advice;
use super::interface::{Action, Settings, WorkerId};
use super::worker::{Phase, Worker};
use super::{Place, Scheduler};
use crate::error::Failure;
use crate::job::JobKey;

impl Scheduler {
    pub(super) fn hand_out(&mut self) {
        self.recycle();
        self.free_those_held_up();
        self.feed_the_idle();
        self.start_workers();
        self.make_way();
        self.send_ahead();
        self.share_out();
        self.dismiss();
    }

    /// Workers that have grown too large go as soon as they have nothing to do.
    fn recycle(&mut self) {
        let grown = |w: &Worker| w.phase == Phase::Retiring && w.line.is_empty();
        for id in self.which(grown) {
            self.let_go(id);
        }
    }

    /// Frames behind a task that runs for long go back to the queue, if anybody else could take them.
    fn free_those_held_up(&mut self) {
        let held_up = self.which(|w| w.line.wanted_behind() > 0 && self.is_held_up(w));
        if held_up.is_empty() {
            return;
        }
        let stuck = |job| held_up.iter().any(|id| self.workers[id].line.wants(job));
        // Not who still has to answer for one of them.
        let free = |w: &Worker| (w.is_idle() || self.takes_more(w)) && !w.line.has_in_vain(stuck);
        if self.may_start() == Advice::Start || self.workers.values().any(free) {
            for id in held_up {
                for key in self.take_back(id, usize::MAX) {
                    self.requeue(key);
                }
            }
        }
    }

    /// Those who have nothing to do get one each, the one that stopped last first: then the others can be let go.
    fn feed_the_idle(&mut self) {
        while let Some(id) = self.next_idle() {
            let Some(key) = self.next_for(id) else { break };
            self.put(key, id);
        }
    }

    fn start_workers(&mut self) {
        let nobody_yet = self.last_worker == 0;
        while self.queue.len() > self.starting() && self.may_start() == Advice::Start {
            self.start_one();
        }
        let Settings {
            min, max, prewarm, ..
        } = self.settings;
        let wanted = match min.min(max) {
            _ if self.closing || !self.opened => return,
            0 if prewarm && nobody_yet => max,
            min => min,
        };
        while self.workers.len() < wanted
            && self.caution.ahead_of_jobs(self.starting(), self.now) == Advice::Start
        {
            self.start_one();
        }
    }

    /// A job that has just come is not to wait behind less urgent ones that were sent ahead: it goes where fewest are before it, and
    /// those behind go back to the queue. Only for newcomers: what comes back has had its turn, and would drive others back in turn.
    fn make_way(&mut self) {
        let newcomer = self.newcomer.take();
        let first = self.queue.iter().next().map(|(ticket, key)| (ticket, *key));
        let Some((ticket, key)) = first.filter(|(_, key)| Some(*key) == newcomer) else {
            return;
        };
        if self.starting() > 0 {
            return;
        }
        let less_urgent = |key: JobKey| self.jobs.get(&key).is_some_and(|job| job.ticket > ticket);
        let place = |(id, worker): (&WorkerId, &Worker)| {
            let later = worker.line.last_wanted(less_urgent);
            (worker.line.wanted_behind() - later, later, *id)
        };
        let takers = self.workers.iter().filter(|(_, worker)| {
            worker.phase == Phase::Up
                && worker.line.first().is_some_and(|first| first.wanted)
                && worker.line.len() <= self.settings.behind
                && !self.is_held_up(worker)
        });
        let places: Vec<_> = takers.map(place).collect();
        let is_urgent = places.iter().any(|(_, later, _)| *later > 0);
        let Some((before, later, id)) = places.into_iter().min().filter(|_| is_urgent) else {
            return;
        };
        let gone = if later > self.pace.negligible() {
            later
        } else {
            0
        };
        if before + later - gone >= self.pace.depth(self.settings.behind) {
            return;
        }
        for key in self.take_back(id, gone) {
            self.requeue(key);
        }
        self.queue.remove(ticket);
        self.put(key, id);
    }

    /// What is in the queue goes behind others, always where the line is shortest. Not while somebody is on the way: who comes first
    /// in the queue would wait behind a task of unknown length, and the newcomer would begin with a later one.
    fn send_ahead(&mut self) {
        if self.starting() > 0 {
            return;
        }
        let depth = self.pace.depth(self.settings.behind);
        let mut takers = self.which(|worker| self.takes_more(worker));
        while !self.queue.is_empty() {
            let shortest = takers
                .iter()
                .map(|id| self.workers[id].line.len())
                .enumerate()
                .filter(|(_, length)| *length <= depth)
                .min_by_key(|(_, length)| *length);
            let Some((index, _)) = shortest else { break };
            let id = takers[index];
            match self.next_for(id) {
                Some(key) => self.put(key, id),
                None => {
                    takers.remove(index);
                }
            }
        }
    }

    /// Who still has nothing to do relieves the one with most behind, of the later half. First all that was put into lines is sent.
    fn share_out(&mut self) {
        self.send();
        while let Some(idle) = self.next_idle() {
            let busiest = self
                .workers
                .iter()
                .max_by_key(|(id, worker)| (worker.line.wanted_behind(), std::cmp::Reverse(**id)));
            let Some((busiest, behind)) = busiest.map(|(id, w)| (*id, w.line.wanted_behind()))
            else {
                return;
            };
            let most = 1 + self.pace.depth(self.settings.behind);
            let share = behind.div_ceil(1 + self.which(Worker::is_idle).len());
            let mut jobs = self.take_back(busiest, share.min(most));
            // In the order of their turns, which urgent ones that came late had no part in while they were sent ahead.
            jobs.sort_by_key(|key| self.jobs.get(key).map(|job| job.ticket));
            if jobs.is_empty() {
                return;
            }
            for key in jobs {
                self.put(key, idle);
            }
            // What the next one takes back must have been sent.
            self.send();
        }
    }

    /// Says what was put where, in one message to each worker.
    fn send(&mut self) {
        while let Some((id, jobs)) = self.unsent.pop_first() {
            let first = jobs.first().copied();
            self.say(Action::Send(id, jobs));
            if first == self.job_of(id) {
                self.next_begins(id);
            }
        }
    }

    /// Workers for whom there is nothing to do go home: all at the end, and those above `min` after `keep_alive`.
    fn dismiss(&mut self) {
        if self.closing && self.queue.is_empty() {
            for id in self.which(|worker| worker.line.is_empty()) {
                self.let_go(id);
            }
        } else if let Some(keep_alive) = self.settings.keep_alive {
            let now = self.now;
            let over = |w: &Worker| w.is_idle() && w.since.saturating_add(keep_alive) <= now;
            let mut bored = self.which(over);
            bored.sort_by_key(|id| self.workers[id].since);
            let spare = self.workers.len().saturating_sub(self.settings.min);
            for id in bored.into_iter().take(spare) {
                self.let_go(id);
            }
        }
    }

    /// Whether and when one more worker may start for a job.
    pub(super) fn may_start(&self) -> Advice {
        let workers = self.workers.len();
        if workers >= self.settings.max.max(1) {
            return Advice::See;
        }
        self.caution.for_jobs(workers, self.starting(), self.now)
    }

    /// Whether what is behind the worker's first frame should not wait for it.
    fn is_held_up(&self, worker: &Worker) -> bool {
        worker.since.saturating_add(self.pace.stall()) <= self.now
    }

    /// Whether frames should be sent behind the one that the worker runs: not one by one, but when half of them are gone.
    fn takes_more(&self, worker: &Worker) -> bool {
        let depth = self.pace.depth(self.settings.behind);
        let behind = worker.line.len().saturating_sub(1);
        worker.phase == Phase::Up
            && worker.line.first().is_some_and(|first| first.wanted)
            && behind < depth
            && behind <= depth / 2
            && !self.is_held_up(worker)
    }

    fn start_one(&mut self) {
        self.last_worker += 1;
        let id = self.last_worker;
        let until = self.now.saturating_add(self.settings.start_timeout);
        self.workers.insert(id, Worker::new(self.now, until));
        self.counters.started += 1;
        if self.gaps > 0 {
            self.gaps -= 1;
            self.counters.replaced += 1;
        }
        self.say(Action::Start(id));
    }

    fn next_idle(&self) -> Option<WorkerId> {
        let idle = self.workers.iter().filter(|(_, worker)| worker.is_idle());
        let last = idle.max_by_key(|(id, worker)| (worker.since, std::cmp::Reverse(**id)));
        last.map(|(id, _)| *id)
    }

    /// Takes the job whose turn it is out of the queue. `None` also while the worker has been sent that one before, and has not answered
    /// for it: it soon will have, and nobody is to be put before it meanwhile.
    fn next_for(&mut self, id: WorkerId) -> Option<JobKey> {
        loop {
            let (ticket, key) = self.queue.iter().next().map(|(t, key)| (t, *key))?;
            if self.workers[&id].line.contains(key) {
                return None;
            }
            self.queue.remove(ticket);
            let job = &self.jobs[&key];
            match (job.deadline, job.terms.deadline) {
                (Some(time), Some(deadline)) if time <= self.now => {
                    self.settle(key);
                    self.say(Action::Fail(key, Failure::too_late(deadline)));
                }
                _ => return Some(key),
            }
        }
    }

    /// Gives up the last frames of the worker's line that have not begun. They need another place.
    fn take_back(&mut self, id: WorkerId, count: usize) -> Vec<JobKey> {
        let worker = self.workers.get_mut(&id);
        let jobs = worker.map_or_else(Vec::new, |worker| worker.line.give_up_last(count));
        self.counters.taken_back += jobs.len() as u64;
        for key in &jobs {
            self.actions.push(Action::TakeBack(id, *key));
        }
        jobs
    }

    fn put(&mut self, key: JobKey, id: WorkerId) {
        if let (Some(job), Some(worker)) = (self.jobs.get_mut(&key), self.workers.get_mut(&id)) {
            job.place = Place::At(id);
            if worker.line.is_empty() {
                worker.since = self.now;
            }
            worker.line.push(key);
            worker.pinged = None;
            self.unsent.entry(id).or_default().push(key);
        }
    }

    fn which(&self, is: impl Fn(&Worker) -> bool) -> Vec<WorkerId> {
        let workers = self.workers.iter().filter(|(_, worker)| is(worker));
        workers.map(|(id, _)| *id).collect()
    }
}
