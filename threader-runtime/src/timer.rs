//! Calls at a later time: what timeouts, deadlines and graces are made of where the scheduler does not keep them.
//!
//! Natively one thread per process, started with the first alarm. On wasm the event loop's own timers, which fire
//! between tasks only: what a running task overruns is noticed when it returns.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod wasm;

#[cfg(all(loom, test))]
pub(crate) use native::Timer;
#[cfg(not(target_family = "wasm"))]
pub(crate) use native::{Alarm, at, is_this_thread};
#[cfg(target_family = "wasm")]
pub(crate) use wasm::{Alarm, at, is_this_thread};

/// What an alarm does. It runs on the thread that keeps the time, which must not block and runs no code of the user.
type Call = Box<dyn FnOnce() + Send>;
