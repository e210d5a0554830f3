//! What a pool has counted: [`Metrics`].

/// Counts since the pool was made, all of them of tasks or workers. Read with [`Pool::metrics`](crate::Pool::metrics).
///
/// `submitted` is the sum of `completed`, `failed`, `cancelled` and the tasks still open.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let pool = threader::Pool::new(threader::Config::new());
/// threader::block_on(threader::all!(in &pool; for x in 0..10 => square(x))).unwrap();
/// assert_eq!(pool.metrics().completed, 10);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Tasks taken in.
    pub submitted: u64,
    /// Tasks that returned.
    pub completed: u64,
    /// Tasks that ended in an error other than a cancel.
    pub failed: u64,
    /// Tasks that were cancelled.
    pub cancelled: u64,
    /// Failures that nobody waited for (`fire`, `.detach()`); each also went to
    /// [`Config::on_error`](crate::Config::on_error).
    pub unattended: u64,
    /// Workers started, replacements included.
    pub workers_started: u64,
    /// Workers that had been up and died, or were stopped because they went on with a cancelled task.
    pub workers_lost: u64,
}
