//! Calls of the user's code that the thread at hand must not make: error hooks, and what the timer's thread
//! finds to wake or to drop.
//!
//! Natively they run on threads of their own, which start when there is something to do and end when there is
//! not. On wasm each runs in a turn of the event loop of its own, so that one that traps takes nothing along.

#[cfg(not(target_family = "wasm"))]
mod native;

/// One call. A panic in it ends with it.
type Errand = Box<dyn FnOnce() + Send>;

/// Makes the call soon, on another thread or in another turn.
pub(crate) fn run(errand: Errand) {
    // The models know no threads but their own.
    #[cfg(all(loom, test))]
    crate::user_code::guarded(errand);
    #[cfg(all(not(target_family = "wasm"), not(all(loom, test))))]
    native::run(errand);
    #[cfg(target_family = "wasm")]
    crate::backend::worker::after_this_turn(|| {
        crate::user_code::guarded(errand);
    });
}
