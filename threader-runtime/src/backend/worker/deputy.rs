//! The owner's end of a coordinator: hands it the pool's tasks, and tells the pool's books what it says.
//!
//! As a driver does it keeps what has come and what is still to be done, and not on the stack: see
//! `turn.rs`.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use super::client::{Client, Local};
use super::guard::Cut;
use super::host::{Heard, Link};
use super::js::{self, PatientTimer, Timer};
use super::parcel::{Keep, Outgoing, Parcel};
use super::pool::{self, Owner};
use super::scheduler::WorkerId;
use super::word::{self, News, Order};
use crate::error::{ErrorKind, Failure};
use crate::frame::Frame;
use crate::job::{AnyJob, JobKey};
use crate::registry;

mod time;

pub(super) struct Deputy {
    owner: Weak<Owner>,
    books: Local,
    link: RefCell<Option<Link>>,
    up: Cell<bool>,
    gone: Cell<bool>,
    closing: Cell<bool>,
    /// It has been told that the pool closes.
    closed: Cell<bool>,
    /// What it has not been told of yet.
    unsent: RefCell<VecDeque<Arc<dyn AnyJob>>>,
    /// What has come from it, unread.
    mail: RefCell<VecDeque<Parcel>>,
    /// What ends without it, and how.
    ending: RefCell<VecDeque<(Arc<dyn AnyJob>, Failure)>>,
    outgoing: RefCell<Outgoing>,
    busy: Cell<bool>,
    held: Cell<bool>,
    workers: RefCell<HashSet<WorkerId>>,
    /// Pings since it was last heard of.
    unanswered: Cell<u32>,
    watched: Cell<bool>,
    /// When it has to be up, when a deadline comes before that, and when it is looked at next.
    late: RefCell<Option<PatientTimer>>,
    early: RefCell<Option<(Timer, Duration)>>,
    pulse: RefCell<Option<PatientTimer>>,
}

/// What became of a coordinator that is no more, and the tasks that it has not heard of.
pub(super) struct Remains {
    pub(super) was_up: bool,
    pub(super) closing: bool,
    pub(super) unsent: Vec<Arc<dyn AnyJob>>,
}

impl Deputy {
    /// Starts a coordinator. `Err`: the platform refuses at once.
    pub(super) fn start(owner: &Rc<Owner>, books: Local) -> Result<Rc<Self>, String> {
        let deputy = Rc::new(Deputy {
            owner: Rc::downgrade(owner),
            books,
            link: RefCell::default(),
            up: Cell::new(false),
            gone: Cell::new(false),
            closing: Cell::new(false),
            closed: Cell::new(false),
            unsent: RefCell::default(),
            mail: RefCell::default(),
            ending: RefCell::default(),
            outgoing: RefCell::default(),
            busy: Cell::new(false),
            held: Cell::new(false),
            workers: RefCell::default(),
            unanswered: Cell::new(0),
            watched: Cell::new(false),
            late: RefCell::default(),
            early: RefCell::default(),
            pulse: RefCell::default(),
        });
        let weak = Rc::downgrade(&deputy);
        let heard: Rc<dyn Fn(Heard)> = Rc::new(move |heard| {
            if let Some(deputy) = weak.upgrade() {
                deputy.heard(heard);
            }
        });
        let link = owner.start_coordinator(heard)?;
        link.hold(false);
        deputy.link.replace(Some(link));
        deputy.say(&Order::Begin(owner.settings().clone()));
        let weak = Rc::downgrade(&deputy);
        let late = PatientTimer::after(owner.settings().start_timeout, move || {
            if let Some(deputy) = weak.upgrade().filter(|deputy| !deputy.up.get()) {
                deputy.died("it did not start in time (`Config::start_timeout`)");
            }
        });
        deputy.late.replace(Some(late));
        Ok(deputy)
    }

    pub(super) fn submit(self: &Rc<Self>, jobs: Vec<Arc<dyn AnyJob>>) {
        if self.gone.get() {
            // What is said of its end may lead to new tasks, and has found it here.
            return match self.owner.upgrade() {
                Some(owner) => owner.submit(jobs),
                None => pool::no_owner(jobs),
            };
        }
        self.expect(&jobs);
        self.unsent.borrow_mut().extend(jobs);
        self.hold();
        self.watch();
        self.go_on();
    }

    pub(super) fn cancel(self: &Rc<Self>, job: JobKey) {
        if self.up.get() {
            self.say(&Order::Cancel(job));
            self.flush();
        }
        self.hold();
    }

    pub(super) fn close(self: &Rc<Self>) {
        self.closing.set(true);
        self.go_on();
    }

    /// A callback from the event loop.
    fn heard(self: &Rc<Self>, heard: Heard) {
        if self.gone.get() {
            return;
        }
        self.unanswered.set(0);
        self.wake();
        match heard {
            Heard::Message(parcel) => {
                self.mail.borrow_mut().extend(parcel.messages());
                self.go_on();
            }
            Heard::LastWords(_, text) | Heard::Death(text) => self.died(&text),
        }
    }

    /// As `Driver::wake`.
    fn wake(self: &Rc<Self>) {
        if self.busy.get() {
            self.cut_off(&Failure::new(ErrorKind::Crashed, "the turn did not end"));
        }
    }

    fn go_on(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        let deputy = Rc::clone(self);
        match self.books.protect(Box::new(move || deputy.turn())) {
            Ok(()) => {
                self.busy.set(false);
                self.flush();
                self.hold();
            }
            Err(Cut::During(failure)) => self.cut_off(&failure),
            Err(Cut::Before(_)) => self.go_on_later(),
        }
    }

    /// As `Driver::cut_off`.
    fn cut_off(self: &Rc<Self>, failure: &Failure) {
        self.busy.set(false);
        match self.books.cut_off(failure) {
            Some((key, failure)) => {
                if let Some(job) = self.books.job(key) {
                    self.ending.borrow_mut().push_front((job, failure));
                }
                if self.up.get() {
                    self.say(&Order::Cancel(key));
                }
            }
            None => return self.died(&format!("its owner was cut off: {}", failure.message)),
        }
        self.go_on_later();
    }

    fn go_on_later(self: &Rc<Self>) {
        self.busy.set(false);
        let deputy = Rc::clone(self);
        js::after_this_turn(move || deputy.go_on());
    }

    fn turn(self: &Rc<Self>) {
        loop {
            if let Some((job, failure)) = self.next_ending() {
                self.books.end(job, failure);
            } else if let Some(message) = self.next_mail() {
                self.message(message);
            } else if let Some(job) = self.next_unsent() {
                self.send(job);
            } else {
                break;
            }
        }
        if self.up.get() && self.closing.get() && !self.closed.replace(true) {
            self.say(&Order::Close);
        }
    }

    // Functions of their own, so that the borrow has ended when what they give is worked on.

    fn next_ending(&self) -> Option<(Arc<dyn AnyJob>, Failure)> {
        self.ending.borrow_mut().pop_front()
    }

    fn next_mail(&self) -> Option<Parcel> {
        self.mail.borrow_mut().pop_front()
    }

    /// Nothing before it is up.
    fn next_unsent(&self) -> Option<Arc<dyn AnyJob>> {
        let up = self.up.get();
        up.then(|| self.unsent.borrow_mut().pop_front()).flatten()
    }

    fn send(&self, job: Arc<dyn AnyJob>) {
        let order = Order::Submit(job.key(), job.terms(), job.age());
        let failure = match self.books.encode(Arc::clone(&job)) {
            None => return,
            Some(Err(failure)) => failure,
            Some(Ok(frame)) => {
                let length = frame.len();
                match self.push(Parcel::Bytes(frame)) {
                    Ok(()) => return self.say(&order),
                    Err(text) => {
                        let text =
                            format!("its {length} bytes of arguments could not be posted: {text}");
                        Failure::new(ErrorKind::Codec, text)
                    }
                }
            }
        };
        self.books.end(job, failure);
    }

    fn message(self: &Rc<Self>, message: Parcel) {
        if let Some(news) = message.word() {
            return self.news(news);
        }
        enum Said {
            Done(JobKey),
            Progress(JobKey, u64, u64),
            Nonsense,
        }
        let said = message.with_frame(|frame| match frame {
            Ok(Frame::Done { job, .. }) => Said::Done(job),
            Ok(Frame::Progress { job, done, total }) => Said::Progress(job, done, total),
            _ => Said::Nonsense,
        });
        match said {
            Said::Done(job) => self.books.deliver(job, message),
            Said::Progress(job, done, total) => self.books.progress(job, done, total),
            Said::Nonsense => self.died("it sent a message that cannot be read"),
        }
    }

    fn news(self: &Rc<Self>, news: News) {
        match news {
            News::Ready { build } if build == registry::build_id() => {
                self.up.set(true);
                self.late.take();
                self.early.take();
            }
            News::Ready { .. } => self.died("it runs another build of this program"),
            News::WorkerStarted(worker) => {
                self.workers.borrow_mut().insert(worker);
                self.books.worker_started(worker);
            }
            News::WorkerEnded(worker) => {
                self.workers.borrow_mut().remove(&worker);
                self.books.worker_ended(worker);
            }
            News::Counted(tally) => self.books.counted(tally),
            News::Running(job, worker) => self.books.running(job, worker),
            News::Waiting(job) => self.books.waiting(job),
            News::Unbegun(job) => self.books.unbegun(job),
            News::Failed(job, failure) => self.books.fail(job, failure),
            News::Log(worker, job, record) => self.books.log(job, worker, record),
            News::Beat => {}
            News::Over => {
                self.end();
                self.books.over();
            }
        }
    }

    /// It is gone, and its workers with it. What it had in hand ends here; nothing waits for it.
    fn died(self: &Rc<Self>, text: &str) {
        if self.gone.get() {
            return;
        }
        self.end();
        self.mail.take();
        let remains = Remains {
            was_up: self.up.get(),
            closing: self.closing.get(),
            unsent: self.unsent.take().into(),
        };
        for worker in self.workers.take() {
            self.books.worker_ended(worker);
        }
        let failure = Failure::new(ErrorKind::Crashed, format!("the coordinator died: {text}"));
        if remains.was_up {
            let kept: HashSet<JobKey> = remains.unsent.iter().map(|job| job.key()).collect();
            let mut jobs = self.books.open_jobs();
            jobs.retain(|job| !kept.contains(&job.key()));
            let ending = jobs.into_iter().map(|job| (job, failure.clone()));
            self.ending.borrow_mut().extend(ending);
        }
        // First: what ends may lead to new tasks.
        if let Some(owner) = self.owner.upgrade() {
            owner.without_coordinator(text, remains);
        }
        self.go_on();
    }

    fn end(&self) {
        self.gone.set(true);
        self.late.take();
        self.early.take();
        self.pulse.take();
        let link = self.link.take();
        if let Some(link) = link {
            link.stop();
        }
    }

    /// It keeps a Node program alive while there is work, and lets it exit when there is none.
    fn hold(&self) {
        let hold = !self.books.is_idle();
        if self.held.replace(hold) != hold
            && let Some(link) = &*self.link.borrow()
        {
            link.hold(hold);
        }
    }

    fn say(&self, order: &Order) {
        // Orders are small: the flush that follows tells whether they get away.
        let _ = self.push(Parcel::Bytes(word::encode(order)));
    }

    fn push(&self, parcel: Parcel) -> Result<(), String> {
        match &*self.link.borrow() {
            Some(link) => (self.outgoing.borrow_mut()).push(link.port(), parcel, Keep::Nothing),
            None => Ok(()),
        }
    }

    /// A coordinator that cannot be told of a task is as good as dead: nobody would settle that task.
    fn flush(self: &Rc<Self>) {
        let flushed = match &*self.link.borrow() {
            Some(link) => self.outgoing.borrow_mut().flush(link.port()),
            None => Ok(()),
        };
        if let Err(text) = flushed {
            self.died(&format!("it could not be told what to do: {text}"));
        }
    }
}
