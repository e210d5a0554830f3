//! `any`: the first n to succeed.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::{AggregateError, TaskError};
use crate::pool::Pool;
use crate::strategies::{Batch, JobsOf, batch_methods, read, start_all};
use crate::task::Task;
use crate::user_code;

/// Starts the tasks on the global pool and gives the first `n` to succeed, each with its index, in completion order.
///
/// The others are cancelled. As soon as fewer than `n` can still succeed it fails with all errors so far.
/// `n = 0` is `Ok(vec![])`, and `n` above the number of tasks fails; both at once, and start nothing.
/// With `n = 1` the counterpart of ECMAScript's `Promise.any`.
///
/// ```
/// #[threader::task]
/// fn half(x: u32) -> u32 {
///     if x % 2 == 1 { panic!("{x} is odd") }
///     x / 2
/// }
///
/// let mut found = threader::block_on(threader::any!(2; half(1), half(2), half(3), half(4))).unwrap();
/// found.sort();
/// assert_eq!(found, [(1, 1), (3, 2)]);
/// ```
pub fn any<T: Send + 'static>(n: usize, tasks: impl IntoIterator<Item = Task<T>>) -> Any<T> {
    any_in(&Pool::global(), n, tasks)
}

pub(crate) fn any_in<T: Send + 'static>(
    pool: &Pool,
    n: usize,
    tasks: impl IntoIterator<Item = Task<T>>,
) -> Any<T> {
    let tasks: Vec<Task<T>> = tasks.into_iter().collect();
    let count = tasks.len();
    // Dropping a task that was not started ends it as cancelled.
    let tasks = if n == 0 || n > count { vec![] } else { tasks };
    let (batch, jobs) = start_all(pool, tasks);
    Any {
        batch,
        jobs,
        needed: n,
        count,
        values: Vec::new(),
        errors: Vec::new(),
    }
}

/// The future of [`any`] and `any!`.
#[must_use = "dropping it cancels its tasks; `.detach()` lets them run"]
pub struct Any<T: Send + 'static> {
    batch: Batch,
    jobs: JobsOf<T>,
    needed: usize,
    /// Tasks given, whether or not they were started.
    count: usize,
    values: Vec<(usize, T)>,
    errors: Vec<(usize, TaskError)>,
}

impl<T: Send + 'static> Any<T> {
    batch_methods! {
        /// When it is decided the others run on; their results are ignored.
        keep_losers; errors
    }
}

// Nothing is pinned: values are moved out by plain means.
impl<T: Send + 'static> Unpin for Any<T> {}

/// Values that were collected and not given have destructors of the user's.
impl<T: Send + 'static> Drop for Any<T> {
    fn drop(&mut self) {
        self.batch.finish();
        mem::take(&mut self.values)
            .into_iter()
            .for_each(user_code::discard);
    }
}

/// Must not be polled again after it was ready.
impl<T: Send + 'static> Future for Any<T> {
    type Output = Result<Vec<(usize, T)>, AggregateError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            if this.values.len() == this.needed {
                this.batch.finish();
                return Poll::Ready(Ok(mem::take(&mut this.values)));
            }
            if this.count - this.errors.len() < this.needed {
                this.batch.finish();
                let mut errors = mem::take(&mut this.errors);
                errors.sort_by_key(|(index, _)| *index);
                return Poll::Ready(Err(AggregateError {
                    needed: this.needed,
                    tasks: this.count,
                    errors,
                }));
            }
            match this.batch.poll_settled(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(index)) => match read(&this.jobs[index]) {
                    Ok(value) => this.values.push((index, value)),
                    Err(error) => this.errors.push((index, error)),
                },
                Poll::Ready(None) => panic!("`Any` polled after completion"),
            }
        }
    }
}
