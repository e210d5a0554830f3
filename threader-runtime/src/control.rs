//! Looking at a task and stopping it from outside: [`TaskControl`].

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::job::{AnyJob, Watch};

/// A second hold on a task, to watch and to cancel it. Clones are the same task; dropping one does nothing.
///
/// ```
/// use threader::Status;
///
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let handle = threader::spawn!(square(4));
/// let control = handle.control();
/// assert_eq!(threader::block_on(handle).unwrap(), 16);
/// assert_eq!(control.status(), Status::Completed);
/// ```
#[derive(Clone)]
pub struct TaskControl(pub(crate) Arc<dyn AnyJob>);

impl TaskControl {
    /// Ends the task with [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled); does nothing if it has ended.
    ///
    /// A task that has not started never will. One that runs is left behind at once; its worker is stopped and
    /// replaced if it has not finished within [`Config::cancel_grace`](crate::Config::cancel_grace), in browsers and in
    /// Node. A native thread is never killed: it goes on until the function returns or asks
    /// [`checkpoint`](crate::checkpoint). If that takes longer than the grace it is detached: another thread takes its
    /// place, [`Metrics::detached`](crate::Metrics::detached) counts it, and it ends when the function returns.
    ///
    /// ```
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// let task = threader::prepare!(square(4));
    /// task.control().cancel();
    /// let error = threader::block_on(threader::spawn(task)).unwrap_err();
    /// assert_eq!(error.kind(), threader::ErrorKind::Cancelled);
    /// ```
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Where the task is now.
    pub fn status(&self) -> Status {
        self.0.status()
    }

    /// What the task said last with [`progress`](crate::progress). A task that is started again begins anew.
    pub fn progress(&self) -> Option<Progress> {
        self.0.progress()
    }

    /// What the task says with [`progress`](crate::progress) from now on, beginning with what it said last.
    ///
    /// Only the newest is kept: who looks rarely sees fewer steps. It ends with the task.
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use threader::Progress;
    ///
    /// #[threader::task]
    /// fn work(steps: u64) {
    ///     (1..=steps).for_each(|step| threader::progress(step, steps));
    /// }
    ///
    /// let handle = threader::spawn!(work(3));
    /// let seen: Vec<Progress> = threader::block_on(handle.control().progress_stream().collect());
    /// assert_eq!(seen.last(), Some(&Progress { done: 3, total: 3 }));
    /// ```
    pub fn progress_stream(&self) -> ProgressStream {
        ProgressStream {
            job: Arc::clone(&self.0),
            watch: Watch::default(),
        }
    }
}

/// The stream of [`TaskControl::progress_stream`]; a [`futures_core::Stream`]. Dropping it does nothing to the task.
#[must_use = "a stream does nothing unless it is polled"]
pub struct ProgressStream {
    job: Arc<dyn AnyJob>,
    watch: Watch,
}

impl futures_core::Stream for ProgressStream {
    type Item = Progress;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Progress>> {
        let ProgressStream { job, watch } = &mut *self;
        job.poll_progress(watch, cx)
    }
}

impl Drop for ProgressStream {
    fn drop(&mut self) {
        self.job.stop_watching(&self.watch);
    }
}

impl fmt::Debug for ProgressStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let control = TaskControl(Arc::clone(&self.job));
        f.debug_tuple("ProgressStream").field(&control).finish()
    }
}

impl fmt::Debug for TaskControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskControl")
            .field("task", &self.0.name())
            .field("status", &self.status())
            .finish()
    }
}

/// Where a task is between its making and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It has not started.
    Pending,
    /// A worker has it.
    Running,
    /// It returned.
    Completed,
    /// It ended in an error other than the two below.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// It was not done in time.
    TimedOut,
}

/// How far a task says it is, in units of its own.
///
/// ```
/// let progress = threader::Progress { done: 3, total: 4 };
/// assert_eq!(progress.done * 100 / progress.total, 75);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
}
