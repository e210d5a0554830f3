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
mod state;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use self::any::AnyJob;
use self::state::{Phase, State};
use crate::codec::CodecError;
use crate::error::{Failure, TaskError};
use crate::frame::Dispatch;
use crate::ledger::Ended;
use crate::sync::{Mutex, lock};
use crate::terms::{Terms, Wishes};
use crate::{clock, timer};

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

impl<T: Send + 'static> Job<T> {
    pub(crate) fn new(plan: Plan<T>, work: Box<dyn Work<T>>, wishes: Wishes) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Job {
            key: NEXT.fetch_add(1, Ordering::Relaxed),
            plan,
            state: Mutex::new(State::new(work, wishes)),
        }
    }

    pub(crate) fn set_label(&self, label: Cow<'static, str>) {
        lock(&self.state).label = Some(label);
    }

    /// Changes what the task asks for; it has not been submitted.
    pub(crate) fn wish(&self, change: impl FnOnce(&mut Wishes)) {
        let mut state = lock(&self.state);
        change(&mut state.wishes);
        state.terms = state.wishes.or(Terms::default());
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
        let now = clock::now();
        let mut state = lock(&self.state);
        if state.is_settled() {
            // A value's destructor is the user's code: never under the lock.
            drop(state);
            drop(result);
            return false;
        }
        let result = result.map_err(|failure| self.error_in(&state, failure));
        let error = result.as_ref().err().cloned();
        let running = state.is_running();
        state.phase = Phase::Settled(result);
        let ended = Ended {
            status: state.status(),
            worker: state.worker.clone().filter(|_| running),
            started: state.started.filter(|_| running && !state.nested),
            waited: state.waited.filter(|_| !state.nested),
            now,
        };
        let work = state.work.take();
        let alarms = std::mem::take(&mut state.alarms);
        let watching = std::mem::take(&mut state.watching);
        let group = state.group.take();
        let ledger = state.ledger.clone();
        let unattended = state.unattended;
        drop(state);
        drop((work, alarms));
        // First the hook, then the books, then those who wait: who has seen a task end finds it counted, and who has seen
        // a pool close has heard of all failures.
        if let Some(ledger) = &ledger {
            if let Some(error) = error.filter(|_| unattended) {
                ledger.report(&error);
            }
            ledger.settled(self.key, &ended);
        }
        if let Some((group, index)) = group {
            group.push(index);
        }
        watching.into_iter().for_each(|waker| waker.wake());
        true
    }

    fn error_in(&self, state: &State<T>, failure: Failure) -> TaskError {
        let name = state.label.as_ref().unwrap_or(&self.plan.name).clone();
        let worker = state.worker.as_deref().map(str::to_owned);
        TaskError::new(failure, name, worker, state.attempts)
    }

    /// Pending to running, here and now; the work is the caller's now. `None` if there is nothing to run.
    fn start(self: &Arc<Self>, worker: &str) -> Option<Box<dyn Work<T>>> {
        let now = clock::now();
        let mut state = lock(&self.state);
        if let Some(failure) = state.overdue(now).filter(|_| !state.is_settled()) {
            drop(state);
            self.fail(failure);
            return None;
        }
        if !state.begin(worker, now) {
            return None;
        }
        let work = state.work.take();
        let ledger = state.ledger.clone().filter(|_| !state.nested);
        let timeout = state.terms.timeout;
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
            state.alarms.push(alarm);
        }
    }

    /// Ends it from outside, and tells the backend that what it still does is in vain.
    fn give_up(&self, failure: Failure) {
        if self.fail(failure) {
            let (ledger, status) = {
                let state = lock(&self.state);
                (state.ledger.clone(), state.status())
            };
            if let Some(ledger) = ledger {
                ledger.given_up(self.key, status);
            }
        }
    }
}
