//! One task from submission to its end: the state machine that settles exactly once.
//!
//! ```text
//!            ┌────────────── waiting (a retry) ───────────────┐
//!            ▼                                                │
//! Pending ── start, running ──▶ Running ── value, panic, crash, cancel, too late ──▶ Settled ── read ──▶ Read
//!    └────────────── cancel, too late, no worker, no room, pool closed ────────────▶
//! ```
//!
//! Every way to end goes through [`Job::settle`], which does nothing the second time: a late result is dropped.

mod any;
mod call;
mod state;
#[cfg(all(test, not(loom)))]
mod tests;

use std::borrow::Cow;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use self::any::{AnyJob, Watch};
use self::state::{Phase, State};
use crate::codec::CodecError;
use crate::error::{Failure, TaskError};
use crate::ledger::{Ended, GivenUp};
use crate::registry::Info;
use crate::stub::Stub;
use crate::sync::{Mutex, lock};
use crate::terms::Wishes;
use crate::{clock, timer, user_code};

/// Tells the jobs of a program run apart; also the name of a job in frames.
pub(crate) type JobKey = u64;

/// What a task will do: a function and its arguments, not yet brought together.
pub(crate) trait Work<T>: Send {
    /// Calls the function here, on the arguments as they are: nothing is serialised.
    fn run(self: Box<Self>) -> T;
    /// Writes the arguments for a worker that shares no memory.
    fn encode(&self, out: &mut Vec<u8>) -> Result<(), CodecError>;
    /// Whether the arguments would arrive at a worker as they are, see [`codec::check`](crate::codec::check).
    fn check(&self) -> Result<(), CodecError>;
}

/// What of a job does not change, and what is known of its function.
pub(crate) struct Plan<T: 'static> {
    pub(crate) info: &'static Info,
    /// What a worker of the same program image calls.
    pub(crate) stub: Stub,
    pub(crate) function: &'static Function<T>,
}

/// What is known of a function from its types alone: one for each, and for a generic one for each instance.
pub(crate) struct Function<T> {
    /// Its path, for messages.
    pub(crate) path: fn() -> &'static str,
    pub(crate) decode: fn(&[u8]) -> Result<T, CodecError>,
    pub(crate) check: fn(&T) -> Result<(), CodecError>,
}

pub(crate) struct Job<T: Send + 'static> {
    key: JobKey,
    plan: Plan<T>,
    state: Mutex<State<T>>,
}

impl<T: Send + 'static> Job<T> {
    pub(crate) fn new(plan: Plan<T>, work: Box<dyn Work<T>>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Job {
            key: NEXT.fetch_add(1, Ordering::Relaxed),
            plan,
            state: Mutex::new(State::new(work)),
        }
    }

    pub(crate) fn set_label(&self, label: Cow<'static, str>) {
        lock(&self.state).extras().label = Some(label);
    }

    /// Changes what the task asks for; it has not been submitted.
    pub(crate) fn wish(&self, change: impl FnOnce(&mut Wishes)) {
        let mut state = lock(&self.state);
        let mut wishes = state.wishes(&self.plan);
        change(&mut wishes);
        state.extras().wishes = Some(wishes);
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
    ///
    /// The order: the books, the mailbox, the wakers, and then the user's values. None of the user's code runs
    /// before the end is in the books and in the mailbox, and none of it can keep the rest from being done.
    fn settle(&self, result: Result<T, Failure>) -> bool {
        let now = clock::now();
        let mut state = lock(&self.state);
        if state.is_settled() {
            drop(state);
            user_code::discard(result);
            return false;
        }
        let result = result.map_err(|failure| self.error_in(&state, failure));
        let unattended = result.as_ref().err().filter(|_| state.unattended).cloned();
        let attempt = state.attempt.as_ref();
        let worker = attempt.and_then(|attempt| attempt.worker.clone());
        let waited = attempt.and_then(|attempt| attempt.waited);
        let (running, nested) = (state.is_running(), state.nested);
        let started = state.started().filter(|_| !nested);
        state.phase = Phase::Settled(result);
        let ended = Ended {
            status: state.status(),
            worker: worker.filter(|_| running),
            started,
            waited: waited.filter(|_| !nested),
            now,
            nested,
        };
        let work = state.work.take();
        let (mut wakers, mut alarms) = (Vec::new(), Vec::new());
        if let Some(extras) = &mut state.extras {
            alarms = mem::take(&mut extras.alarms);
            wakers.extend(extras.watching.take());
        }
        let group = state.group.take();
        let ledger = state.ledger.clone();
        let admitted = state.admitted;
        drop(state);
        let mut reports = false;
        if let (Some(ledger), true) = (&ledger, admitted) {
            reports = ledger.settled(self.key, &ended, unattended.as_ref(), &mut wakers);
        }
        if let Some((group, index)) = &group {
            wakers.extend(group.push(*index));
        }
        drop(alarms);
        // Only sent on their way here: what follows may block, and all later reports wait for these.
        match (ledger, unattended) {
            (Some(ledger), Some(error)) if !admitted => ledger.report(error),
            (Some(ledger), _) if reports => ledger.make_reports(),
            _ => {}
        }
        wakers.into_iter().for_each(user_code::wake);
        drop(group);
        user_code::discard(work);
        true
    }

    /// Whether the pool that it was submitted to checks arguments and results.
    fn validation(&self) -> bool {
        let state = lock(&self.state);
        let ledger = state.ledger.as_ref();
        ledger.is_some_and(|ledger| ledger.validation())
    }

    fn error_in(&self, state: &State<T>, failure: Failure) -> TaskError {
        let worker = state
            .attempt
            .as_ref()
            .and_then(|attempt| attempt.worker.as_deref());
        let worker = worker.map(str::to_owned);
        TaskError::new(failure, state.name(&self.plan), worker, state.attempts())
    }

    /// Pending to running, here and now; the work is the caller's now. `None` if there is nothing to run.
    fn start(self: &Arc<Self>, worker: &str) -> Option<Box<dyn Work<T>>> {
        let now = clock::now();
        let mut state = lock(&self.state);
        let overdue = state.overdue(&self.plan, now);
        if let Some(failure) = overdue.filter(|_| !state.is_settled()) {
            drop(state);
            self.fail(failure);
            return None;
        }
        if !state.begin(worker, now) {
            return None;
        }
        let work = state.work.take();
        let ledger = state.ledger.clone().filter(|_| !state.nested);
        let timeout = state.terms(&self.plan).timeout;
        drop(state);
        if let Some(ledger) = ledger {
            ledger.started(now);
        }
        if let Some(timeout) = timeout {
            self.alarm(now.saturating_add(timeout));
        }
        work
    }

    /// Looks at `time` whether the job's time is over.
    fn alarm(self: &Arc<Self>, time: Duration) {
        let job = Arc::downgrade(self);
        let alarm = timer::at(
            time,
            Box::new(move || {
                if let Some(job) = job.upgrade() {
                    job.expire(clock::now());
                }
            }),
        );
        let mut state = lock(&self.state);
        if state.is_settled() {
            drop(state);
            drop(alarm);
        } else {
            state.extras().alarms.push(alarm);
        }
    }

    /// Ends it from outside, and tells the backend, which has a place in its queue or a worker to free.
    fn give_up(&self, failure: Failure) {
        user_code::afterwards(|| self.end_from_outside(failure));
    }

    fn end_from_outside(&self, failure: Failure) {
        let ticket = lock(&self.state).ticket;
        if !self.fail(failure) {
            return;
        }
        let (ledger, status) = {
            let state = lock(&self.state);
            (state.ledger.clone(), state.status())
        };
        if let Some(ledger) = ledger {
            let job = self.key;
            ledger.given_up(&GivenUp {
                job,
                status,
                ticket,
            });
        }
    }
}

/// The values in it are the user's, and this may be the thread that keeps the time.
impl<T: Send + 'static> Drop for Job<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        let phase = mem::replace(&mut state.phase, Phase::Pending);
        let work = state.work.take();
        drop(state);
        if let Phase::Settled(result) = phase {
            user_code::discard(result);
        }
        user_code::discard(work);
    }
}
