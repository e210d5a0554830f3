//! `all`: every value, or the first failure.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::TaskError;
use crate::pool::Pool;
use crate::strategies::{Batch, batch_methods, read, start_all};
use crate::task::Task;

/// Starts the tasks on the global pool and waits for all values, in input order.
///
/// The first failure in time ends it, and cancels the tasks that are still open.
/// No tasks: `Ok(vec![])`. The counterpart of ECMAScript's `Promise.all`.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let squares = threader::all((1..=3).map(|x| threader::prepare!(square(x))));
/// assert_eq!(threader::block_on(squares).unwrap(), [1, 4, 9]);
/// ```
pub fn all<T: Send + 'static>(tasks: impl IntoIterator<Item = Task<T>>) -> All<Vec<T>> {
    all_in(&Pool::global(), tasks)
}

pub(crate) fn all_in<T: Send + 'static>(
    pool: &Pool,
    tasks: impl IntoIterator<Item = Task<T>>,
) -> All<Vec<T>> {
    let (batch, jobs) = start_all(pool, tasks);
    All::new(batch, move || jobs.iter().map(|job| read(job)).collect())
}

/// The future of [`all`] and `all!`: `V` is a `Vec`, or the tuple of the items' types.
#[must_use = "dropping it cancels its tasks; `.detach()` lets them run"]
pub struct All<V> {
    batch: Batch,
    values: Option<Box<dyn FnOnce() -> Result<V, TaskError> + Send>>,
}

impl<V> All<V> {
    pub(crate) fn new(
        batch: Batch,
        values: impl FnOnce() -> Result<V, TaskError> + Send + 'static,
    ) -> Self {
        All {
            batch,
            values: Some(Box::new(values)),
        }
    }

    batch_methods! {
        /// After a failure the other tasks run on; their results are ignored.
        keep_losers
    }
}

/// Must not be polled again after it was ready.
impl<V> Future for All<V> {
    type Output = Result<V, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match self.batch.poll_settled(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(index)) => {
                    if let Some(error) = self.batch.error(index) {
                        self.batch.finish();
                        self.values = None;
                        return Poll::Ready(Err(error));
                    }
                }
                Poll::Ready(None) => match self.values.take() {
                    Some(values) => return Poll::Ready(values()),
                    None => panic!("`All` polled after completion"),
                },
            }
        }
    }
}
