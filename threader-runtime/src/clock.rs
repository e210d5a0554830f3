//! The one clock that tasks are measured by: time since some moment in the past, never going back.

#[cfg(not(target_family = "wasm"))]
use std::time::Duration;

/// Natively the time since its first call; on wasm the time since the page or the process began.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn now() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;

    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

#[cfg(target_family = "wasm")]
pub(crate) use crate::backend::worker::now;
