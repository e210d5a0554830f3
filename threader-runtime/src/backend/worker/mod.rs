//! Workers that share no memory with the pool: Web Workers and Node's worker_threads.
//!
//! [`pool`] is what the rest of the crate sees. [`scheduler`] decides and does no I/O, [`driver`] does it, for a [`client`]: the
//! pool's books on this thread, or, in a [`coordinator`], the owner's thread at the end of a port, where [`deputy`] sits.
//! [`host`] knows the platforms, [`serve`] is the other end, inside the worker. What is pure is built and tested natively too.

#[cfg(target_family = "wasm")]
mod alarm;
#[cfg(target_family = "wasm")]
mod client;
#[cfg(target_family = "wasm")]
mod coordinator;
#[cfg(target_family = "wasm")]
mod deputy;
#[cfg(target_family = "wasm")]
mod driver;
#[cfg(any(target_family = "wasm", test))]
mod frozen;
#[cfg(any(target_family = "wasm", test))]
mod glue;
#[cfg(target_family = "wasm")]
mod guard;
#[cfg(target_family = "wasm")]
mod hear;
#[cfg(target_family = "wasm")]
mod host;
#[cfg(target_family = "wasm")]
mod js;
#[cfg(target_family = "wasm")]
mod line;
#[cfg(any(target_family = "wasm", test))]
mod packet;
#[cfg(target_family = "wasm")]
mod parcel;
#[cfg(target_family = "wasm")]
mod pool;
#[cfg(any(target_family = "wasm", test))]
#[cfg_attr(
    not(test),
    allow(dead_code, reason = "its tests ask for more than the driver does")
)]
mod scheduler;
#[cfg(target_family = "wasm")]
pub(crate) mod serve;
#[cfg(all(test, not(target_family = "wasm")))]
mod sim;
#[cfg(target_family = "wasm")]
mod trouble;
#[cfg(target_family = "wasm")]
mod turn;
#[cfg(any(target_family = "wasm", test))]
mod word;

#[cfg(target_family = "wasm")]
pub(crate) use guard::{contained, guarded, panicked as cut_off_by_a_panic};
#[cfg(target_family = "wasm")]
pub(crate) use host::variable;
#[cfg(target_family = "wasm")]
pub(crate) use js::{Timer, after_this_turn, now};
#[cfg(target_family = "wasm")]
pub(crate) use pool::Workers;
