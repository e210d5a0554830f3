//! A job without its result's type: [`AnyJob`].

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::state::Phase;
use super::{Job, JobKey};
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure, TaskError};
use crate::group::Group;
use crate::ledger::Ledger;
use crate::stub::codec_failure;
use crate::sync::lock;
use crate::terms::Terms;
use crate::{clock, context, frame, panics};

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
    /// It was said to run, and did not: its worker is gone.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn unbegun(&self);
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
            return Some(Err(Failure::arguments_gone()));
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
        if let Ok(frame) = &frame {
            state.large = frame.len() >= frame::LARGE;
            if let Some(ledger) = &state.ledger {
                ledger.sent(frame.len());
            }
        }
        Some(frame)
    }

    fn running(&self, worker: &str) {
        let now = clock::now();
        let mut state = lock(&self.state);
        if !state.begin(worker, now) {
            return;
        }
        // The last attempt: nobody will ask for the arguments again, unless the worker dies before it begins.
        let last = state.large && state.attempts > state.terms.retries;
        let work = if last { state.work.take() } else { None };
        let ledger = state.ledger.clone();
        drop(state);
        drop(work);
        if let Some(ledger) = ledger {
            ledger.started(now);
        }
    }

    fn waiting(&self) {
        let mut state = lock(&self.state);
        let started = state.wait_again();
        let ledger = state.ledger.clone();
        drop(state);
        if let (Some(started), Some(ledger)) = (started, ledger) {
            ledger.retried(started);
        }
    }

    fn unbegun(&self) {
        let mut state = lock(&self.state);
        let started = state.wait_again();
        let ledger = state.ledger.clone();
        if started.is_some() {
            state.worker = None;
            state.attempts -= 1;
            state.waited = state.waited.filter(|_| state.attempts > 0);
        }
        drop(state);
        if let (Some(started), Some(ledger)) = (started, ledger) {
            ledger.unbegun(started);
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
