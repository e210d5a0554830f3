//! The pool's books are on another thread, behind a port: this is the coordinator's side.

use std::cell::RefCell;
use std::collections::HashMap;

use web_sys::MessagePort;

use super::Client;
use crate::backend::worker::guard::{Cut, Work};
use crate::backend::worker::host;
use crate::backend::worker::parcel::{Keep, Outgoing, Parcel};
use crate::backend::worker::scheduler::WorkerId;
use crate::backend::worker::word::{self, News, Tally};
use crate::error::{ErrorKind, Failure};
use crate::frame::{Frame, LogRecord};
use crate::job::JobKey;

pub(in super::super) struct Remote {
    port: MessagePort,
    outgoing: RefCell<Outgoing>,
    frames: RefCell<HashMap<JobKey, Stored>>,
}

/// A job's frame, for as long as somebody may have to be asked for it.
struct Stored {
    /// `None`: it was large, and has been moved to the worker that is to make the last attempt.
    frame: Option<Parcel>,
    /// How many may still begin.
    attempts: u32,
}

impl Remote {
    pub(in super::super) fn new(port: MessagePort) -> Self {
        Remote {
            port,
            outgoing: RefCell::default(),
            frames: RefCell::default(),
        }
    }

    /// Keeps a job's frame until it has settled.
    pub(in super::super) fn store(&self, job: JobKey, frame: Parcel, attempts: u32) {
        let stored = Stored {
            frame: Some(frame),
            attempts,
        };
        self.frames.borrow_mut().insert(job, stored);
    }

    /// The owner does not want it any more.
    pub(in super::super) fn forget(&self, job: JobKey) {
        self.frames.borrow_mut().remove(&job);
    }

    pub(in super::super) fn say(&self, news: &News) {
        self.pass_on(Parcel::Bytes(word::encode(news)));
    }

    /// Should a message not get away, the owner must not wait for what it said: this worker dies of it, and that is noticed.
    fn pass_on(&self, parcel: Parcel) {
        let pushed = (self.outgoing.borrow_mut()).push(&self.port, parcel, Keep::Nothing);
        if let Err(text) = pushed {
            wasm_bindgen::throw_str(&text);
        }
    }
}

impl Client for Remote {
    fn frame(&self, job: JobKey) -> Option<Result<Parcel, Failure>> {
        let frames = self.frames.borrow();
        Some(match &frames.get(&job)?.frame {
            Some(frame) => Ok(frame.second()),
            None => Err(Failure::arguments_gone()),
        })
    }

    fn keep(&self, job: JobKey) -> Keep {
        // Nobody takes back what runs, and after the last attempt nobody asks again.
        let mut frames = self.frames.borrow_mut();
        match frames.get_mut(&job) {
            Some(stored) if stored.attempts > 0 => Keep::Bytes,
            Some(stored) => {
                stored.frame = None;
                Keep::Nothing
            }
            None => Keep::Nothing,
        }
    }

    fn running(&self, job: JobKey, worker: WorkerId) {
        if let Some(stored) = self.frames.borrow_mut().get_mut(&job) {
            stored.attempts = stored.attempts.saturating_sub(1);
        }
        self.say(&News::Running(job, worker));
    }

    fn waiting(&self, job: JobKey) {
        self.say(&News::Waiting(job));
    }

    fn unbegun(&self, job: JobKey) {
        if let Some(stored) = self.frames.borrow_mut().get_mut(&job) {
            stored.attempts += 1;
        }
        self.say(&News::Unbegun(job));
    }

    fn deliver(&self, job: JobKey, done: Parcel) {
        self.forget(job);
        let length = done.length();
        let pushed = (self.outgoing.borrow_mut()).push(&self.port, done, Keep::Nothing);
        if let Err(text) = pushed {
            let text = format!("its {length} bytes of result could not be posted: {text}");
            self.say(&News::Failed(job, Failure::new(ErrorKind::Codec, text)));
        }
    }

    fn fail(&self, job: JobKey, failure: Failure) {
        self.forget(job);
        self.say(&News::Failed(job, failure));
    }

    fn progress(&self, job: JobKey, done: u64, total: u64) {
        if let Ok(frame) = (Frame::Progress { job, done, total }).encode() {
            self.pass_on(Parcel::Bytes(frame));
        }
    }

    fn log(&self, job: JobKey, worker: WorkerId, record: LogRecord) {
        self.say(&News::Log(worker, job, record));
    }

    fn worker_started(&self, worker: WorkerId) {
        self.say(&News::WorkerStarted(worker));
    }

    fn worker_ended(&self, worker: WorkerId) {
        self.say(&News::WorkerEnded(worker));
    }

    fn counted(&self, tally: Tally) {
        self.say(&News::Counted(tally));
    }

    fn flush(&self) {
        if let Err(text) = self.outgoing.borrow_mut().flush(&self.port) {
            wasm_bindgen::throw_str(&text);
        }
    }

    fn over(&self) {
        self.flush();
        let port = self.port.clone();
        host::when_all_ended(move || {
            let mut outgoing = Outgoing::default();
            let over = Parcel::Bytes(word::encode(&News::Over));
            let sent = outgoing
                .push(&port, over, Keep::Nothing)
                .and_then(|()| outgoing.flush(&port));
            if let Err(text) = sent {
                wasm_bindgen::throw_str(&text);
            }
        });
    }

    fn abandoned(&self, failure: &Failure) {
        wasm_bindgen::throw_str(&failure.message);
    }

    fn protect(&self, work: Work) -> Result<(), Cut> {
        // There is none of the program's code here. Whatever fails ends this worker, and the owner
        // notices that.
        work();
        Ok(())
    }

    fn cut_off(&self, _: &Failure) -> Option<(JobKey, Failure)> {
        None
    }
}
