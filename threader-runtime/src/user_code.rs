//! Calls of the user's code at the edges: destructors, panic payloads, wakers and error hooks.
//!
//! A panic in one of them ends here. The timer's thread makes no such call, because a destructor that blocks
//! there would delay every timeout of the process. It leaves the call to an [errand](crate::errands).

use std::any::Any;
use std::cell::RefCell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

use crate::{errands, timer};

/// Calls it. `false` if it panicked; on wasm also if it trapped.
pub(crate) fn guarded(call: impl FnOnce() + 'static) -> bool {
    // In a worker a trap is what ends the worker.
    #[cfg(target_family = "wasm")]
    if !crate::backend::worker::serve::in_task() {
        return crate::backend::worker::guarded(Box::new(call));
    }
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(()) => true,
        Err(payload) => {
            discard_payload(payload);
            false
        }
    }
}

/// Drops what a panic carried. A payload that a destructor of a payload panics with is leaked: its own
/// destructor may panic as well, without an end.
pub(crate) fn discard_payload(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        mem::forget(second);
    }
}

/// Drops a value of the user's.
pub(crate) fn discard<V: Send + 'static>(value: V) {
    if mem::needs_drop::<V>() {
        aside(true, move || drop(value));
    }
}

/// Wakes a waiting future.
pub(crate) fn wake(waker: Waker) {
    aside(false, move || waker.wake());
}

type Call = Box<dyn FnOnce() + Send>;

thread_local! {
    /// What is put off until the outermost [`afterwards`] is done.
    static LATER: RefCell<Option<[Vec<Call>; 2]>> = const { RefCell::new(None) };
}

/// Puts off the user's code that `call` would run until `call` is done. So user code that blocks cannot keep any part of
/// `call` from being done.
pub(crate) fn afterwards<R>(call: impl FnOnce() -> R) -> R {
    // There nothing blocks, and a trap would leave what is put off.
    if cfg!(target_family = "wasm") {
        return call();
    }
    let outermost = LATER.try_with(|later| {
        let mut later = later.borrow_mut();
        let outermost = later.is_none();
        later.get_or_insert_default();
        outermost
    });
    let _flush = Flush(outermost == Ok(true));
    call()
}

/// Makes the calls that were put off, also where our own code has panicked.
struct Flush(bool);

impl Drop for Flush {
    fn drop(&mut self) {
        if self.0 {
            let calls = LATER.try_with(RefCell::take).ok().flatten();
            // The wakers before the values.
            for call in calls.into_iter().flatten().flatten() {
                guarded(call);
            }
        }
    }
}

/// Runs a task on a thread that has calls put off. Those that the task leads to are made at once.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn at_once<R>(call: impl FnOnce() -> R) -> R {
    let put_off = LATER.try_with(RefCell::take).ok().flatten();
    let result = call();
    let _ = LATER.try_with(|later| *later.borrow_mut() = put_off);
    result
}

/// An errand that no other thread can run.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn run_here(errand: Call) {
    if timer::is_this_thread() {
        guarded(errand);
    } else {
        aside(true, errand);
    }
}

fn aside(of_a_value: bool, call: impl FnOnce() + Send + 'static) {
    if timer::is_this_thread() {
        errands::run(Box::new(call));
        return;
    }
    let mut call = Some(call);
    let _ = LATER.try_with(|later| {
        if let Some(later) = &mut *later.borrow_mut()
            && let Some(call) = call.take()
        {
            later[usize::from(of_a_value)].push(Box::new(call));
        }
    });
    if let Some(call) = call {
        guarded(call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Grenade(u32);

    impl Drop for Grenade {
        fn drop(&mut self) {
            if let Some(levels) = self.0.checked_sub(1) {
                std::panic::panic_any(Grenade(levels));
            }
        }
    }

    #[test]
    fn a_panic_ends_in_the_guard_however_deep_its_payloads_are() {
        assert!(guarded(|| ()));
        for levels in 0..4 {
            assert!(!guarded(move || std::panic::panic_any(Grenade(levels))));
        }
    }

    #[test]
    fn a_value_whose_destructor_panics_is_gone() {
        discard(Grenade(3));
        discard([Grenade(0), Grenade(0)]);
    }
}
