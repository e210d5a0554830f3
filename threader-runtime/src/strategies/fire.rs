//! `fire`: start and let go.

use crate::pool::Pool;
use crate::strategies::start_all;
use crate::task::Task;

/// Starts the tasks on the global pool and lets them go. Their values are dropped.
///
/// A native `main` that returns ends the process and the tasks with it: await [`Pool::close`](crate::Pool::close) first.
/// A failure is not lost: it goes to [`Config::on_error`](crate::Config::on_error) and is counted in
/// [`Metrics::unattended`](crate::Metrics::unattended).
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// threader::fire((0..3).map(|x| threader::prepare!(square(x))));
/// ```
pub fn fire<T: Send + 'static>(tasks: impl IntoIterator<Item = Task<T>>) {
    fire_in(&Pool::global(), tasks);
}

pub(crate) fn fire_in<T: Send + 'static>(pool: &Pool, tasks: impl IntoIterator<Item = Task<T>>) {
    let (mut batch, _) = start_all(pool, tasks);
    batch.abandon();
}
