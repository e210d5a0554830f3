//! The pool's books are on this thread.

use std::cell::RefCell;
use std::sync::{Arc, Weak};

use super::Client;
use crate::backend::Backend;
use crate::backend::worker::guard::{self, Cut, Work};
use crate::backend::worker::host;
use crate::backend::worker::parcel::{Keep, Parcel};
use crate::backend::worker::pool;
use crate::backend::worker::scheduler::WorkerId;
use crate::backend::worker::word::Tally;
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure};
use crate::frame::{Frame, LARGE, LogRecord};
use crate::job::{AnyJob, JobKey};
use crate::ledger::{Count, Ledger};

pub(in super::super) struct Local {
    pool: u64,
    backend: Backend,
    ledger: Arc<Ledger>,
    /// The job for which code of the program runs right now. That code may never return.
    turn: RefCell<Option<Turn>>,
}

struct Turn {
    job: JobKey,
    /// `None`: it has ended. Not a hold on it: the job's last drop is code of the program too.
    any: Option<Weak<dyn AnyJob>>,
    doing: Doing,
}

/// What code of the program is called for.
#[derive(Clone, Copy)]
enum Doing {
    Encode,
    Decode,
    Log,
    /// News of the job: wakers, the error hook, destructors.
    Tell,
}

impl Local {
    pub(in super::super) fn new(pool: u64, backend: Backend, ledger: Arc<Ledger>) -> Self {
        Local {
            pool,
            backend,
            ledger,
            turn: RefCell::default(),
        }
    }

    /// The frame that asks for the job. `None`: it has settled.
    pub(in super::super) fn encode(
        &self,
        job: Arc<dyn AnyJob>,
    ) -> Option<Result<Vec<u8>, Failure>> {
        self.turn(job, Doing::Encode, |job| job.frame())
    }

    /// Ends the job with an error, unless it has ended.
    pub(in super::super) fn end(&self, job: Arc<dyn AnyJob>, failure: Failure) {
        self.turn(job, Doing::Tell, |job| {
            job.fail(failure);
        });
    }

    /// Code of the program runs, for this job.
    fn turn<R>(&self, job: Arc<dyn AnyJob>, doing: Doing, f: impl FnOnce(&dyn AnyJob) -> R) -> R {
        self.turn.replace(Some(Turn {
            job: job.key(),
            any: Some(Arc::downgrade(&job)),
            doing,
        }));
        let result = f(&*job);
        drop(job);
        self.turn.replace(None);
        result
    }

    /// As [`turn`](Self::turn), if the job has not ended.
    fn tell(&self, job: JobKey, f: impl FnOnce(&dyn AnyJob)) {
        if let Some(job) = self.job(job) {
            self.turn(job, Doing::Tell, f);
        }
    }

    pub(in super::super) fn open_jobs(&self) -> Vec<Arc<dyn AnyJob>> {
        self.ledger.open_jobs()
    }

    /// Whether no task of the pool is open.
    pub(in super::super) fn is_idle(&self) -> bool {
        self.ledger.is_idle()
    }

    pub(in super::super) fn job(&self, key: JobKey) -> Option<Arc<dyn AnyJob>> {
        self.ledger.job(key)
    }

    fn name(&self, worker: WorkerId) -> String {
        host::worker_name(self.backend, worker)
    }
}

impl Client for Local {
    fn frame(&self, job: JobKey) -> Option<Result<Parcel, Failure>> {
        Some(self.encode(self.job(job)?)?.map(Parcel::Bytes))
    }

    fn keep(&self, _job: JobKey) -> Keep {
        // Should they be needed again they are encoded again: the job keeps its arguments for as long.
        Keep::Nothing
    }

    fn running(&self, job: JobKey, worker: WorkerId) {
        self.tell(job, |job| job.running(&self.name(worker)));
    }

    fn waiting(&self, job: JobKey) {
        self.tell(job, |job| job.waiting());
    }

    fn unbegun(&self, job: JobKey) {
        self.tell(job, |job| job.unbegun());
    }

    fn deliver(&self, key: JobKey, done: Parcel) {
        let Some(job) = self.job(key) else { return };
        let length = done.length();
        let failure = match done.into_bytes().filter(|bytes| fits(bytes.len())) {
            Some(bytes) => match Frame::decode(&bytes) {
                Ok(Frame::Done { result, .. }) => {
                    return self.turn(job, Doing::Decode, |job| job.finish_remote(result));
                }
                _ => Failure::new(ErrorKind::Codec, "its result could not be read"),
            },
            None => {
                let text = format!("there is no memory left for the {length} bytes of its result");
                Failure::new(ErrorKind::Codec, text)
            }
        };
        self.end(job, failure);
    }

    fn fail(&self, job: JobKey, failure: Failure) {
        if let Some(job) = self.job(job) {
            self.end(job, failure);
        }
    }

    fn progress(&self, job: JobKey, done: u64, total: u64) {
        self.tell(job, |job| job.set_progress(Progress { done, total }));
    }

    fn log(&self, job: JobKey, worker: WorkerId, record: LogRecord) {
        let worker = self.name(worker);
        match self.job(job) {
            Some(any) => self.turn(any, Doing::Log, |job| {
                re_emit(&record, Some(&job.name()), &worker);
            }),
            None => {
                let turn = Turn {
                    job,
                    any: None,
                    doing: Doing::Log,
                };
                self.turn.replace(Some(turn));
                re_emit(&record, None, &worker);
                self.turn.replace(None);
            }
        }
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

    fn abandoned(&self, failure: &Failure) {
        pool::vacate(self.pool);
        for job in self.open_jobs() {
            let failure = failure.clone();
            // Whatever cuts this off, the others end too.
            guard::guarded(Box::new(move || {
                job.fail(failure);
            }));
        }
    }

    fn protect(&self, work: Work) -> Result<(), Cut> {
        guard::protect(work)
    }

    fn cut_off(&self, failure: &Failure) -> Option<(JobKey, Failure)> {
        let turn = self.turn.take()?;
        let any = turn.any.and_then(|any| any.upgrade());
        let job = any.filter(|job| is_open(&**job));
        if job.is_none() {
            guard::report(failure, turn.doing.in_words());
        }
        Some((turn.job, turn.doing.cut_off_by(failure)))
    }
}

impl Doing {
    fn in_words(self) -> &'static str {
        match self {
            Doing::Encode => "while its arguments were encoded",
            Doing::Decode => "while its result was decoded",
            Doing::Log => "while one of its log records was passed on",
            Doing::Tell => "in a waker, a destructor or the error hook",
        }
    }

    /// The failure of the job whose turn it was. A panic keeps its own text.
    fn cut_off_by(self, failure: &Failure) -> Failure {
        let (doing, text) = (self.in_words(), &failure.message);
        match failure.kind {
            ErrorKind::Panicked => failure.clone(),
            kind => Failure::new(kind, format!("the program was cut off {doing}: {text}")),
        }
    }
}

fn is_open(job: &dyn AnyJob) -> bool {
    matches!(job.status(), Status::Pending | Status::Running)
}

/// Whether there is memory for a value of this many bytes. To find that out while it is decoded is a
/// trap. Small ones are not worth the question.
fn fits(length: usize) -> bool {
    let mut value = Vec::<u8>::new();
    let fits = length < LARGE || value.try_reserve_exact(length).is_ok();
    // Else the compiler may leave out an allocation that is not used.
    std::hint::black_box(&value);
    fits
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
