//! The fault matrix: every kind of death on every backend, as a real one. Whatever dies, its task ends, its neighbours finish,
//! and the pool is whole afterwards.
//!
//! Each case says what its task came to in a line of its own (`fault node::trap ... Crashed: …`). docs/faults.md is made of
//! these lines, and `cargo xtask test` compares them with it.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod child;
mod deaths;
mod outside;
mod scene;
mod start;

use threader::Backend;

use crate::Case;

/// All of them. Their names are those of the rows in docs/faults.md.
pub(crate) fn cases() -> Vec<Case> {
    [deaths::cases(), outside::cases(), start::cases()]
        .into_iter()
        .flatten()
        .collect()
}

const NO_JAVASCRIPT: &str = "there is no JavaScript in a task's way";
const NO_WORKER: &str = "there is no worker that could";
const SHARED_FATE: &str = "the program ends with it";

fn has_workers(backend: Backend) -> bool {
    matches!(backend, Backend::Web | Backend::Node)
}

fn needs_javascript(backend: Backend) -> Option<&'static str> {
    (!has_workers(backend)).then_some(NO_JAVASCRIPT)
}

fn needs_worker(backend: Backend) -> Option<&'static str> {
    (!has_workers(backend)).then_some(NO_WORKER)
}

fn needs_page(backend: Backend) -> Option<&'static str> {
    (backend != Backend::Web).then_some(match backend {
        Backend::Node => "only browsers have it",
        _ => NO_WORKER,
    })
}
