//! The pool's books are on this thread.

use std::cell::RefCell;
use std::sync::Arc;

use super::Client;
use crate::backend::Backend;
use crate::backend::worker::host;
use crate::backend::worker::parcel::{Keep, Parcel};
use crate::backend::worker::pool;
use crate::backend::worker::scheduler::WorkerId;
use crate::backend::worker::word::Tally;
use crate::control::Progress;
use crate::error::{ErrorKind, Failure};
use crate::frame::{Frame, LogRecord};
use crate::job::{AnyJob, JobKey};
use crate::ledger::{Count, Ledger};

pub(in super::super) struct Local {
    pool: u64,
    backend: Backend,
    ledger: Arc<Ledger>,
}

thread_local! {
    /// Whose arguments are being encoded, by code of the user.
    static ENCODING: RefCell<Option<Arc<dyn AnyJob>>> = const { RefCell::new(None) };
}

/// From inside the panic hook, where panics abort: the job whose arguments were being encoded ends with this failure.
#[cfg_attr(not(panic = "abort"), allow(dead_code))]
pub(in super::super) fn cut_off(failure: &Failure) {
    let encoding = ENCODING.try_with(|encoding| encoding.try_borrow_mut().ok()?.take());
    if let Some(job) = encoding.ok().flatten() {
        job.fail(failure.clone());
    }
}

impl Local {
    pub(in super::super) fn new(pool: u64, backend: Backend, ledger: Arc<Ledger>) -> Self {
        Local {
            pool,
            backend,
            ledger,
        }
    }

    /// The frame that asks for the job. `None`: it has settled.
    pub(in super::super) fn encode(job: &Arc<dyn AnyJob>) -> Option<Result<Vec<u8>, Failure>> {
        ENCODING.set(Some(Arc::clone(job)));
        let frame = job.frame();
        ENCODING.set(None);
        frame
    }

    pub(in super::super) fn open_jobs(&self) -> Vec<Arc<dyn AnyJob>> {
        self.ledger.open_jobs()
    }

    /// Whether no task of the pool is open.
    pub(in super::super) fn is_idle(&self) -> bool {
        self.ledger.is_idle()
    }

    fn job(&self, key: JobKey) -> Option<Arc<dyn AnyJob>> {
        self.ledger.job(key)
    }

    fn name(&self, worker: WorkerId) -> String {
        host::worker_name(self.backend, worker)
    }
}

impl Client for Local {
    fn frame(&self, job: JobKey) -> Option<Result<Parcel, Failure>> {
        Some(Self::encode(&self.job(job)?)?.map(Parcel::Bytes))
    }

    fn keep(&self, _job: JobKey) -> Keep {
        // Should they be needed again they are encoded again: the job keeps its arguments for as long.
        Keep::Nothing
    }

    fn running(&self, job: JobKey, worker: WorkerId) {
        if let Some(job) = self.job(job) {
            job.running(&self.name(worker));
        }
    }

    fn waiting(&self, job: JobKey) {
        if let Some(job) = self.job(job) {
            job.waiting();
        }
    }

    fn unbegun(&self, job: JobKey) {
        if let Some(job) = self.job(job) {
            job.unbegun();
        }
    }

    fn deliver(&self, key: JobKey, done: Parcel) {
        let Some(job) = self.job(key) else { return };
        match Frame::decode(&done.into_bytes()) {
            Ok(Frame::Done { result, .. }) => job.finish_remote(result),
            _ => {
                let text = "its result could not be read";
                job.fail(Failure::new(ErrorKind::Codec, text));
            }
        }
    }

    fn fail(&self, job: JobKey, failure: Failure) {
        if let Some(job) = self.job(job) {
            job.fail(failure);
        }
    }

    fn progress(&self, job: JobKey, done: u64, total: u64) {
        if let Some(job) = self.job(job) {
            job.set_progress(Progress { done, total });
        }
    }

    fn log(&self, job: JobKey, worker: WorkerId, record: LogRecord) {
        let task = self.job(job).map(|job| job.name());
        re_emit(&record, task.as_deref(), &self.name(worker));
    }

    fn worker_started(&self, worker: WorkerId) {
        self.ledger.worker_started(&self.name(worker));
    }

    fn worker_ended(&self, worker: WorkerId) {
        self.ledger.worker_ended(&self.name(worker));
    }

    fn counted(&self, tally: Tally) {
        let counts = [
            (Count::Lost, tally.lost),
            (Count::Replaced, tally.replaced),
            (Count::Recycled, tally.recycled),
            (Count::TakenBack, tally.taken_back),
        ];
        for (count, number) in counts {
            if number > 0 {
                self.ledger.count(count, number);
            }
        }
    }

    fn flush(&self) {}

    fn over(&self) {
        pool::forget(self.pool);
    }
}

/// Hands a worker's record to this program's logger, as if it had been made here.
pub(in super::super) fn re_emit(record: &LogRecord, task: Option<&str>, worker: &str) {
    let level = match record.level {
        0 => return,
        1 => log::Level::Error,
        2 => log::Level::Warn,
        3 => log::Level::Info,
        4 => log::Level::Debug,
        _ => log::Level::Trace,
    };
    if level > log::max_level() {
        return;
    }
    let task = task.unwrap_or("a task that has ended");
    let logger = log::logger();
    let (target, message) = (&record.target, &record.message);
    logger.log(
        &log::Record::builder()
            .args(format_args!("[{task} on {worker}] {message}"))
            .level(level)
            .target(target)
            .module_path(record.module.as_deref())
            .file(record.file.as_deref())
            .line(record.line)
            .build(),
    );
}
