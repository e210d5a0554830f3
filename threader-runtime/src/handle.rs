//! One started task as a future: [`TaskHandle`].

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::control::TaskControl;
use crate::error::TaskError;
use crate::job::Job;
use crate::pool::Pool;
use crate::strategies::Batch;
use crate::task::Task;

/// A task that was started: a future of its result. Dropping it cancels the task.
///
/// Made by [`spawn`](crate::spawn) and `spawn!`.
#[must_use = "dropping the handle cancels the task; `.detach()` lets it run"]
pub struct TaskHandle<T: Send + 'static> {
    job: Arc<Job<T>>,
    batch: Batch,
}

impl<T: Send + 'static> TaskHandle<T> {
    pub(crate) fn start(pool: &Pool, task: Task<T>) -> Self {
        let job = task.into_job();
        let batch = Batch::start(pool, Arc::clone(&job));
        TaskHandle { job, batch }
    }

    /// A second hold on the task.
    pub fn control(&self) -> TaskControl {
        TaskControl(Arc::clone(&self.job) as _)
    }

    /// Lets go without cancelling. A failure goes to [`Config::on_error`](crate::Config::on_error).
    ///
    /// ```
    /// # use threader::Status;
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// let pool = threader::Pool::new(threader::Config::new());
    /// threader::spawn!(in &pool; square(3)).detach();
    /// threader::block_on(pool.close());
    /// assert_eq!(pool.metrics().completed, 1);
    /// ```
    pub fn detach(mut self) {
        self.batch.abandon();
    }
}

/// `Err` for every end but a value. Must not be polled again after it was ready.
impl<T: Send + 'static> Future for TaskHandle<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.batch.poll_settled(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(_)) => Poll::Ready(crate::strategies::read(&self.job)),
            Poll::Ready(None) => panic!("`TaskHandle` polled after completion"),
        }
    }
}

impl<T: Send + 'static> fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TaskHandle").field(&self.control()).finish()
    }
}
