//! What of a job changes, all of it under the job's lock. No code of the user runs in here.

use std::borrow::Cow;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::Work;
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure, TaskError};
use crate::group::Group;
use crate::ledger::Ledger;
use crate::terms::{Terms, Wishes};
use crate::timer::Alarm;

pub(super) struct State<T> {
    pub(super) phase: Phase<T>,
    /// Kept until it is brought together with the function, or cannot be asked for any more.
    pub(super) work: Option<Box<dyn Work<T>>>,
    /// Its arguments are large: they were encoded to be moved to a worker, and two of them are too many to keep.
    pub(super) large: bool,
    pub(super) label: Option<Cow<'static, str>>,
    pub(super) wishes: Wishes,
    /// The wishes and the pool's defaults; settled when it is submitted.
    pub(super) terms: Terms,
    pub(super) progress: Option<Progress>,
    /// How often progress was told, and who waits for the next time.
    pub(super) told: u64,
    pub(super) watching: Vec<Waker>,
    pub(super) worker: Option<Arc<str>>,
    pub(super) attempts: u32,
    pub(super) submitted: Option<Duration>,
    /// How long it waited for its first attempt.
    pub(super) waited: Option<Duration>,
    /// When the attempt that runs began.
    pub(super) started: Option<Duration>,
    pub(super) alarms: Vec<Alarm>,
    /// Whom to tell, and under which index.
    pub(super) group: Option<(Arc<Group>, usize)>,
    /// The books of the pool that the job was submitted to.
    pub(super) ledger: Option<Arc<Ledger>>,
    /// It was submitted by a task and runs within it.
    pub(super) nested: bool,
    /// Nobody will read the result: a failure goes to the pool's error hook.
    pub(super) unattended: bool,
}

pub(super) enum Phase<T> {
    Pending,
    Running,
    Settled(Result<T, TaskError>),
    Read(Status),
}

impl<T> State<T> {
    pub(super) fn new(work: Box<dyn Work<T>>, wishes: Wishes) -> Self {
        State {
            phase: Phase::Pending,
            work: Some(work),
            large: false,
            label: None,
            wishes,
            terms: wishes.or(Terms::default()),
            progress: None,
            told: 0,
            watching: Vec::new(),
            worker: None,
            attempts: 0,
            submitted: None,
            waited: None,
            started: None,
            alarms: Vec::new(),
            group: None,
            ledger: None,
            nested: false,
            unattended: false,
        }
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

    /// Pending to running: another attempt has begun.
    pub(super) fn begin(&mut self, worker: &str, now: Duration) -> bool {
        if !matches!(self.phase, Phase::Pending) {
            return false;
        }
        self.phase = Phase::Running;
        self.worker = Some(Arc::from(worker));
        self.attempts += 1;
        self.started = Some(now);
        let waited = self.submitted.map(|at| now.saturating_sub(at));
        self.waited = self.waited.or(waited);
        true
    }

    /// Running to pending; when the attempt had begun. `None` if it does not run.
    pub(super) fn wait_again(&mut self) -> Option<Duration> {
        if !self.is_running() {
            return None;
        }
        self.phase = Phase::Pending;
        // What the next attempt says counts; a watcher sees it begin again.
        self.progress = None;
        self.started.take()
    }

    /// When the job will have run, or lived, too long.
    pub(super) fn due(&self) -> Option<Duration> {
        let deadline = self.deadline().map(|(time, _)| time);
        let timeout = self.timeout().map(|(time, _)| time);
        deadline.into_iter().chain(timeout).min()
    }

    /// What is wrong with a job that has not ended by `now`, if its time is over.
    pub(super) fn overdue(&self, now: Duration) -> Option<Failure> {
        let over = |(time, span): (Duration, Duration)| (time <= now).then_some(span);
        if let Some(deadline) = self.deadline().and_then(over) {
            return Some(Failure::too_late(deadline));
        }
        let timeout = self.timeout().and_then(over)?;
        Some(Failure::too_long(timeout))
    }

    fn deadline(&self) -> Option<(Duration, Duration)> {
        let span = self.terms.deadline?;
        Some((self.submitted?.saturating_add(span), span))
    }

    fn timeout(&self) -> Option<(Duration, Duration)> {
        let span = self.terms.timeout.filter(|_| self.is_running())?;
        Some((self.started?.saturating_add(span), span))
    }
}
