//! From a panic to a [`Failure`]: its text from the payload, its place from the panic hook.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::console;
use crate::context;
use crate::error::{ErrorKind, Failure};

/// Sees to it that panics inside tasks are recorded. The hook that was there before still runs, after ours.
///
/// A program that sets a hook of its own later loses the place of panics, not their text (where panics unwind).
pub(crate) fn install_hook() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    // While a thread panics the hooks cannot be changed. The next pool or task tries again.
    if std::thread::panicking() || INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    panic::set_hook(console::hook(panic::take_hook(), record));
}

/// What a caught panic was. The payload stays the caller's: its destructor is the user's code.
pub(crate) fn failure(payload: &(dyn Any + Send)) -> Failure {
    if payload.is::<Left>() {
        return Failure::new(ErrorKind::Cancelled, "it was cancelled while it ran");
    }
    let message = text(payload);
    // The last panic the hook saw on this thread is this one, unless it was started without the hook (`resume_unwind`).
    let location = LAST
        .try_with(RefCell::take)
        .ok()
        .flatten()
        .filter(|last| last.message == message)
        .and_then(|last| last.location);
    Failure {
        kind: ErrorKind::Panicked,
        message,
        location,
    }
}

/// Unwinds out of the current task without being a panic to anyone: no hook runs.
pub(crate) fn leave_task() -> ! {
    panic::resume_unwind(Box::new(Left))
}

struct Left;

thread_local! {
    static LAST: RefCell<Option<Failure>> = const { RefCell::new(None) };
}

fn record(info: &PanicHookInfo<'_>) {
    let in_task = context::current();
    #[cfg(target_family = "wasm")]
    let in_task_elsewhere = crate::backend::worker::serve::in_task();
    #[cfg(not(target_family = "wasm"))]
    let in_task_elsewhere = false;
    if in_task.is_none()
        && !in_task_elsewhere
        && cfg!(not(all(target_family = "wasm", panic = "abort")))
    {
        return;
    }
    let failure = Failure {
        kind: ErrorKind::Panicked,
        message: text(info.payload()),
        location: info.location().map(ToString::to_string),
    };
    // Where panics abort this is the last code that runs: say it now or never.
    #[cfg(all(target_family = "wasm", panic = "abort"))]
    if in_task_elsewhere {
        crate::backend::worker::serve::dying(&failure);
    } else {
        if let Some(job) = in_task {
            // As where panics unwind: a task whose time is over has timed out, however it ends.
            job.expire(crate::clock::now());
            job.fail(failure.clone());
            context::forget_all();
        }
        crate::backend::worker::cut_off_by_a_panic(&failure);
    }
    let _ = LAST.try_with(|last| *last.borrow_mut() = Some(failure));
}

pub(crate) fn text(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic whose payload is not a text".to_owned()
    }
}
