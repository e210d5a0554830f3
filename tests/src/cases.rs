//! The cases. Where one is the counterpart of a test of test262 (`test/built-ins/Promise/…`), a comment names that test's file.

mod all;
mod any;
mod arguments;
mod bad_input;
mod cancel;
#[cfg(target_arch = "wasm32")]
mod coordinator;
mod errors;
mod faults;
mod fire;
mod hostile;
#[cfg(target_arch = "wasm32")]
mod hostile_owner;
mod isolation;
mod leaks;
mod limits;
#[cfg(target_arch = "wasm32")]
mod liveness;
#[cfg(target_arch = "wasm32")]
mod logs;
mod metrics;
mod pool;
mod pool_end;
mod pressure;
mod priorities;
mod progress;
mod race;
mod retries;
mod serde_attributes;
mod settled;
mod soak;
mod spawn;
mod stream;
mod surroundings;
mod tuples;
mod words;

use crate::Case;
#[cfg(not(target_arch = "wasm32"))]
pub use faults::child::perish;

/// Every case of every selection.
pub fn every() -> Vec<Case> {
    [
        arguments::cases(),
        all::cases(),
        settled::cases(),
        tuples::cases(),
        stream::cases(),
        race::cases(),
        any::cases(),
        fire::cases(),
        spawn::cases(),
        in_other_pages(cancel::cases()),
        limits::cases(),
        retries::cases(),
        priorities::cases(),
        pressure::cases(),
        progress::cases(),
        metrics::cases(),
        errors::cases(),
        isolation::cases(),
        faults::cases(),
        hostile::cases(),
        soak::cases(),
        leaks::cases(),
        pool::cases(),
        pool_end::cases(),
        bad_input::cases(),
        serde_attributes::cases(),
        surroundings::cases(),
        words::all_cases(),
        #[cfg(target_arch = "wasm32")]
        coordinator::cases(),
        #[cfg(target_arch = "wasm32")]
        hostile_owner::cases(),
        #[cfg(target_arch = "wasm32")]
        in_other_pages(liveness::cases()),
        #[cfg(target_arch = "wasm32")]
        in_other_pages(logs::cases()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// All of these are about what shared memory and Web Locks are used for.
fn in_other_pages(cases: Vec<Case>) -> Vec<Case> {
    cases.into_iter().map(Case::in_other_pages).collect()
}
