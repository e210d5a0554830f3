//! What a pool has counted: [`Metrics`].

mod histogram;

use std::time::Duration;

pub use histogram::Histogram;

/// What a pool has counted since it was made, and how it stands now. Read with [`Pool::metrics`](crate::Pool::metrics).
///
/// `submitted` is the sum of `completed`, `failed`, `cancelled`, `timed_out` and the tasks still open.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let pool = threader::Pool::new(threader::Config::new());
/// threader::block_on(threader::all!(in &pool; for x in 0..10 => square(x))).unwrap();
/// let metrics = pool.metrics();
/// assert_eq!((metrics.completed, metrics.queued, metrics.running), (10, 0, 0));
/// println!("half of them waited no longer than {:?}", metrics.wait.percentile(50.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metrics {
    /// Tasks taken in.
    pub submitted: u64,
    /// Tasks that returned.
    pub completed: u64,
    /// Tasks that ended in an error other than a cancel or a timeout.
    pub failed: u64,
    /// Tasks that were cancelled.
    pub cancelled: u64,
    /// Tasks that were not done in time.
    pub timed_out: u64,
    /// Tasks not taken in, because the pool was full ([`Config::queue_limit`](crate::Config::queue_limit)) or closed.
    pub refused: u64,
    /// Attempts that failed and were followed by another ([`Task::retries`](crate::Task::retries)).
    pub retried: u64,
    /// Failures that nobody waited for (`fire`, `.detach()`); each also went to
    /// [`Config::on_error`](crate::Config::on_error).
    pub unattended: u64,
    /// Tasks that wait for a worker now.
    pub queued: u64,
    /// Tasks that run now, without those that tasks run inside themselves.
    pub running: u64,
    /// Workers started, replacements included.
    pub workers_started: u64,
    /// Workers that had been up and died, or were stopped because they went on with a task that was cancelled or too slow.
    pub workers_lost: u64,
    /// Workers started in the place of lost or detached ones.
    pub workers_replaced: u64,
    /// Workers stopped because their memory had grown beyond [`Config::memory_limit`](crate::Config::memory_limit).
    pub workers_recycled: u64,
    /// Native threads that went on with a task that was cancelled or too slow, and were left to it: they are no longer
    /// the pool's workers and end when the task returns.
    pub detached: u64,
    /// Tasks that had been sent to a busy worker and were given to a free one instead.
    pub taken_back: u64,
    /// Bytes of arguments sent to workers that share no memory. Native threads send none.
    pub bytes_sent: u64,
    /// Bytes of results received from such workers.
    pub bytes_received: u64,
    /// How long tasks waited from submission to their first start.
    pub wait: Histogram,
    /// How long tasks ran that were started: the last attempt of each, whatever it ended in.
    pub run: Histogram,
    /// The share of its workers' time, from 0 to 1, in which they ran tasks. 0 while there has been no worker.
    pub utilization: f64,
    /// The workers there are now, in the order in which they came.
    pub workers: Vec<WorkerMetrics>,
}

/// What one worker has done. Part of [`Metrics`].
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let pool = threader::Pool::new(threader::Config::new().max_workers(1));
/// threader::block_on(threader::spawn!(in &pool; square(3))).unwrap();
/// let worker = &pool.metrics().workers[0];
/// assert_eq!((worker.name.as_str(), worker.tasks), ("threads-1", 1));
/// assert!(worker.busy <= worker.alive);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerMetrics {
    /// As in [`TaskError::worker`](crate::TaskError::worker).
    pub name: String,
    /// Tasks that ended while it ran them, whatever they ended in.
    pub tasks: u64,
    /// How long it ran those.
    pub busy: Duration,
    /// How long it has been there.
    pub alive: Duration,
}
