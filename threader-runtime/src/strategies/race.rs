//! `race`: the first to settle.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::{ErrorKind, Failure, TaskError};
use crate::pool::Pool;
use crate::strategies::{Batch, JobsOf, batch_methods, read, start_all};
use crate::task::Task;

/// Starts the tasks on the global pool and gives the first to settle, with its index; the others are cancelled.
///
/// If the first to settle failed, so does the race. No tasks: [`ErrorKind::Empty`], where ECMAScript's
/// `Promise.race` would wait for ever.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let (index, value) = threader::block_on(threader::race!(square(2), square(3))).unwrap();
/// assert_eq!(value, [4, 9][index]);
/// ```
pub fn race<T: Send + 'static>(tasks: impl IntoIterator<Item = Task<T>>) -> Race<T> {
    race_in(&Pool::global(), tasks)
}

pub(crate) fn race_in<T: Send + 'static>(
    pool: &Pool,
    tasks: impl IntoIterator<Item = Task<T>>,
) -> Race<T> {
    let (batch, jobs) = start_all(pool, tasks);
    Race { batch, jobs }
}

/// The future of [`race`] and `race!`.
#[must_use = "dropping it cancels its tasks; `.detach()` lets them run"]
pub struct Race<T: Send + 'static> {
    batch: Batch,
    jobs: JobsOf<T>,
}

impl<T: Send + 'static> Race<T> {
    batch_methods! {
        /// When one has settled the others run on; their results are ignored.
        keep_losers
    }
}

/// Must not be polled again after it was ready.
impl<T: Send + 'static> Future for Race<T> {
    type Output = Result<(usize, T), TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let next = match self.batch.poll_settled(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(next) => next,
        };
        let Some(first) = next else {
            assert!(self.jobs.is_empty(), "`Race` polled after completion");
            let empty = Failure::new(ErrorKind::Empty, "`race` was called with no tasks");
            return Poll::Ready(Err(TaskError::new(empty, Cow::Borrowed(""), None, 0)));
        };
        self.batch.finish();
        Poll::Ready(read(&self.jobs[first]).map(|value| (first, value)))
    }
}
