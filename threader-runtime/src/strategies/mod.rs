//! The ways to wait for several tasks, one file each, over one engine: [`Batch`].
//!
//! A strategy starts its tasks when it is made, not when it is first polled, and knows nothing of backends.

mod all;
mod any;
mod fire;
mod race;
mod settled;
mod stream;
mod tuple;

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::control::TaskControl;
use crate::error::TaskError;
use crate::group::Group;
use crate::handle::TaskHandle;
use crate::job::{AnyJob, Job};
use crate::pool::Pool;
use crate::task::{IntoTask, Task};
use crate::user_code;

pub use all::{All, all};
pub use any::{Any, any};
pub use fire::fire;
pub use race::{Race, race};
pub use settled::{Settled, settled};
pub use stream::{Stream, stream};
pub use tuple::{TaskTuple, all_items, settled_items};

pub(crate) use all::all_in;
pub(crate) use any::any_in;
pub(crate) use fire::fire_in;
pub(crate) use race::race_in;
pub(crate) use settled::settled_in;
pub(crate) use stream::stream_in;

/// Starts a task on the global pool and gives the handle to its result.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let handle = threader::spawn(threader::prepare!(square(12)));
/// assert_eq!(threader::block_on(handle).unwrap(), 144);
/// ```
pub fn spawn<T: Send + 'static>(task: impl IntoTask<T>) -> TaskHandle<T> {
    Pool::global().spawn(task.into_task())
}

/// The jobs of a batch. The strategy shares them where all are of one type, so that each is held once.
pub(crate) trait Jobs: Send + Sync {
    /// In input order.
    fn get(&self, index: usize) -> Option<Arc<dyn AnyJob>>;
}

impl<T: Send + 'static> Jobs for Arc<Job<T>> {
    fn get(&self, index: usize) -> Option<Arc<dyn AnyJob>> {
        (index == 0).then(|| Arc::clone(self) as _)
    }
}

impl<T: Send + 'static> Jobs for Arc<Vec<Arc<Job<T>>>> {
    fn get(&self, index: usize) -> Option<Arc<dyn AnyJob>> {
        Some(Arc::clone(self.as_slice().get(index)?) as _)
    }
}

impl Jobs for Vec<Arc<dyn AnyJob>> {
    fn get(&self, index: usize) -> Option<Arc<dyn AnyJob>> {
        self.as_slice().get(index).cloned()
    }
}

/// Started tasks, seen as "which one settled next". Dropping it cancels those that have not settled.
pub(crate) struct Batch {
    jobs: Box<dyn Jobs>,
    group: Arc<Group>,
    /// How many have not been reported by `poll_settled`.
    open: usize,
    cancel_on_drop: bool,
    /// Kept alive while its tasks are waited for; an inline pool is driven from here.
    pool: Pool,
}

impl Batch {
    pub(crate) fn start(pool: &Pool, jobs: impl Jobs + 'static) -> Self {
        let group = Arc::new(Group::default());
        let started: Vec<_> = (0..).map_while(|index| jobs.get(index)).collect();
        for (index, job) in (0..).zip(&started) {
            job.attach(Arc::clone(&group), index);
        }
        let batch = Batch {
            open: started.len(),
            jobs: Box::new(jobs),
            group,
            cancel_on_drop: true,
            pool: pool.clone(),
        };
        // After the batch is made: if submitting panics, dropping it cancels what had started.
        pool.submit(&started);
        batch
    }

    fn each(&self) -> impl Iterator<Item = Arc<dyn AnyJob>> {
        (0..).map_while(|index| self.jobs.get(index))
    }

    /// The index of the task that settled next; `None` when all were reported.
    pub(crate) fn poll_settled(&mut self, cx: &mut Context<'_>) -> Poll<Option<usize>> {
        if self.open == 0 {
            return Poll::Ready(None);
        }
        let mut next = self.group.poll_next(cx);
        if next.is_pending() && self.pool.run_one_here() {
            next = self.group.poll_next(cx);
            if next.is_pending() {
                // More to run, but the executor's other futures have their turn first.
                cx.waker().wake_by_ref();
            }
        }
        next.map(|index| {
            self.open -= 1;
            Some(index)
        })
    }

    /// How many have not been reported.
    pub(crate) fn open(&self) -> usize {
        self.open
    }

    /// The error that task `index` ended in.
    pub(crate) fn error(&self, index: usize) -> Option<TaskError> {
        self.jobs.get(index)?.error()
    }

    pub(crate) fn controls(&self) -> Vec<TaskControl> {
        self.each().map(TaskControl).collect()
    }

    pub(crate) fn keep_losers(&mut self) {
        self.cancel_on_drop = false;
    }

    /// Ends the waiting early: what is still open are losers.
    pub(crate) fn finish(&mut self) {
        self.open = 0;
        if std::mem::replace(&mut self.cancel_on_drop, false) {
            // A job that has ended ignores it.
            user_code::afterwards(|| self.each().for_each(|job| job.cancel()));
        } else {
            self.pool.run_abandoned();
        }
    }

    /// A failure that was taken out of its job and is dropped unread.
    pub(crate) fn report(&self, error: TaskError) {
        self.pool.report(error);
    }

    /// Lets all go without cancelling; failures go to the pool's error hook.
    pub(crate) fn abandon(&mut self) {
        self.cancel_on_drop = false;
        self.each().for_each(|job| job.abandon());
        self.pool.run_abandoned();
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.finish();
    }
}

/// The jobs of tasks of one type.
pub(crate) type JobsOf<T> = Arc<Vec<Arc<Job<T>>>>;

/// Starts tasks of one type. The batch to wait by, and the jobs to read.
fn start_all<T: Send + 'static>(
    pool: &Pool,
    tasks: impl IntoIterator<Item = Task<T>>,
) -> (Batch, JobsOf<T>) {
    // The iterator is the user's: if it panics, the tasks it made are dropped, which ends them.
    let tasks: Vec<Task<T>> = tasks.into_iter().collect();
    let jobs: JobsOf<T> = Arc::new(tasks.into_iter().map(Task::into_job).collect());
    (Batch::start(pool, Arc::clone(&jobs)), jobs)
}

/// The result of a job that the batch has reported.
pub(crate) fn read<T: Send + 'static>(job: &Job<T>) -> Result<T, TaskError> {
    match job.read() {
        Some(result) => result,
        None => unreachable!("a job is reported once, when it has settled, and read then"),
    }
}

/// `controls`, `keep_losers` and `detach` for a strategy whose field `batch` is a [`Batch`].
macro_rules! batch_methods {
    ($($(#[$losers:meta])+ keep_losers)? $(; $collected:ident)?) => {
        /// Holds on all its tasks, in input order.
        pub fn controls(&self) -> Vec<$crate::TaskControl> {
            self.batch.controls()
        }

        $(
            $(#[$losers])+
            pub fn keep_losers(mut self) -> Self {
                self.batch.keep_losers();
                self
            }
        )?

        /// Lets go of all its tasks without cancelling them. Failures go to
        /// [`Config::on_error`](crate::Config::on_error).
        pub fn detach(mut self) {
            $(
                for (_, error) in std::mem::take(&mut self.$collected) {
                    self.batch.report(error);
                }
            )?
            self.batch.abandon();
        }
    };
}
use batch_methods;
