//! Workers that share no memory with the pool: Web Workers and Node's worker_threads.
//!
//! [`scheduler`] decides, [`driver`] does it, [`host`] knows the two platforms, [`serve`] is the other end, inside the worker.
//! What is pure is built and tested natively too.

#[cfg(target_family = "wasm")]
mod driver;
#[cfg(any(target_family = "wasm", test))]
mod glue;
#[cfg(target_family = "wasm")]
mod host;
#[cfg(target_family = "wasm")]
mod js;
#[cfg(any(target_family = "wasm", test))]
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        unused_imports,
        reason = "the driver does not yet send ahead, ask for beats or read counts"
    )
)]
mod scheduler;
#[cfg(target_family = "wasm")]
pub(crate) mod serve;
#[cfg(all(test, not(target_family = "wasm")))]
mod sim;

#[cfg(target_family = "wasm")]
pub(crate) use driver::{Workers, cut_off_by_a_panic};
#[cfg(target_family = "wasm")]
pub(crate) use js::after_this_turn;
