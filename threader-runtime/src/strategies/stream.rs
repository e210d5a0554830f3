//! `stream`: each result as it comes.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::TaskError;
use crate::pool::Pool;
use crate::strategies::{Batch, JobsOf, batch_methods, read, start_all};
use crate::task::Task;

/// Starts the tasks on the global pool and yields each result when it is there, with its task's index in the input.
///
/// Completion order; a failure is an item like any other; no tasks: ends at once. Dropping it cancels what is open.
///
/// ```
/// use futures_util::StreamExt;
///
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let squares = threader::stream((0..3).map(|x| threader::prepare!(square(x))));
/// let mut items: Vec<_> = threader::block_on(squares.map(|(i, x)| (i, x.unwrap())).collect());
/// items.sort();
/// assert_eq!(items, [(0, 0), (1, 1), (2, 4)]);
/// ```
pub fn stream<T: Send + 'static>(tasks: impl IntoIterator<Item = Task<T>>) -> Stream<T> {
    stream_in(&Pool::global(), tasks)
}

pub(crate) fn stream_in<T: Send + 'static>(
    pool: &Pool,
    tasks: impl IntoIterator<Item = Task<T>>,
) -> Stream<T> {
    let (batch, jobs) = start_all(pool, tasks);
    Stream { batch, jobs }
}

/// The stream of [`stream`] and `stream!`; a [`futures_core::Stream`].
#[must_use = "dropping it cancels its tasks; `.detach()` lets them run"]
pub struct Stream<T: Send + 'static> {
    batch: Batch,
    jobs: JobsOf<T>,
}

impl<T: Send + 'static> Stream<T> {
    batch_methods! {
        /// When it is dropped the tasks that are still open run on; their results are ignored.
        keep_losers
    }
}

impl<T: Send + 'static> futures_core::Stream for Stream<T> {
    type Item = (usize, Result<T, TaskError>);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.batch
            .poll_settled(cx)
            .map(|next| next.map(|index| (index, read(&self.jobs[index]))))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.batch.open(), Some(self.batch.open()))
    }
}
