//! Calls of the user's code at the edges: destructors, panic payloads, wakers and error hooks.
//!
//! A panic in one of them ends here. The timer's thread makes no such call, because a destructor that blocks
//! there would delay every timeout of the process. It leaves the call to an [errand](crate::errands).

use std::any::Any;
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
        aside(move || drop(value));
    }
}

/// Wakes a waiting future.
pub(crate) fn wake(waker: Waker) {
    aside(move || waker.wake());
}

fn aside(call: impl FnOnce() + Send + 'static) {
    if timer::is_this_thread() {
        errands::run(Box::new(call));
    } else {
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
