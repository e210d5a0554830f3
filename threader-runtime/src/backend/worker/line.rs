//! One worker and what is on its way to it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::client::Client;
use super::host::Link;
use super::parcel::{Keep, Outgoing, Parcel};
use crate::error::{ErrorKind, Failure};
use crate::frame::Frame;
use crate::job::JobKey;

/// Small frames go out at once and wait at the worker. A large one goes out when it is the first in the line, so that it is
/// posted once and moved, not copied; what is behind it waits here as well, because order counts.
pub(super) struct Line {
    link: Link,
    /// The worker has loaded the program.
    ready: Cell<bool>,
    unsent: RefCell<VecDeque<JobKey>>,
    /// The large frame that the others wait for.
    held: RefCell<Option<(JobKey, Parcel)>>,
    running: Cell<Option<JobKey>>,
    memory: Cell<u64>,
    /// Whose frame is being made, by code of the user.
    encoding: Cell<Option<JobKey>>,
    unsendable: RefCell<Vec<Unsendable>>,
    outgoing: RefCell<Outgoing>,
}

/// A job that could not be sent; `None`: because it has settled.
pub(super) type Unsendable = (JobKey, Option<Failure>);

impl Line {
    pub(super) fn new(link: Link) -> Self {
        Line {
            link,
            ready: Cell::new(false),
            unsent: RefCell::default(),
            held: RefCell::default(),
            running: Cell::default(),
            memory: Cell::default(),
            encoding: Cell::default(),
            unsendable: RefCell::default(),
            outgoing: RefCell::default(),
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready.get()
    }

    pub(super) fn set_ready(&self) {
        self.ready.set(true);
    }

    /// Whether the worker holds another amount of memory than when it said so last.
    pub(super) fn grew_to(&self, memory: u64) -> bool {
        self.memory.replace(memory) != memory
    }

    pub(super) fn add(&self, jobs: Vec<JobKey>) {
        self.unsent.borrow_mut().extend(jobs);
    }

    pub(super) fn set_running(&self, job: JobKey) {
        self.running.set(Some(job));
    }

    /// Whether the job is the one that was said to run here last.
    pub(super) fn runs(&self, job: JobKey) -> bool {
        self.running.get() == Some(job)
    }

    /// Whether the worker was in the job that was said to run here last, when it died. `None`: nobody can know.
    pub(super) fn was_running(&self) -> Option<bool> {
        self.link.is_in(self.running.get()?)
    }

    /// Packs what may go, and posts what is large. Encoding runs code of the user, which may never come back from a panic: all
    /// that matters is in here and not on the stack.
    pub(super) fn send(&self, client: &dyn Client) {
        while let Some((job, frame)) = self.next(client) {
            let large = frame.is_large();
            if large && self.running.get() != Some(job) {
                self.held.replace(Some((job, frame)));
                break;
            }
            let length = frame.length();
            let keep = if large {
                client.keep(job)
            } else {
                Keep::Nothing
            };
            if let Err(text) = self.post(frame, keep) {
                let text = format!("its {length} bytes of arguments could not be posted: {text}");
                self.unsendable(job, Some(Failure::new(ErrorKind::Codec, text)));
            }
        }
    }

    /// Posts what is packed. `Err`: a small message that cannot be posted, as where the engine has no memory for anything any more.
    pub(super) fn flush(&self) -> Result<(), String> {
        self.outgoing.borrow_mut().flush(self.link.port())
    }

    /// The next frame, encoded.
    fn next(&self, client: &dyn Client) -> Option<(JobKey, Parcel)> {
        if let Some(held) = self.held.take() {
            return Some(held);
        }
        loop {
            let job = self.unsent.borrow_mut().pop_front()?;
            self.encoding.set(Some(job));
            let frame = client.frame(job);
            self.encoding.set(None);
            match frame {
                Some(Ok(frame)) => return Some((job, frame)),
                Some(Err(failure)) => self.unsendable(job, Some(failure)),
                None => self.unsendable(job, None),
            }
        }
    }

    fn unsendable(&self, job: JobKey, why: Option<Failure>) {
        self.unsendable.borrow_mut().push((job, why));
    }

    /// The jobs that could not be sent since this was asked last.
    pub(super) fn take_unsendable(&self) -> Vec<Unsendable> {
        self.unsendable.take()
    }

    /// A panic has taken the stack: the job that was being encoded has settled by it.
    pub(super) fn cut_off(&self) {
        if let Some(job) = self.encoding.take() {
            self.unsendable(job, None);
        }
    }

    /// `true`: the job has not been posted and never will be. `false`: the worker has been asked to skip it.
    pub(super) fn take_back(&self, job: JobKey) -> bool {
        let is_held =
            |held: &Option<(JobKey, Parcel)>| held.as_ref().is_some_and(|(key, _)| *key == job);
        if is_held(&self.held.borrow()) {
            self.held.take();
            return true;
        }
        let mut unsent = self.unsent.borrow_mut();
        if let Some(index) = unsent.iter().position(|key| *key == job) {
            unsent.remove(index);
            return true;
        }
        self.say(&Frame::TakeBack { job });
        false
    }

    pub(super) fn ping(&self) {
        self.say(&Frame::Ping);
    }

    /// Lets the job see that it is cancelled, if it runs and memory is shared.
    pub(super) fn flag(&self, job: JobKey) {
        if self.running.get() == Some(job) {
            self.link.flag(job);
        }
    }

    fn say(&self, frame: &Frame<'_>) {
        // If this is not heard the worker is as good as dead, and that is what will be noticed.
        if let Ok(frame) = frame.encode() {
            let _ = self.post(Parcel::Bytes(frame), Keep::Nothing);
            let _ = self.outgoing.borrow_mut().flush(self.link.port());
        }
    }

    fn post(&self, frame: Parcel, keep: Keep) -> Result<(), String> {
        (self.outgoing.borrow_mut()).push(self.link.port(), frame, keep)
    }
}
