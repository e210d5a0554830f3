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

mod state;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use self::state::{Phase, State};
use crate::codec::CodecError;
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure, TaskError};
use crate::frame::{self, Dispatch};
use crate::group::Group;
use crate::ledger::{Ended, Ledger};
use crate::stub::codec_failure;
use crate::sync::{Mutex, lock};
use crate::terms::{Terms, Wishes};
use crate::{clock, context, panics, timer};

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

/// A job whose result type does not matter: all that pools, backends and controls need.
pub(crate) trait AnyJob: Send + Sync {
    fn key(&self) -> JobKey;
    fn name(&self) -> Cow<'static, str>;
    fn status(&self) -> Status;
    fn terms(&self) -> Terms;
    fn progress(&self) -> Option<Progress>;
    fn set_progress(&self, progress: Progress);
    /// The progress that was told after what was `seen`; `None` when the job has ended.
    fn poll_progress(&self, seen: &mut u64, cx: &mut Context<'_>) -> Poll<Option<Progress>>;

    /// Its end goes to `group` as `index`; at once if it has ended.
    fn attach(&self, group: Arc<Group>, index: usize);
    /// It belongs to the pool that keeps these books, from `now` on. `false` if it does not wait for its turn there: it
    /// has ended, perhaps just now for want of room.
    fn admit(self: Arc<Self>, ledger: &Arc<Ledger>, now: Duration, nested: bool) -> bool;
    /// The pool that keeps these books does not take it.
    fn refuse(&self, ledger: &Arc<Ledger>, failure: Failure);
    /// Nobody will read the result.
    fn abandon(&self);

    /// Ends it with an error, unless it has ended.
    fn fail(&self, failure: Failure) -> bool;
    /// Ends it and tells its pool, which may have to stop a worker.
    fn cancel(&self);
    /// Ends it and tells its pool, if it has not ended and its time is over.
    fn expire(&self, now: Duration);
    /// Whether what it does now is in vain: it has been cancelled, or its time is over.
    fn is_in_vain(&self) -> bool;
    /// The error it ended in, if it did and nobody has taken it.
    fn error(&self) -> Option<TaskError>;

    /// Runs it to its end on this thread. Does nothing if it is not pending.
    fn run(self: Arc<Self>, worker: &str);

    /// The frame that asks a worker for it. `None` if it has ended: nobody needs to be asked any more.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn frame(&self) -> Option<Result<Vec<u8>, Failure>>;
    /// `worker` has begun with it: one more attempt. Nothing if it runs already or has ended.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn running(&self, worker: &str);
    /// It ran, and has to be run again.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn waiting(&self);
    /// It returned on its worker, with these bytes.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn finish_remote(&self, result: &[u8]);
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
        let waited = state.waited();
        let ledger = state.ledger.clone().filter(|_| !state.nested);
        let timeout = state.terms.timeout;
        drop(state);
        if let Some(ledger) = ledger {
            ledger.started(now, waited);
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

    fn terms(&self) -> Terms {
        lock(&self.state).terms
    }

    fn progress(&self) -> Option<Progress> {
        lock(&self.state).progress
    }

    fn set_progress(&self, progress: Progress) {
        let watching = {
            let mut state = lock(&self.state);
            if state.is_settled() {
                return;
            }
            state.progress = Some(progress);
            state.told += 1;
            std::mem::take(&mut state.watching)
        };
        watching.into_iter().for_each(|waker| waker.wake());
    }

    fn poll_progress(&self, seen: &mut u64, cx: &mut Context<'_>) -> Poll<Option<Progress>> {
        let mut state = lock(&self.state);
        if std::mem::replace(seen, state.told) < state.told && state.progress.is_some() {
            return Poll::Ready(state.progress);
        }
        if state.is_settled() {
            return Poll::Ready(None);
        }
        if !state
            .watching
            .iter()
            .any(|waker| waker.will_wake(cx.waker()))
        {
            state.watching.push(cx.waker().clone());
        }
        Poll::Pending
    }

    fn attach(&self, group: Arc<Group>, index: usize) {
        let mut state = lock(&self.state);
        if state.is_settled() {
            drop(state);
            group.push(index);
        } else {
            state.group = Some((group, index));
        }
    }

    fn admit(self: Arc<Self>, ledger: &Arc<Ledger>, now: Duration, nested: bool) -> bool {
        // The ledger's lock inside the job's: `settle` takes the ledger's only after letting go of the job's.
        let mut state = lock(&self.state);
        if state.is_settled() {
            return false;
        }
        state.ledger = Some(Arc::clone(ledger));
        state.terms = state.wishes.or(ledger.defaults());
        state.submitted = Some(now);
        state.nested = nested;
        let job = Arc::clone(&self) as Arc<dyn AnyJob>;
        let admitted = ledger.admitted(self.key, job, nested);
        let deadline = state.due();
        drop(state);
        match admitted {
            Ok(()) => {
                if let Some(time) = deadline.filter(|_| ledger.keeps_time()) {
                    self.alarm(time);
                }
                true
            }
            Err(failure) => {
                self.fail(failure);
                false
            }
        }
    }

    fn refuse(&self, ledger: &Arc<Ledger>, failure: Failure) {
        lock(&self.state).ledger = Some(Arc::clone(ledger));
        if self.fail(failure) {
            ledger.refused();
        }
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
        self.give_up(Failure::new(ErrorKind::Cancelled, when));
    }

    fn expire(&self, now: Duration) {
        let overdue = {
            let state = lock(&self.state);
            state.overdue(now).filter(|_| !state.is_settled())
        };
        if let Some(failure) = overdue {
            self.give_up(failure);
        }
    }

    fn is_in_vain(&self) -> bool {
        let state = lock(&self.state);
        match state.status() {
            Status::Cancelled | Status::TimedOut => true,
            // Where the same thread keeps the time it has had no turn to say so.
            Status::Running => state.due().is_some_and(|time| time <= clock::now()),
            _ => false,
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
        // Where nobody else keeps the time, or not to the moment, it is looked at here. In time is what ended in time.
        let late = lock(&self.state).overdue(clock::now());
        let result = match late {
            Some(failure) => {
                drop(result);
                Err(failure)
            }
            None => result,
        };
        self.settle(result);
    }

    fn frame(&self) -> Option<Result<Vec<u8>, Failure>> {
        let work = {
            let mut state = lock(&self.state);
            if state.is_settled() {
                return None;
            }
            state.work.take()
        };
        let Some(work) = work else {
            let text = "it would have to be sent again, and its arguments are gone";
            return Some(Err(Failure::new(ErrorKind::Crashed, text)));
        };
        // `Serialize` is the user's code: not under the lock.
        let frame = catch_unwind(AssertUnwindSafe(|| {
            frame::run(self.key, self.plan.dispatch, |out| work.encode(out))
        }));
        let frame = match frame {
            Ok(frame) => {
                frame.map_err(|error| codec_failure("its arguments could not be encoded", &error))
            }
            Err(payload) => Err(panics::failure(payload)),
        };
        let mut state = lock(&self.state);
        if state.is_settled() {
            drop(state);
            drop(work);
            return None;
        }
        state.work = Some(work);
        if let (Ok(frame), Some(ledger)) = (&frame, &state.ledger) {
            ledger.sent(frame.len());
        }
        Some(frame)
    }

    fn running(&self, worker: &str) {
        let now = clock::now();
        let mut state = lock(&self.state);
        if !state.begin(worker, now) {
            return;
        }
        let waited = state.waited();
        // The last attempt: nobody will ask for the arguments again.
        let last = state.attempts > state.terms.retries;
        let work = if last { state.work.take() } else { None };
        let ledger = state.ledger.clone();
        drop(state);
        drop(work);
        if let Some(ledger) = ledger {
            ledger.started(now, waited);
        }
    }

    fn waiting(&self) {
        let mut state = lock(&self.state);
        if !state.is_running() {
            return;
        }
        state.phase = Phase::Pending;
        // What the next attempt says counts; a watcher sees it begin again.
        state.progress = None;
        let started = state.started.take().unwrap_or_default();
        let ledger = state.ledger.clone();
        drop(state);
        if let Some(ledger) = ledger {
            ledger.retried(started);
        }
    }

    fn finish_remote(&self, result: &[u8]) {
        if let Some(ledger) = &lock(&self.state).ledger {
            ledger.received(result.len());
        }
        let result = (self.plan.decode)(result)
            .map_err(|error| codec_failure("its result could not be decoded", &error));
        self.settle(result);
    }
}
