//! A driver's turns: what has come in, one thing after the other, until there is nothing left to
//! do.
//!
//! All that matters is in the driver and not on the stack: code of the program may be cut off in
//! the middle of a turn, and takes the stack with it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::driver::Driver;
use super::guard::Cut;
use super::host::Heard;
use super::js;
use super::parcel::Parcel;
use super::scheduler::{Action, End, Event, WorkerId};
use crate::error::{ErrorKind, Failure};
use crate::job::JobKey;

/// What a driver has before it.
#[derive(Default)]
pub(super) struct Desk {
    /// What workers have sent, unread.
    mail: RefCell<VecDeque<(WorkerId, Heard)>>,
    /// What has happened, and when, and waits for its turn, with the answer that came with it.
    inbox: RefCell<VecDeque<Happened>>,
    /// What is still to be done about the event whose turn it is, and the answer that came with it.
    agenda: RefCell<VecDeque<Action>>,
    answer: RefCell<Option<Answer>>,
    busy: Cell<bool>,
    /// The last turn was cut off.
    cut: Cell<bool>,
}

type Happened = (Event, Duration, Option<Answer>);

pub(super) struct Answer {
    pub(super) done: Parcel,
    /// The worker that has answered, if the job was not said to have begun there: it was taken
    /// back, too late.
    pub(super) unheralded: Option<WorkerId>,
}

impl Desk {
    pub(super) fn later(&self, event: Event) {
        self.inbox.borrow_mut().push_back((event, js::now(), None));
    }

    pub(super) fn take_answer(&self) -> Option<Answer> {
        self.answer.take()
    }

    // Functions of their own, so that the borrow has ended when what they give is worked on.

    fn next_action(&self) -> Option<Action> {
        self.agenda.borrow_mut().pop_front()
    }

    fn next_event(&self) -> Option<Happened> {
        self.inbox.borrow_mut().pop_front()
    }

    fn next_mail(&self) -> Option<(WorkerId, Heard)> {
        self.mail.borrow_mut().pop_front()
    }

    fn is_empty(&self) -> bool {
        self.agenda.borrow().is_empty()
            && self.inbox.borrow().is_empty()
            && self.mail.borrow().is_empty()
    }
}

impl Driver {
    /// Hands events to the scheduler and does what it says. No `RefCell` is borrowed while foreign
    /// code can run.
    pub(super) fn tell(self: &Rc<Self>, events: impl IntoIterator<Item = Event>) {
        // What happens at one time has one time, however long it takes to start a worker for the
        // first of many jobs.
        let now = js::now();
        let events: Vec<_> = events.into_iter().map(|event| (event, now, None)).collect();
        self.desk.inbox.borrow_mut().extend(events);
        self.go_on();
    }

    /// A callback from the event loop: a worker has sent something, or has ended.
    pub(super) fn heard(self: &Rc<Self>, worker: WorkerId, heard: Heard) {
        self.wake();
        match heard {
            Heard::Message(parcel) => {
                let messages = parcel.messages().into_iter();
                let mail = messages.map(|message| (worker, Heard::Message(message)));
                self.desk.mail.borrow_mut().extend(mail);
            }
            end => self.desk.mail.borrow_mut().push_back((worker, end)),
        }
        self.go_on();
    }

    /// The worker has returned from the job; the answer is its frame `Done`.
    pub(super) fn finished(
        self: &Rc<Self>,
        worker: WorkerId,
        job: JobKey,
        took: Duration,
        done: Parcel,
    ) {
        let event = Event::Finished(worker, job, End::Value(Some(took)));
        let heralded = self.line(worker).is_some_and(|line| line.runs(job));
        let answer = Answer {
            done,
            unheralded: (!heralded).then_some(worker),
        };
        let happened = (event, js::now(), Some(answer));
        self.desk.inbox.borrow_mut().push_back(happened);
        self.go_on();
    }

    /// JavaScript runs to completion: a turn that has not ended when the event loop calls again was
    /// cut off.
    pub(super) fn wake(self: &Rc<Self>) {
        if self.desk.busy.get() {
            self.cut_off(&Failure::new(ErrorKind::Crashed, "the turn did not end"));
        }
    }

    fn go_on(self: &Rc<Self>) {
        if self.desk.busy.replace(true) {
            return;
        }
        let driver = Rc::clone(self);
        let done = (self.client).protect(Box::new(move || driver.turn()));
        match done {
            Ok(()) => self.rest(),
            Err(Cut::During(failure)) => self.cut_off(&failure),
            Err(Cut::Before(_)) => self.go_on_later(),
        }
    }

    fn turn(self: &Rc<Self>) {
        if self.desk.cut.take() {
            // What was ready to be sent before that job, or is still to be.
            for (worker, line) in self.lines() {
                self.send(worker, &line);
            }
        }
        loop {
            while let Some(action) = self.desk.next_action() {
                self.act(action);
            }
            if let Some((event, now, answer)) = self.desk.next_event() {
                self.desk.answer.replace(answer);
                let actions = self.decide(event, now);
                self.desk.agenda.borrow_mut().extend(actions);
            } else if let Some((worker, heard)) = self.desk.next_mail() {
                self.open(worker, heard);
            } else {
                self.post();
                if self.desk.is_empty() {
                    return;
                }
            }
        }
    }

    fn rest(&self) {
        self.desk.busy.set(false);
        self.after_turn();
    }

    /// The job whose turn it was ends by it; with all others the driver goes on in a later turn of
    /// the event loop, where the stack is its own.
    fn cut_off(self: &Rc<Self>, failure: &Failure) {
        let Some((job, fail)) = self.client.cut_off(failure) else {
            return self.abandon(failure);
        };
        let fail = Action::Fail(job, fail);
        self.desk.agenda.borrow_mut().push_front(fail);
        self.desk.later(Event::Cancelled(job));
        for (worker, line) in self.lines() {
            line.cut_off();
            self.not_sent(worker, &line);
        }
        self.desk.cut.set(true);
        self.go_on_later();
    }

    fn go_on_later(self: &Rc<Self>) {
        self.desk.busy.set(false);
        let driver = Rc::clone(self);
        js::after_this_turn(move || driver.go_on());
    }

    /// It was cut off in the middle of its own work, as where there is no memory or no stack left:
    /// what it knows may be wrong by now. All that it had ends, and the next task finds another
    /// driver.
    fn abandon(&self, failure: &Failure) {
        self.stop_all();
        let text = format!("the pool's own work was cut off: {}", failure.message);
        self.client
            .abandoned(&Failure::new(ErrorKind::Crashed, text));
    }
}
