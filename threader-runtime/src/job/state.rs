//! What of a job changes, all of it under the job's lock. No code of the user runs in here.
//!
//! A task that waits is as small as it can be: what few tasks have is in [`Extras`], what only those have that
//! have started is in [`Attempt`].

use std::borrow::Cow;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use super::{Plan, Work};
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure, TaskError};
use crate::group::Group;
use crate::ledger::Ledger;
use crate::queue::Ticket;
use crate::terms::{Terms, Wishes};
use crate::timer::Alarm;
use crate::waiters::Waiters;

pub(super) struct State<T> {
    pub(super) phase: Phase<T>,
    /// Kept until it is brought together with the function, or cannot be asked for any more.
    pub(super) work: Option<Box<dyn Work<T>>>,
    /// The mailbox for its end, and the index that goes there.
    pub(super) group: Option<(Arc<Group>, u32)>,
    /// The books of the pool that the job was submitted to.
    pub(super) ledger: Option<Arc<Ledger>>,
    submitted: Option<Moment>,
    /// Its place in the queue of a backend that keeps jobs.
    pub(super) ticket: Option<Ticket>,
    pub(super) attempt: Option<Box<Attempt>>,
    pub(super) extras: Option<Box<Extras>>,
    /// It was counted as open in the books.
    pub(super) admitted: bool,
    /// It was submitted by a task and runs within it.
    pub(super) nested: bool,
    /// The result is not awaited: a failure goes to the pool's error hook.
    pub(super) unattended: bool,
    /// Its arguments are large: they were encoded to be moved to a worker, and two of them are too many to keep.
    pub(super) large: bool,
}

pub(super) enum Phase<T> {
    Pending,
    Running,
    Settled(Result<T, TaskError>),
    Read(Status),
}

/// What is known of a job that has started once.
pub(super) struct Attempt {
    pub(super) worker: Option<Arc<str>>,
    /// How often it was started.
    pub(super) number: u32,
    /// How long it waited for its first attempt.
    pub(super) waited: Option<Duration>,
    /// When the attempt that runs began.
    pub(super) started: Option<Duration>,
}

/// What few jobs have.
#[derive(Default)]
pub(super) struct Extras {
    pub(super) label: Option<Cow<'static, str>>,
    /// In place of what its function asks for.
    pub(super) wishes: Option<Wishes>,
    pub(super) progress: Option<Progress>,
    /// How often progress was reported.
    pub(super) told: u64,
    pub(super) watching: Waiters,
    pub(super) alarms: Vec<Alarm>,
}

/// A time of the clock in half the space.
#[derive(Clone, Copy)]
struct Moment(NonZeroU64);

impl Moment {
    fn new(time: Duration) -> Self {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX - 1);
        Moment(NonZeroU64::MIN.saturating_add(nanoseconds))
    }

    fn time(self) -> Duration {
        Duration::from_nanos(self.0.get() - 1)
    }
}

impl<T: 'static> State<T> {
    pub(super) fn new(work: Box<dyn Work<T>>) -> Self {
        State {
            phase: Phase::Pending,
            work: Some(work),
            group: None,
            ledger: None,
            submitted: None,
            ticket: None,
            attempt: None,
            extras: None,
            admitted: false,
            nested: false,
            unattended: false,
            large: false,
        }
    }

    pub(super) fn extras(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    pub(super) fn is_settled(&self) -> bool {
        matches!(self.phase, Phase::Settled(_) | Phase::Read(_))
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running)
    }

    pub(super) fn status(&self) -> Status {
        match &self.phase {
            Phase::Pending => Status::Pending,
            Phase::Running => Status::Running,
            Phase::Settled(Ok(_)) => Status::Completed,
            Phase::Settled(Err(error)) => match error.kind() {
                ErrorKind::Cancelled => Status::Cancelled,
                ErrorKind::TimedOut => Status::TimedOut,
                _ => Status::Failed,
            },
            Phase::Read(status) => *status,
        }
    }

    /// What the task asks for itself.
    pub(super) fn wishes(&self, plan: &Plan<T>) -> Wishes {
        let own = self.extras.as_ref().and_then(|extras| extras.wishes);
        own.unwrap_or(plan.info.wishes)
    }

    /// The same, and the pool's defaults.
    pub(super) fn terms(&self, plan: &Plan<T>) -> Terms {
        let ledger = self.ledger.as_ref();
        let defaults = ledger.map(|ledger| ledger.defaults()).unwrap_or_default();
        self.wishes(plan).or(defaults)
    }

    pub(super) fn name(&self, plan: &Plan<T>) -> Cow<'static, str> {
        let label = self.extras.as_ref().and_then(|extras| extras.label.clone());
        label.unwrap_or_else(|| Cow::Borrowed(plan.info.name.unwrap_or_else(plan.function.path)))
    }

    pub(super) fn submit(&mut self, ledger: &Arc<Ledger>, now: Duration, nested: bool) {
        self.ledger = Some(Arc::clone(ledger));
        self.submitted = Some(Moment::new(now));
        self.nested = nested;
    }

    /// How long ago it was submitted.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(super) fn age(&self, now: Duration) -> Duration {
        let submitted = self.submitted.map(|at| now.saturating_sub(at.time()));
        submitted.unwrap_or_default()
    }

    pub(super) fn attempts(&self) -> u32 {
        self.attempt.as_ref().map_or(0, |attempt| attempt.number)
    }

    pub(super) fn started(&self) -> Option<Duration> {
        self.attempt.as_ref()?.started.filter(|_| self.is_running())
    }

    /// Pending to running: another attempt has begun.
    pub(super) fn begin(&mut self, worker: &str, now: Duration) -> bool {
        if !matches!(self.phase, Phase::Pending) {
            return false;
        }
        self.phase = Phase::Running;
        self.ticket = None;
        let first = || self.submitted.map(|at| now.saturating_sub(at.time()));
        let before = self.attempt.as_ref();
        self.attempt = Some(Box::new(Attempt {
            worker: Some(Arc::from(worker)),
            number: before.map_or(0, |attempt| attempt.number) + 1,
            waited: before.and_then(|attempt| attempt.waited).or_else(first),
            started: Some(now),
        }));
        true
    }

    /// Running to pending; when the attempt had begun. `None` if it does not run.
    pub(super) fn wait_again(&mut self) -> Option<Duration> {
        if !self.is_running() {
            return None;
        }
        self.phase = Phase::Pending;
        // What the next attempt reports counts; a watcher sees it begin again.
        if let Some(extras) = &mut self.extras {
            extras.progress = None;
        }
        self.attempt.as_mut()?.started.take()
    }

    /// When the job will have run, or lived, too long.
    pub(super) fn due(&self, plan: &Plan<T>) -> Option<Duration> {
        let terms = self.terms(plan);
        let deadline = self.deadline(&terms).map(|(time, _)| time);
        let timeout = self.timeout(&terms).map(|(time, _)| time);
        deadline.into_iter().chain(timeout).min()
    }

    /// What is wrong with a job that has not ended by `now`, if its time is over.
    pub(super) fn overdue(&self, plan: &Plan<T>, now: Duration) -> Option<Failure> {
        let terms = self.terms(plan);
        let over = |(time, span): (Duration, Duration)| (time <= now).then_some(span);
        if let Some(deadline) = self.deadline(&terms).and_then(over) {
            return Some(Failure::too_late(deadline));
        }
        let timeout = self.timeout(&terms).and_then(over)?;
        Some(Failure::too_long(timeout))
    }

    fn deadline(&self, terms: &Terms) -> Option<(Duration, Duration)> {
        let span = terms.deadline?;
        Some((self.submitted?.time().saturating_add(span), span))
    }

    fn timeout(&self, terms: &Terms) -> Option<(Duration, Duration)> {
        let span = terms.timeout?;
        Some((self.started()?.saturating_add(span), span))
    }
}
