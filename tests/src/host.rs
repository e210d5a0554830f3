//! What differs between a native program and a wasm one: turns, clocks, output, the program's surroundings.

#[cfg(target_arch = "wasm32")]
pub(crate) mod engine;
#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
pub use native::turn;
#[cfg(target_arch = "wasm32")]
pub use wasm::turn;
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm::*;

/// Turns until the condition holds, and an error when it never does.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) -> crate::Outcome {
    within(30, what, async {
        while !holds() {
            turn().await;
        }
    })
    .await
    .map_err(Into::into)
}

/// Why nothing can be put between this program and what it posts to its workers.
pub(crate) fn closed_ports() -> Option<&'static str> {
    let deno = text("typeof Deno").is_ok_and(|kind| kind == "object");
    deno.then_some("Deno's ports cannot be tampered with")
}

/// Why a worker here can end unnoticed: nothing but a Web Lock shows the end of one that has no words left.
#[cfg(target_arch = "wasm32")]
pub(crate) fn silent_deaths(backend: threader::Backend) -> Option<&'static str> {
    let locks = || text("typeof navigator.locks").is_ok_and(|kind| kind == "object");
    (backend == threader::Backend::Web && !locks())
        .then_some("a page without Web Locks notices no end without a word, but by heartbeats")
}

/// The future's value, or an error that names what hangs. The seconds are a guard, far more than it can need, and no measure.
pub async fn within<T>(
    seconds: u32,
    what: &str,
    future: impl Future<Output = T>,
) -> Result<T, String> {
    use futures_util::future::{Either, select};
    let limit = std::pin::pin!(limit(seconds));
    match select(std::pin::pin!(future), limit).await {
        Either::Left((value, _)) => Ok(value),
        Either::Right(_) => Err(format!("hangs: {what}")),
    }
}
#[cfg(not(target_arch = "wasm32"))]
use native::limit;
#[cfg(not(target_arch = "wasm32"))]
pub use native::{CHILD, silence_expected_panics};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{
    broken_glue, end_of_child, engine_bytes, evaluate, exit, memory, milliseconds, nests, note,
    pages, places, runners, say, stops_loops, text, trap,
};
