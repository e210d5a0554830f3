//! Tasks that end their worker in a way of its platform, and tasks that say what they do.

use crate::host::engine;

/// Ends its worker: `process.exit` in Node, `close` in a browser, where the task still returns.
#[threader::task(trust(engine::leave))]
pub fn leave() -> u32 {
    engine::leave();
    1
}

/// Leaves a rejected promise behind.
#[threader::task(trust(engine::reject))]
pub fn reject() -> u32 {
    engine::reject();
    1
}

/// Runs until it sees that it is cancelled, and then says so.
#[threader::task(allow(console))]
pub fn see_the_cancel(mark: &str) -> u32 {
    threader::progress(0, 1);
    while !threader::is_cancelled() {}
    log::info!("{mark}: seen");
    1
}

/// Says something on every level.
#[threader::task(allow(console))]
pub fn say(mark: &str) -> u32 {
    log::error!("{mark}: error");
    log::warn!("{mark}: warn");
    log::info!("{mark}: info");
    log::debug!("{mark}: debug");
    log::trace!("{mark}: trace");
    5
}

/// Says something and traps.
#[threader::task(allow(console), trust(core::arch::wasm32::unreachable))]
pub fn say_and_trap(mark: &str) -> u32 {
    log::error!("{mark}: last words");
    core::arch::wasm32::unreachable()
}
