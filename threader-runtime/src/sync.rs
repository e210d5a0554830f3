//! The one place that names locks and what waits on them, so that the models can put loom's in their place.
//!
//! A poisoned lock is just a lock: every critical section in this crate leaves its data whole, so locking outlives a
//! panic. Statics and plain counters stay with `std`: they order nothing.

use std::sync::PoisonError;

#[cfg(all(loom, test))]
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
#[cfg(not(all(loom, test)))]
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};

/// Locks, whether or not a thread has panicked while it held the lock.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets go of the lock until notified, or for no reason.
#[cfg_attr(target_family = "wasm", allow(dead_code))]
pub(crate) fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// The same, and for no longer than `time`.
#[cfg_attr(target_family = "wasm", allow(dead_code))]
pub(crate) fn wait_for<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    time: std::time::Duration,
) -> MutexGuard<'a, T> {
    condvar
        .wait_timeout(guard, time)
        .unwrap_or_else(PoisonError::into_inner)
        .0
}

/// Writes to the standard error. Unlike `eprintln!` it does not panic where that cannot be written to.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn warn(text: std::fmt::Arguments<'_>) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// For statics, which loom has not. They are in no model.
pub(crate) mod plain {
    #[cfg(not(target_family = "wasm"))]
    pub(crate) use std::sync::Condvar;
    pub(crate) use std::sync::Mutex;
    use std::sync::MutexGuard;

    /// Locks, as [`lock`](super::lock) does.
    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(super::PoisonError::into_inner)
    }

    /// Waits, as [`wait_for`](super::wait_for) does. `true`: until the time was over.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn wait_for<'a, T>(
        condvar: &Condvar,
        guard: MutexGuard<'a, T>,
        time: std::time::Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        let (guard, wait) = condvar
            .wait_timeout(guard, time)
            .unwrap_or_else(super::PoisonError::into_inner);
        (guard, wait.timed_out())
    }
}
