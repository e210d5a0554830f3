//! User code that misbehaves: whatever a destructor, a payload, a waker, a hook or a strategy inside a task does, it fails at
//! most its own task. The others settle, the workers go on, `close` ends.
//!
//! On wasm a panic on the owner's thread ends that turn of the program: what becomes of the pool then is for `hostile_owner`. Here a
//! case panics only where panics unwind, or in a worker.

#[cfg(not(target_arch = "wasm32"))]
mod blocking;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod child;
mod destructors;
mod hooks;
mod limits;
mod nesting;
mod payloads;
#[cfg(not(target_arch = "wasm32"))]
mod stuck;
mod wakers;
mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use threader::{Backend, Pool, TaskHandle, all, spawn};

use crate::check::check_eq;
use crate::host::{until, within};
use crate::tasks::{add, begin_and_spin};
use crate::{Case, Cx, Outcome, Wrong};

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    [
        destructors::cases(),
        payloads::cases(),
        wakers::cases(),
        hooks::cases(),
        nesting::cases(),
        #[cfg(not(target_arch = "wasm32"))]
        blocking::cases(),
        #[cfg(not(target_arch = "wasm32"))]
        stuck::cases(),
        limits::cases(),
        wire::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const SOON: Duration = Duration::from_millis(20);
/// Longer than any case may take.
const LONG: Duration = Duration::from_secs(3600);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Iterations that end only by a cancel, where tasks can be cancelled while they run.
fn endless(cx: &Cx) -> u64 {
    match cx.backend() {
        Backend::Inline => 10_000,
        _ => u64::MAX,
    }
}

/// Keeps one worker busy until it is dropped; on an inline pool it is the first in the queue.
async fn occupy(cx: &Cx, pool: &Pool) -> Result<TaskHandle<u64>, Wrong> {
    let handle = spawn!(in pool; begin_and_spin(endless(cx)));
    if cx.backend() != Backend::Inline {
        let control = handle.control();
        until("a task begins", || control.progress().is_some()).await?;
    }
    Ok(handle)
}

/// The next tasks give their values, the pool closes, and its books add up.
async fn check_whole(pool: &Pool) -> Outcome {
    let sums = within(
        30,
        "the next tasks",
        all!(in pool; for n in 0..5 => add(n, 1)),
    )
    .await??;
    check_eq!(sums, (1..6).collect::<Vec<i64>>());
    check_closes(pool).await
}

/// The pool closes, and its books add up.
async fn check_closes(pool: &Pool) -> Outcome {
    within(30, "close", pool.close()).await?;
    let metrics = pool.metrics();
    let ended = metrics.completed + metrics.failed + metrics.cancelled + metrics.timed_out;
    check_eq!((metrics.queued, metrics.running), (0, 0), "{metrics:?}");
    check_eq!(metrics.submitted, ended, "{metrics:?}");
    Ok(())
}

/// What a panic inside of this would be: an error of the case.
fn unharmed<T>(what: &str, call: impl FnOnce() -> T) -> Result<T, Wrong> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(call))
        .map_err(|_| format!("{what} panics in its caller").into())
}

/// Runs it where it may stand still without holding up the case: on a thread of its own, where there are threads.
async fn aside(what: &'static str, call: impl FnOnce() + Send + 'static) -> Outcome {
    #[cfg(not(target_arch = "wasm32"))]
    {
        let thread = std::thread::spawn(call);
        until(what, || thread.is_finished()).await?;
        thread.join().map_err(|_| format!("{what} panics").into())
    }
    #[cfg(target_arch = "wasm32")]
    {
        let _ = what;
        call();
        Ok(())
    }
}
