//! A job without its result's type: [`AnyJob`].

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::state::Phase;
use super::{Job, JobKey, call};
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure, TaskError};
use crate::group::Group;
use crate::ledger::Ledger;
use crate::queue::Ticket;
use crate::stub::codec_failure;
use crate::sync::lock;
use crate::terms::Terms;
use crate::waiters::{self, Place};
use crate::{clock, context, frame, panics, user_code};

/// A job whose result type does not matter: all that pools, backends and controls need.
pub(crate) trait AnyJob: Send + Sync {
    fn key(&self) -> JobKey;
    fn name(&self) -> Cow<'static, str>;
    fn status(&self) -> Status;
    fn terms(&self) -> Terms;
    /// How long ago it was submitted.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    fn age(&self) -> Duration;
    fn progress(&self) -> Option<Progress>;
    fn set_progress(&self, progress: Progress);
    /// The progress that was reported after what `watch` has seen; `None` when the job has ended.
    fn poll_progress(&self, watch: &mut Watch, cx: &mut Context<'_>) -> Poll<Option<Progress>>;
    /// Nothing will be polled with this any more.
    fn stop_watching(&self, watch: &Watch);

    /// Its end goes to `group` as `index`; at once if it has ended.
    fn attach(&self, group: Arc<Group>, index: u32);
    /// Has the future polled that waits for it.
    #[cfg_attr(target_family = "wasm", allow(dead_code))]
    fn nudge(&self);
    /// Whether it was submitted to the pool that keeps these books.
    fn belongs_to(&self, ledger: &Arc<Ledger>) -> bool;
    /// It waits at this place of its backend's queue. `false` if it has ended, and has no place there.
    fn enqueue(&self, ticket: Ticket) -> bool;
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

/// What one watcher of a job's progress has seen, and where it waits for more.
#[derive(Default)]
pub(crate) struct Watch {
    seen: u64,
    place: Place,
}

impl<T: Send + 'static> AnyJob for Job<T> {
    fn key(&self) -> JobKey {
        self.key
    }

    fn name(&self) -> Cow<'static, str> {
        lock(&self.state).name(&self.plan)
    }

    fn status(&self) -> Status {
        lock(&self.state).status()
    }

    fn terms(&self) -> Terms {
        lock(&self.state).terms(&self.plan)
    }

    fn age(&self) -> Duration {
        lock(&self.state).age(clock::now())
    }

    fn progress(&self) -> Option<Progress> {
        let state = lock(&self.state);
        state.extras.as_ref().and_then(|extras| extras.progress)
    }

    fn set_progress(&self, progress: Progress) {
        let watching: Vec<_> = {
            let mut state = lock(&self.state);
            if state.is_settled() {
                return;
            }
            let extras = state.extras();
            extras.progress = Some(progress);
            extras.told += 1;
            extras.watching.take().collect()
        };
        watching.into_iter().for_each(user_code::wake);
    }

    fn poll_progress(&self, watch: &mut Watch, cx: &mut Context<'_>) -> Poll<Option<Progress>> {
        let Watch { seen, place } = watch;
        waiters::poll(
            &self.state,
            cx,
            |state| {
                let extras = state.extras();
                let news = std::mem::replace(seen, extras.told) < extras.told;
                match extras.progress.filter(|_| news) {
                    Some(progress) => Some(Some(progress)),
                    None => state.is_settled().then_some(None),
                }
            },
            |state| state.extras().watching.slot(place),
        )
    }

    fn stop_watching(&self, watch: &Watch) {
        let waker = {
            let mut state = lock(&self.state);
            let extras = state.extras.as_mut();
            extras.and_then(|extras| extras.watching.leave(&watch.place))
        };
        user_code::discard(waker);
    }

    fn attach(&self, group: Arc<Group>, index: u32) {
        let mut state = lock(&self.state);
        if state.is_settled() {
            drop(state);
            if let Some(waker) = group.push(index) {
                user_code::wake(waker);
            }
        } else {
            state.group = Some((group, index));
        }
    }

    fn nudge(&self) {
        let group = lock(&self.state)
            .group
            .as_ref()
            .map(|(group, _)| Arc::clone(group));
        if let Some(waker) = group.and_then(|group| group.nudge()) {
            user_code::wake(waker);
        }
    }

    fn belongs_to(&self, ledger: &Arc<Ledger>) -> bool {
        let state = lock(&self.state);
        let own = state.ledger.as_ref();
        own.is_some_and(|own| Arc::ptr_eq(own, ledger))
    }

    fn enqueue(&self, ticket: Ticket) -> bool {
        let mut state = lock(&self.state);
        let waits = !state.is_settled();
        state.ticket = Some(ticket).filter(|_| waits);
        waits
    }

    fn admit(self: Arc<Self>, ledger: &Arc<Ledger>, now: Duration, nested: bool) -> bool {
        // The ledger's lock inside the job's: `settle` takes the ledger's only after letting go of the job's.
        let mut state = lock(&self.state);
        if state.is_settled() {
            return false;
        }
        state.submit(ledger, now, nested);
        let job = Arc::clone(&self) as Arc<dyn AnyJob>;
        let admitted = ledger.admitted(job, nested);
        state.admitted = admitted.is_ok();
        let deadline = state.due(&self.plan);
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
            ledger.report(error);
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
            let overdue = state.overdue(&self.plan, now);
            overdue.filter(|_| !state.is_settled())
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
            Status::Running => state
                .due(&self.plan)
                .is_some_and(|time| time <= clock::now()),
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
        let called = call::run(&self.plan, work, self.validation());
        drop(current);
        // Inline and nested tasks have no timer, so the limit is checked on return. A task that finished before its
        // limit succeeds even if the timer was late.
        let late = lock(&self.state).overdue(&self.plan, clock::now());
        match late {
            Some(failure) => {
                self.settle(Err(failure));
                user_code::discard(called.result);
            }
            None => {
                self.settle(called.result);
            }
        }
        called.leftovers.discard();
    }

    fn frame(&self) -> Option<Result<Vec<u8>, Failure>> {
        let (work, name) = {
            let mut state = lock(&self.state);
            if state.is_settled() {
                return None;
            }
            (state.work.take(), state.name(&self.plan))
        };
        let Some(work) = work else {
            return Some(Err(Failure::arguments_gone()));
        };
        let frame = call::frame(
            self.key,
            &self.plan,
            &name,
            work.as_ref(),
            self.validation(),
        );
        let mut state = lock(&self.state);
        if state.is_settled() {
            drop(state);
            user_code::discard(work);
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
        let last = state.large && state.attempts() > state.terms(&self.plan).retries;
        let work = if last { state.work.take() } else { None };
        let ledger = state.ledger.clone();
        drop(state);
        user_code::discard(work);
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
        if let Some(attempt) = state.attempt.as_mut().filter(|_| started.is_some()) {
            attempt.worker = None;
            attempt.number -= 1;
            attempt.waited = attempt.waited.filter(|_| attempt.number > 0);
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
        // `Deserialize` is the user's code.
        let decoded = catch_unwind(AssertUnwindSafe(|| (self.plan.function.decode)(result)));
        let result = match decoded {
            Ok(decoded) => decoded
                .map_err(|error| codec_failure("its result could not be deserialized", &error)),
            Err(payload) => {
                let failure = panics::failure(payload.as_ref());
                user_code::discard_payload(payload);
                Err(failure)
            }
        };
        self.settle(result);
    }
}
