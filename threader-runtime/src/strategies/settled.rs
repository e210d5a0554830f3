//! `settled`: the result of each, whatever it is.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::TaskError;
use crate::pool::Pool;
use crate::strategies::{Batch, batch_methods, read, start_all};
use crate::task::Task;

/// Starts the tasks on the global pool and waits until each has settled; results in input order.
///
/// Never fails as a whole. The counterpart of ECMAScript's `Promise.allSettled`.
///
/// ```
/// #[threader::task]
/// fn half(x: u32) -> u32 {
///     if x % 2 == 1 { panic!("{x} is odd") }
///     x / 2
/// }
///
/// let results = threader::block_on(threader::settled!(for x in [4, 5] => half(x)));
/// assert_eq!(*results[0].as_ref().unwrap(), 2);
/// assert_eq!(results[1].as_ref().unwrap_err().message(), "5 is odd");
/// ```
pub fn settled<T: Send + 'static>(
    tasks: impl IntoIterator<Item = Task<T>>,
) -> Settled<Vec<Result<T, TaskError>>> {
    settled_in(&Pool::global(), tasks)
}

pub(crate) fn settled_in<T: Send + 'static>(
    pool: &Pool,
    tasks: impl IntoIterator<Item = Task<T>>,
) -> Settled<Vec<Result<T, TaskError>>> {
    let (batch, jobs) = start_all(pool, tasks);
    Settled::new(batch, move || jobs.iter().map(|job| read(job)).collect())
}

/// The future of [`settled`] and `settled!`: `R` is a `Vec` or a tuple of `Result`s.
#[must_use = "dropping it cancels its tasks; `.detach()` lets them run"]
pub struct Settled<R> {
    batch: Batch,
    results: Option<Box<dyn FnOnce() -> R + Send>>,
}

impl<R> Settled<R> {
    pub(crate) fn new(batch: Batch, results: impl FnOnce() -> R + Send + 'static) -> Self {
        Settled {
            batch,
            results: Some(Box::new(results)),
        }
    }

    batch_methods! {}
}

/// Must not be polled again after it was ready.
impl<R> Future for Settled<R> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        loop {
            match self.batch.poll_settled(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(_)) => {}
                Poll::Ready(None) => match self.results.take() {
                    Some(results) => return Poll::Ready(results()),
                    None => panic!("`Settled` polled after completion"),
                },
            }
        }
    }
}
