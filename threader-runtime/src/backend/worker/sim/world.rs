//! Everything around the scheduler: the clock, the owner of the pool, its workers, the ports between them and the timer.
//! What happens next is the earliest thing that is due; the scheduler hears of it and is obeyed.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use super::super::scheduler::{Action, End, Event, Scheduler, WorkerId};
use super::oracle::{Broken, Oracle, Seen};
use super::plan::{self, Outcome, Plan, Start};
use super::rng::hash;
use super::worker::{Message, Worker, failure};
use crate::error::ErrorKind;
use crate::job::JobKey;

/// One event, and what the scheduler made of it.
pub(super) struct Step {
    pub(super) now: u64,
    pub(super) event: Event,
    pub(super) actions: Vec<Action>,
}

pub(super) struct World<'p> {
    plan: &'p Plan,
    now: u64,
    /// By time; among what is due at once timers come last, and the rest in the order in which it came about.
    ahead: BTreeMap<(u64, bool, u64), Incident>,
    incidents: u64,
    workers: BTreeMap<WorkerId, Worker>,
    /// How often each job was said to have begun.
    begun: BTreeMap<JobKey, u32>,
    /// Jobs that somebody has given up on, because nothing else would end them.
    given_up: BTreeSet<JobKey>,
    /// Results that were lost on their way from these workers.
    unheard: BTreeSet<(WorkerId, JobKey)>,
    lost: u64,
    alarm: Option<Alarm>,
    alarms: u64,
    early_in_a_row: u64,
    closing: bool,
    last_settled: (usize, u64),
    scheduler: Scheduler,
    oracle: Oracle,
    steps: Vec<Step>,
}

struct Alarm {
    number: u64,
    at: u64,
}

enum Incident {
    Submit(usize),
    Cancel(JobKey),
    Close,
    /// The timer of this alarm fires.
    Timer(u64),
    Heard(WorkerId, Event),
    Arrives(WorkerId, Message),
    ComesUp(WorkerId),
    RunEnds(WorkerId),
    /// True: somebody says so.
    Dies(WorkerId, bool),
}

/// What a simulation came to.
pub(super) struct Run {
    pub(super) broken: Option<Broken>,
    pub(super) steps: Vec<Step>,
    pub(super) seen: Seen,
}

/// Longer than anything in a plan takes: a job that has not settled after that never will.
const PATIENCE: u64 = 300_000_000;
/// How long somebody waits for a task that hangs before they cancel it.
const GIVES_UP: u64 = 700_000;
/// More than any plan needs: a scheduler that goes on after that goes in circles.
const MOST_STEPS: usize = 60_000;

impl<'p> World<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        let settings = plan.settings();
        let mut world = World {
            plan,
            now: 0,
            ahead: BTreeMap::new(),
            incidents: 0,
            workers: BTreeMap::new(),
            begun: BTreeMap::new(),
            given_up: BTreeSet::new(),
            unheard: BTreeSet::new(),
            lost: 0,
            alarm: None,
            alarms: 0,
            early_in_a_row: 0,
            closing: false,
            last_settled: (0, 0),
            oracle: Oracle::new(plan),
            scheduler: Scheduler::new(settings),
            steps: Vec::new(),
        };
        for (index, task) in plan.tasks.iter().enumerate() {
            world.later(task.at, Incident::Submit(index));
        }
        if let Some(at) = plan.close_at {
            let last = plan.tasks.iter().map(|task| task.at).max();
            world.later(at.max(last.unwrap_or(0)), Incident::Close);
        }
        world
    }

    /// Until everything has settled and the pool is closed, or until the scheduler has broken a promise.
    pub(super) fn run(mut self) -> Run {
        let broken = self.go().err();
        Run {
            broken,
            steps: self.steps,
            seen: self.oracle.seen,
        }
    }

    fn go(&mut self) -> Result<(), Broken> {
        self.tell(Event::Tick)?;
        while !self.oracle.is_over() {
            let Some(((time, timer, number), incident)) = self.ahead.pop_first() else {
                return Err(self.oracle.never_ends());
            };
            if let Some(end) = self.blocked_until(time).filter(|_| incident.is_owners()) {
                self.ahead.insert((end, timer, number), incident);
                continue;
            }
            self.now = time;
            self.happen(incident)?;
            self.give_up_on_what_hangs();
            if self.now > self.last_settled.1 + PATIENCE || self.steps.len() > MOST_STEPS {
                return Err(self.oracle.never_ends());
            }
        }
        Ok(())
    }

    fn happen(&mut self, incident: Incident) -> Result<(), Broken> {
        match incident {
            Incident::Submit(index) => {
                let task = &self.plan.tasks[index];
                if let Some(after) = task.cancel {
                    self.later(self.now + after, Incident::Cancel(task.key));
                }
                self.tell(Event::Submitted(task.key, task.terms(), Duration::ZERO))?;
            }
            Incident::Cancel(job) => self.tell(Event::Cancelled(job))?,
            Incident::Close => self.tell(Event::Closing)?,
            Incident::Timer(number) => {
                if self
                    .alarm
                    .as_ref()
                    .is_some_and(|alarm| alarm.number == number)
                {
                    self.alarm = None;
                    self.tell(Event::Tick)?;
                }
            }
            Incident::Heard(worker, event) => {
                let event = self.placed(event);
                let late = !self.workers.contains_key(&worker);
                if !late || self.plan.late_messages {
                    self.tell(event)?;
                }
            }
            Incident::Arrives(id, message) => {
                if let Some(worker) = self.workers.get_mut(&id) {
                    worker.is_posted(message);
                    self.turn(id);
                }
            }
            Incident::ComesUp(id) => {
                if let Some(worker) = self.workers.get_mut(&id) {
                    let said = worker.comes_up();
                    if let Some(death) = worker.fate.death {
                        self.later(self.now + death.after, Incident::Dies(id, death.said));
                    }
                    self.say(id, said);
                    self.turn(id);
                }
            }
            Incident::RunEnds(id) => {
                if let Some(worker) = self.workers.get_mut(&id).filter(|worker| !worker.dead) {
                    let said = worker.run_ends();
                    self.say(id, said);
                    self.turn(id);
                }
            }
            Incident::Dies(id, said) => {
                if let Some(worker) = self.workers.get_mut(&id).filter(|worker| !worker.dead) {
                    let job = worker.running.map(|(job, _)| job);
                    let lost = worker.dies(job, failure(ErrorKind::Crashed, "worker", id.into()));
                    if said {
                        self.say(id, vec![lost]);
                    }
                }
            }
        }
        Ok(())
    }

    /// A death as its owner hears of it: where it is known what the worker was in, that may not be what the scheduler takes to be
    /// running there.
    fn placed(&self, event: Event) -> Event {
        match event {
            Event::Lost(id, failure)
                if failure.kind == ErrorKind::Crashed && self.was_elsewhere(id) =>
            {
                Event::LostBetween(id, failure)
            }
            event => event,
        }
    }

    fn was_elsewhere(&self, id: WorkerId) -> bool {
        let worker = self.workers.get(&id);
        let known = worker.filter(|worker| worker.dead && worker.fate.shares);
        known.is_some_and(|worker| worker.died_in != self.scheduler.job_of(id))
    }

    /// The scheduler hears of it, is checked and is obeyed.
    fn tell(&mut self, event: Event) -> Result<(), Broken> {
        self.oracle.hear(&event, self.now);
        let now = Duration::from_micros(self.now);
        let answer = || self.scheduler.on(event.clone(), now);
        let answer = panic::catch_unwind(AssertUnwindSafe(answer));
        let actions = answer.as_ref().cloned().unwrap_or_default();
        self.steps.push(Step {
            now: self.now,
            event,
            actions: actions.clone(),
        });
        if answer.is_err() {
            return Err(self.oracle.panicked());
        }
        for action in actions {
            self.oracle.check_action(&action)?;
            self.obey(action);
        }
        let alarm = self.alarm.as_ref().map(|alarm| alarm.at);
        self.oracle.check_state(alarm, &self.scheduler)?;
        let settled = self.oracle.settled();
        if settled > self.last_settled.0 {
            self.last_settled = (settled, self.now);
        }
        if self.oracle.all_settled() && settled == self.plan.tasks.len() && !self.closing {
            self.closing = true;
            if self.plan.close_at.is_none() {
                let quiet = hash(&[self.plan.seed, 1]) % 3_000_000;
                self.later(self.now + quiet, Incident::Close);
            }
        }
        Ok(())
    }

    fn obey(&mut self, action: Action) {
        match action {
            Action::Start(id) => {
                let fate = self.plan.fate(id);
                self.workers.insert(id, Worker::new(id, fate));
                match fate.start {
                    Start::Ready(after) => self.later(self.now + after, Incident::ComesUp(id)),
                    Start::Fails(after) => {
                        let lost = failure(ErrorKind::Unavailable, "worker", id.into());
                        let lost = Event::Lost(id, lost);
                        self.later(self.now + after, Incident::Heard(id, lost));
                    }
                    Start::Never => {}
                }
            }
            Action::Send(id, jobs) => {
                let task = |job: &JobKey| self.plan.tasks.iter().find(|task| task.key == *job);
                let (bad, good): (Vec<_>, Vec<_>) = jobs
                    .into_iter()
                    .partition(|job| task(job).is_some_and(|task| task.unsendable));
                for job in bad {
                    let end = End::Failure(failure(ErrorKind::Codec, "the frame", job));
                    let event = Event::Finished(id, job, end);
                    self.later(self.now, Incident::Heard(id, event));
                }
                if !good.is_empty() {
                    self.post(id, Message::Run(good));
                }
            }
            Action::TakeBack(id, job) => self.post(id, Message::TakeBack(job)),
            Action::Ping(id) => self.post(id, Message::Ping),
            Action::Running(job, _) => *self.begun.entry(job).or_default() += 1,
            Action::Stop(id) => {
                self.workers.remove(&id);
            }
            // Rounded up: a clock that stands still just before the time would never reach it.
            Action::WakeAt(time) => self.set_alarm(time.as_nanos().div_ceil(1_000) as u64),
            Action::Unbegun(job) => *self.begun.entry(job).or_default() -= 1,
            Action::Waiting(_) | Action::Deliver(_) | Action::Fail(..) => {}
        }
    }

    fn set_alarm(&mut self, at: u64) {
        self.alarms += 1;
        let number = self.alarms;
        let chance = hash(&[self.plan.seed, 2, number]);
        let early = chance % 100 < self.plan.timers.early && self.early_in_a_row < 3;
        self.early_in_a_row = if early { self.early_in_a_row + 1 } else { 0 };
        let fires = match early {
            true => self.now + (chance >> 32) % at.saturating_sub(self.now).max(1),
            false => at.max(self.now) + (chance >> 32) % (self.plan.timers.late + 1),
        };
        self.alarm = Some(Alarm { number, at });
        self.incidents += 1;
        self.ahead
            .insert((fires, true, self.incidents), Incident::Timer(number));
    }

    /// Somebody cancels a job after a while that nothing else would ever end.
    fn give_up_on_what_hangs(&mut self) {
        for (job, id) in self.oracle.without_limit() {
            if self.hangs(job, id) && self.given_up.insert(job) {
                self.later(self.now + GIVES_UP, Incident::Cancel(job));
            }
        }
    }

    fn hangs(&self, job: JobKey, id: WorkerId) -> bool {
        let Some(worker) = self.workers.get(&id) else {
            return false;
        };
        let hangs =
            |(running, run): &(JobKey, plan::Run)| *running == job && run.end == Outcome::Hangs;
        self.unheard.contains(&(id, job))
            || worker.running.as_ref().is_some_and(hangs)
            || worker.dead && !self.will_be_heard_of(id)
    }

    fn will_be_heard_of(&self, id: WorkerId) -> bool {
        let lost = |incident: &Incident| matches!(incident, Incident::Heard(_, Event::Lost(worker, _)) if *worker == id);
        self.ahead.values().any(lost)
    }

    fn turn(&mut self, id: WorkerId) {
        let Some(worker) = self.workers.get_mut(&id) else {
            return;
        };
        let mut said = Vec::new();
        let run_of = |job: JobKey| {
            let task = self.plan.tasks.iter().find(|task| task.key == job);
            let attempt = self.begun.get(&job).copied().unwrap_or(1);
            task.map(|task| task.run(attempt)).unwrap_or_default()
        };
        if worker.turn(run_of, &mut said)
            && let Some((_, run)) = worker.running
            && run.end != Outcome::Hangs
        {
            self.later(self.now + run.took, Incident::RunEnds(id));
        }
        self.say(id, said);
    }

    fn say(&mut self, id: WorkerId, said: Vec<Event>) {
        for event in said {
            let delay = self.delay(id);
            let overtakes = self.plan.death_overtakes && matches!(event, Event::Lost(..));
            if self.is_lost(&event) {
                self.lost += 1;
                if let Event::Finished(_, job, _) = event {
                    self.unheard.insert((id, job));
                }
                continue;
            }
            let Some(worker) = self.workers.get_mut(&id) else {
                return;
            };
            let arrives = match overtakes {
                true => self.now,
                false => worker.last_from.max(self.now + delay),
            };
            worker.last_from = arrives;
            self.later(arrives, Incident::Heard(id, event));
        }
    }

    fn is_lost(&self, event: &Event) -> bool {
        let answer = matches!(
            event,
            Event::Finished(..) | Event::Skipped(..) | Event::Beat(..)
        );
        // The number of what happens next is different for each message, and so is that of the lost ones.
        let chance = hash(&[self.plan.seed, 4, self.incidents, self.lost]) % 100;
        answer && chance < self.plan.lost_messages
    }

    fn post(&mut self, id: WorkerId, message: Message) {
        let delay = self.delay(id);
        let Some(worker) = self.workers.get_mut(&id) else {
            return;
        };
        worker.last_to = worker.last_to.max(self.now + delay);
        let arrives = worker.last_to;
        self.later(arrives, Incident::Arrives(id, message));
    }

    fn delay(&self, id: WorkerId) -> u64 {
        hash(&[self.plan.seed, 3, id.into(), self.incidents]) % (self.plan.fate(id).latency + 1)
    }

    fn later(&mut self, time: u64, incident: Incident) {
        self.incidents += 1;
        self.ahead.insert((time, false, self.incidents), incident);
    }

    fn blocked_until(&self, time: u64) -> Option<u64> {
        let inside = |(from, length): &&(u64, u64)| (*from..from + length).contains(&time);
        self.plan
            .blocked
            .iter()
            .find(inside)
            .map(|(from, length)| from + length)
    }
}

impl Incident {
    /// Whether it takes place on the owner's thread.
    fn is_owners(&self) -> bool {
        !matches!(
            self,
            Incident::Arrives(..)
                | Incident::ComesUp(_)
                | Incident::RunEnds(_)
                | Incident::Dies(..)
        )
    }
}
