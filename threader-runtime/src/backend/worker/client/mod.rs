//! Whom a driver works for: the books of a pool on this thread, or the owner's thread behind a port.

use crate::error::Failure;
use crate::frame::LogRecord;
use crate::job::JobKey;

use super::guard::{Cut, Work};
use super::parcel::{Keep, Parcel};
use super::scheduler::WorkerId;
use super::word::Tally;

mod local;
mod remote;

pub(super) use local::Local;
pub(super) use remote::Remote;

/// What a driver asks of its client and tells it. Foreign code may run in all of it, so no borrow is held meanwhile.
pub(super) trait Client {
    /// The frame that asks for the job. `None`: it has settled.
    fn frame(&self, job: JobKey) -> Option<Result<Parcel, Failure>>;
    /// Whether the bytes of the frame that is posted now, of a job that runs, may be needed again.
    fn keep(&self, job: JobKey) -> Keep;
    fn running(&self, job: JobKey, worker: WorkerId);
    fn waiting(&self, job: JobKey);
    /// What was said of its last attempt was wrong: there was none.
    fn unbegun(&self, job: JobKey);
    /// Its worker's frame `Done`.
    fn deliver(&self, job: JobKey, done: Parcel);
    fn fail(&self, job: JobKey, failure: Failure);
    fn progress(&self, job: JobKey, done: u64, total: u64);
    fn log(&self, job: JobKey, worker: WorkerId, record: LogRecord);
    fn worker_started(&self, worker: WorkerId);
    fn worker_ended(&self, worker: WorkerId);
    fn counted(&self, tally: Tally);
    /// Nothing more will be said in this turn.
    fn flush(&self);
    /// No work is left, and no worker.
    fn over(&self);
    /// The driver cannot go on; its workers have been stopped.
    fn abandoned(&self, failure: &Failure);
    /// Does what may call code of the program. `Err`: that was cut off, with all that was on the
    /// stack.
    fn protect(&self, work: Work) -> Result<(), Cut>;
    /// The job for which code of the program ran when this cut it off, and how that job ends.
    /// `None`: no such code ran.
    fn cut_off(&self, failure: &Failure) -> Option<(JobKey, Failure)>;
}
