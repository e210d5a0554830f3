//! Does what the scheduler decides, and tells it what happens. On the thread of the pool's owner, or in a coordinator.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::time::Duration;

use super::alarm::Alarm;
use super::client::Client;
use super::host::{Heard, Host, Moment, Program, Role};
use super::line::Line;
use super::scheduler::{Action, End, Event, Scheduler, Settings, WorkerId};
use super::trouble::{self, Speaker};
use super::turn::Desk;
use super::word::Tally;
use crate::error::{ErrorKind, Failure};
use crate::job::JobKey;

pub(super) struct Driver {
    pub(super) client: Rc<dyn Client>,
    host: Host,
    program: Result<Program, String>,
    scheduler: RefCell<Scheduler>,
    lines: RefCell<HashMap<WorkerId, Rc<Line>>>,
    pub(super) desk: Desk,
    /// Whose frames are packed and not posted: those of several events in one message.
    packed: RefCell<BTreeSet<WorkerId>>,
    told: Cell<Tally>,
    held: Cell<bool>,
    pub(super) alarm: Alarm,
    over: Cell<bool>,
}

impl Driver {
    pub(super) fn new(
        client: Rc<dyn Client>,
        host: Host,
        program: Result<Program, String>,
        settings: Settings,
    ) -> Rc<Self> {
        let driver = Rc::new(Driver {
            client,
            alarm: Alarm::new(&host),
            host,
            program,
            scheduler: RefCell::new(Scheduler::new(settings)),
            lines: RefCell::default(),
            desk: Desk::default(),
            packed: RefCell::default(),
            told: Cell::default(),
            held: Cell::new(false),
            over: Cell::new(false),
        });
        driver.tell([Event::Tick]);
        driver
    }

    pub(super) fn lines(&self) -> Vec<(WorkerId, Rc<Line>)> {
        let lines = self.lines.borrow();
        let pairs = lines.iter().map(|(id, line)| (*id, Rc::clone(line)));
        pairs.collect()
    }

    pub(super) fn decide(&self, event: Event, now: Duration) -> Vec<Action> {
        let actions = self.scheduler.borrow_mut().on(event, now);
        self.count();
        actions
    }

    /// What depends on whether there is still something to do.
    pub(super) fn after_turn(&self) {
        self.hold(self.scheduler.borrow().has_work());
        if self.scheduler.borrow().is_over() && !self.over.replace(true) {
            self.client.over();
        }
        self.client.flush();
    }

    pub(super) fn act(self: &Rc<Self>, action: Action) {
        match action {
            Action::Start(worker) => self.start(worker),
            Action::Send(worker, jobs) => {
                if let Some(line) = self.line(worker) {
                    line.add(jobs);
                    self.send(worker, &line);
                }
            }
            Action::TakeBack(worker, job) => {
                if self.line(worker).is_some_and(|line| line.take_back(job)) {
                    self.desk.later(Event::Skipped(worker, job));
                }
            }
            Action::Running(job, worker) => {
                let line = self.line(worker);
                // First: what follows may never return.
                if let Some(line) = &line {
                    line.set_running(job);
                }
                self.client.running(job, worker);
                if let Some(line) = line {
                    self.send(worker, &line);
                }
            }
            Action::Waiting(job) => self.client.waiting(job),
            Action::Unbegun(job) => self.client.unbegun(job),
            Action::Ping(worker) => {
                if let Some(line) = self.line(worker) {
                    line.ping();
                }
            }
            Action::Stop(worker) => self.stop(worker),
            Action::Deliver(job) => {
                // Somebody takes the time to decode; the workers go on meanwhile.
                self.post();
                let answer = self.desk.take_answer();
                if let Some(answer) = answer {
                    if let Some(worker) = answer.unheralded {
                        self.client.running(job, worker);
                    }
                    self.client.deliver(job, answer.done);
                }
            }
            Action::Fail(job, failure) => self.client.fail(job, failure),
            Action::WakeAt(time) => self.wake_at(time),
        }
    }

    fn start(self: &Rc<Self>, worker: WorkerId) {
        let driver = Rc::downgrade(self);
        let heard: Rc<dyn Fn(Heard)> = Rc::new(move |heard| {
            if let Some(driver) = driver.upgrade() {
                driver.heard(worker, heard);
            }
        });
        let link = match &self.program {
            Ok(program) => self.host.start(program, Role::Serve(worker), heard),
            Err(text) => Err(text.clone()),
        };
        match link {
            Ok(link) => {
                link.hold(self.held.get());
                let line = Rc::new(Line::new(link));
                self.lines.borrow_mut().insert(worker, line);
                self.client.worker_started(worker);
            }
            Err(text) => {
                let failure = self.start_failure(Speaker::Platform, &text);
                self.desk.later(Event::Lost(worker, failure));
            }
        }
    }

    pub(super) fn send(&self, worker: WorkerId, line: &Line) {
        self.packed.borrow_mut().insert(worker);
        line.send(&*self.client);
        self.not_sent(worker, line);
    }

    /// A worker that cannot be told of a task is as good as dead: nobody would settle that task.
    pub(super) fn post(self: &Rc<Self>) {
        while let Some(worker) = self.next_packed() {
            let line = self.line(worker);
            if let Some(Err(text)) = line.map(|line| line.flush()) {
                let text = format!("it could not be told what to do: {text}");
                let moment = self.moment_of_death(worker);
                self.lost(worker, Speaker::Platform, moment, &text);
            }
        }
    }

    fn next_packed(&self) -> Option<WorkerId> {
        self.packed.borrow_mut().pop_first()
    }

    pub(super) fn not_sent(&self, worker: WorkerId, line: &Line) {
        for (job, failure) in line.take_unsendable() {
            let settled = || Failure::new(ErrorKind::Cancelled, "it had settled before");
            let end = End::Failure(failure.unwrap_or_else(settled));
            self.desk.later(Event::Finished(worker, job, end));
        }
    }

    fn stop(&self, worker: WorkerId) {
        let line = self.lines.borrow_mut().remove(&worker);
        if let Some(line) = line {
            line.link().stop();
            self.client.worker_ended(worker);
        }
    }

    /// As far as that can be done. A worker that is left has no more work.
    pub(super) fn stop_all(&self) {
        let lines = self
            .lines
            .try_borrow_mut()
            .map(|mut lines| std::mem::take(&mut *lines));
        for (worker, line) in lines.unwrap_or_default() {
            line.link().stop();
            self.client.worker_ended(worker);
        }
    }

    /// Lets the job see that it is in vain, where it runs and memory is shared.
    pub(super) fn cancel(self: &Rc<Self>, job: JobKey) {
        let worker = self.scheduler.borrow().worker_of(job);
        if let Some(line) = worker.and_then(|worker| self.line(worker)) {
            line.flag(job);
        }
        self.tell([Event::Cancelled(job)]);
    }

    /// Workers keep a Node program alive while there is work, and let it exit when there is none.
    fn hold(&self, hold: bool) {
        if self.held.replace(hold) != hold {
            let lines = self.lines.borrow();
            lines.values().for_each(|line| line.link().hold(hold));
        }
    }

    /// Before anybody hears of an end that has to do with it.
    fn count(&self) {
        let counters = self.scheduler.borrow().counters();
        let told = self.told.get();
        let now = Tally {
            lost: counters.lost,
            replaced: counters.replaced,
            recycled: counters.recycled,
            taken_back: counters.taken_back,
        };
        if now != told {
            self.told.set(now);
            self.client.counted(Tally {
                lost: now.lost - told.lost,
                replaced: now.replaced - told.replaced,
                recycled: now.recycled - told.recycled,
                taken_back: now.taken_back - told.taken_back,
            });
        }
    }

    pub(super) fn client(&self) -> &dyn Client {
        &*self.client
    }

    pub(super) fn line(&self, worker: WorkerId) -> Option<Rc<Line>> {
        self.lines.borrow().get(&worker).cloned()
    }

    pub(super) fn lost(
        self: &Rc<Self>,
        worker: WorkerId,
        speaker: Speaker,
        moment: Moment,
        text: &str,
    ) {
        let is_ready = self.line(worker).is_some_and(|line| line.is_ready());
        let crashed = || Failure::new(ErrorKind::Crashed, format!("the worker died: {text}"));
        self.tell([match moment {
            Moment::Between if is_ready => Event::LostBetween(worker, crashed()),
            Moment::Work if is_ready => Event::Lost(worker, crashed()),
            _ => Event::Lost(worker, self.start_failure(speaker, text)),
        }]);
    }

    /// What the worker was at that has died without a word of its own, as far as can be known.
    pub(super) fn moment_of_death(&self, worker: WorkerId) -> Moment {
        match self.line(worker).and_then(|line| line.was_running()) {
            Some(false) => Moment::Between,
            Some(true) | None => Moment::Work,
        }
    }

    fn start_failure(&self, speaker: Speaker, text: &str) -> Failure {
        trouble::start_failure(&self.program, self.host.backend(), speaker, text)
    }
}
