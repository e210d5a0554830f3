//! Develops photographs in parallel: the same task runs on native threads, in Node and in a browser.
//!
//! Start reading at [`pipeline`]. The program for a terminal is `src/main.rs`; `src/wasm.rs` is what `node/main.mjs`
//! and `web/main.js` call.

pub mod filters;
pub mod pipeline;
pub mod report;
pub mod tile;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
