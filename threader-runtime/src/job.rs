//! One task from submission to its end: the state machine that settles exactly once.
//!
//! ```text
//! Pending(work) ── start ──▶ Running ── value, panic, crash, cancel ──▶ Settled(result) ── read ──▶ Read
//!        └────────────── cancel, no worker, pool closed ──────────────▶
//! ```
//!
//! Every way to end goes through [`Job::settle`], which does nothing the second time: a late result is dropped.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::codec::CodecError;
use crate::context;
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure, TaskError};
use crate::frame::{self, Dispatch};
use crate::group::Group;
use crate::ledger::Ledger;
use crate::panics;
use crate::stub::codec_failure;
use crate::sync::lock;

/// Tells the jobs of a program run apart; also the name of a job in frames.
pub(crate) type JobKey = u64;

/// What a task will do: a function and its arguments, not yet brought together.
pub(crate) trait Work<T>: Send {
    /// Calls the function here, on the arguments as they are: nothing is serialised.
    fn run(self: Box<Self>) -> T;
    /// Writes the arguments for a worker that shares no memory.
    fn encode(&self, out: &mut Vec<u8>) -> Result<(), CodecError>;
}

/// What of a job does not change, and what is known of its function.
pub(crate) struct Plan<T> {
    pub(crate) name: Cow<'static, str>,
    pub(crate) dispatch: Dispatch,
    pub(crate) decode: fn(&[u8]) -> Result<T, CodecError>,
}

pub(crate) struct Job<T> {
    key: JobKey,
    plan: Plan<T>,
    state: Mutex<State<T>>,
}

struct State<T> {
    phase: Phase<T>,
    label: Option<Cow<'static, str>>,
    progress: Option<Progress>,
    worker: Option<String>,
    attempts: u32,
    /// Whom to tell, and under which index.
    group: Option<(Arc<Group>, usize)>,
    /// The books of the pool that the job was submitted to.
    ledger: Option<Arc<Ledger>>,
    /// Nobody will read the result: a failure goes to the pool's error hook.
    unattended: bool,
}

enum Phase<T> {
    Pending(Box<dyn Work<T>>),
    Running,
    Settled(Result<T, TaskError>),
    Read(Status),
}

impl<T> Phase<T> {
    fn is_settled(&self) -> bool {
        matches!(self, Phase::Settled(_) | Phase::Read(_))
    }
}

impl<T: Send + 'static> Job<T> {
    pub(crate) fn new(plan: Plan<T>, work: Box<dyn Work<T>>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Job {
            key: NEXT.fetch_add(1, Ordering::Relaxed),
            plan,
            state: Mutex::new(State {
                phase: Phase::Pending(work),
                label: None,
                progress: None,
                worker: None,
                attempts: 0,
                group: None,
                ledger: None,
                unattended: false,
            }),
        }
    }

    pub(crate) fn set_label(&self, label: Cow<'static, str>) {
        lock(&self.state).label = Some(label);
    }

    /// Takes the result out. `None` before the end and after the first time.
    pub(crate) fn read(&self) -> Option<Result<T, TaskError>> {
        let mut state = lock(&self.state);
        let status = state.status();
        match std::mem::replace(&mut state.phase, Phase::Read(status)) {
            Phase::Settled(result) => Some(result),
            other => {
                state.phase = other;
                None
            }
        }
    }

    /// The one way to end. `false` if the job had ended before; then `result` is dropped.
    fn settle(&self, result: Result<T, Failure>) -> bool {
        let mut state = lock(&self.state);
        if state.phase.is_settled() {
            // A value's destructor is the user's code: never under the lock.
            drop(state);
            drop(result);
            return false;
        }
        let result = result.map_err(|failure| self.error_in(&state, failure));
        let error = result.as_ref().err().cloned();
        let work = std::mem::replace(&mut state.phase, Phase::Settled(result));
        let status = state.status();
        let group = state.group.take();
        let ledger = state.ledger.clone();
        let unattended = state.unattended;
        drop(state);
        drop(work);
        // First the hook, then the books, then those who wait: who has seen a task end finds it counted, and who has seen
        // a pool close has heard of all failures.
        if let Some(ledger) = &ledger {
            if let Some(error) = error.filter(|_| unattended) {
                ledger.report(&error);
            }
            ledger.settled(self.key, status);
        }
        if let Some((group, index)) = group {
            group.push(index);
        }
        true
    }

    fn error_in(&self, state: &State<T>, failure: Failure) -> TaskError {
        let name = state.label.as_ref().unwrap_or(&self.plan.name).clone();
        TaskError::new(failure, name, state.worker.clone(), state.attempts)
    }

    /// Pending to running; the work is the caller's now.
    fn start(&self, worker: &str) -> Option<Box<dyn Work<T>>> {
        let mut state = lock(&self.state);
        match std::mem::replace(&mut state.phase, Phase::Running) {
            Phase::Pending(work) => {
                state.worker = Some(worker.to_owned());
                state.attempts += 1;
                Some(work)
            }
            other => {
                state.phase = other;
                None
            }
        }
    }
}

impl<T> State<T> {
    fn status(&self) -> Status {
        match &self.phase {
            Phase::Pending(_) => Status::Pending,
            Phase::Running => Status::Running,
            Phase::Settled(Ok(_)) => Status::Completed,
            Phase::Settled(Err(error)) if error.kind() == ErrorKind::Cancelled => Status::Cancelled,
            Phase::Settled(Err(_)) => Status::Failed,
            Phase::Read(status) => *status,
        }
    }
}

/// A job whose result type does not matter: all that pools, backends and controls need.
pub(crate) trait AnyJob: Send + Sync {
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn key(&self) -> JobKey;
    fn name(&self) -> Cow<'static, str>;
    fn status(&self) -> Status;
    fn progress(&self) -> Option<Progress>;
    fn set_progress(&self, progress: Progress);

    /// Its end goes to `group` as `index`; at once if it has ended.
    fn attach(&self, group: Arc<Group>, index: usize);
    /// It belongs to the pool that keeps these books. `false` if it has ended before.
    fn admit(self: Arc<Self>, ledger: &Arc<Ledger>) -> bool;
    /// The pool that keeps these books does not take it.
    fn refuse(&self, ledger: &Arc<Ledger>, failure: Failure);
    /// Nobody will read the result.
    fn abandon(&self);

    /// Ends it with an error, unless it has ended.
    fn fail(&self, failure: Failure) -> bool;
    /// Ends it and tells its pool, which may have to stop a worker.
    fn cancel(&self);
    /// The error it ended in, if it did and nobody has taken it.
    fn error(&self) -> Option<TaskError>;

    /// Runs it to its end on this thread. Does nothing if it is not pending.
    fn run(self: Arc<Self>, worker: &str);
    /// The frame that asks `worker` for it; it is running from now on. `None` if it is not pending.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn start_remote(&self, worker: &str) -> Option<Result<Vec<u8>, Failure>>;
    /// It returned on its worker, with these bytes.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn finish_remote(&self, result: &[u8]);
}

impl<T: Send + 'static> AnyJob for Job<T> {
    fn key(&self) -> JobKey {
        self.key
    }

    fn name(&self) -> Cow<'static, str> {
        let state = lock(&self.state);
        state.label.as_ref().unwrap_or(&self.plan.name).clone()
    }

    fn status(&self) -> Status {
        lock(&self.state).status()
    }

    fn progress(&self) -> Option<Progress> {
        lock(&self.state).progress
    }

    fn set_progress(&self, progress: Progress) {
        let mut state = lock(&self.state);
        if !state.phase.is_settled() {
            state.progress = Some(progress);
        }
    }

    fn attach(&self, group: Arc<Group>, index: usize) {
        let mut state = lock(&self.state);
        if state.phase.is_settled() {
            drop(state);
            group.push(index);
        } else {
            state.group = Some((group, index));
        }
    }

    fn admit(self: Arc<Self>, ledger: &Arc<Ledger>) -> bool {
        // The ledger's lock inside the job's: `settle` takes the ledger's only after letting go of the job's.
        let mut state = lock(&self.state);
        let ended = state.phase.is_settled();
        if !ended {
            state.ledger = Some(Arc::clone(ledger));
            ledger.admitted(self.key, Arc::clone(&self) as Arc<dyn AnyJob>);
        }
        !ended
    }

    fn refuse(&self, ledger: &Arc<Ledger>, failure: Failure) {
        lock(&self.state).ledger = Some(Arc::clone(ledger));
        self.fail(failure);
    }

    fn abandon(&self) {
        let mut state = lock(&self.state);
        state.unattended = true;
        let ended_in = match &state.phase {
            Phase::Settled(Err(error)) => Some(error.clone()),
            _ => None,
        };
        let ledger = state.ledger.clone();
        drop(state);
        if let (Some(error), Some(ledger)) = (ended_in, ledger) {
            ledger.report(&error);
        }
    }

    fn fail(&self, failure: Failure) -> bool {
        self.settle(Err(failure))
    }

    fn cancel(&self) {
        let when = match self.status() {
            Status::Pending => "it was cancelled before it started",
            _ => "it was cancelled while it ran",
        };
        if self.fail(Failure::new(ErrorKind::Cancelled, when)) {
            let ledger = lock(&self.state).ledger.clone();
            if let Some(ledger) = ledger {
                ledger.cancelled(self.key);
            }
        }
    }

    fn error(&self) -> Option<TaskError> {
        match &lock(&self.state).phase {
            Phase::Settled(Err(error)) => Some(error.clone()),
            _ => None,
        }
    }

    fn run(self: Arc<Self>, worker: &str) {
        let Some(work) = self.start(worker) else {
            return;
        };
        let current = context::enter(Arc::clone(&self) as Arc<dyn AnyJob>);
        // The work is consumed by the call and its result is only looked at when it is whole.
        let result = catch_unwind(AssertUnwindSafe(|| work.run())).map_err(panics::failure);
        drop(current);
        self.settle(result);
    }

    fn start_remote(&self, worker: &str) -> Option<Result<Vec<u8>, Failure>> {
        let work = self.start(worker)?;
        let frame = frame::run(self.key, self.plan.dispatch, |out| work.encode(out));
        Some(frame.map_err(|error| codec_failure("its arguments could not be encoded", &error)))
    }

    fn finish_remote(&self, result: &[u8]) {
        let result = (self.plan.decode)(result)
            .map_err(|error| codec_failure("its result could not be decoded", &error));
        self.settle(result);
    }
}
