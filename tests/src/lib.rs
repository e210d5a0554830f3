//! The one integration suite, written once: every case runs on every backend.
//!
//! Natively `tests/common.rs` runs the cases on `inline` and `threads`; the program `suite` runs them as wasm, on `node` or `web` and on
//! `inline` there. Cases never panic (on wasm a panic would end the whole suite): they return what they found wrong.

mod check;
mod cx;
mod host;

#[cfg(target_arch = "wasm32")]
pub mod bench;
pub mod cases;
pub mod runner;
#[cfg(target_arch = "wasm32")]
pub mod suite;
pub mod tasks;

pub use cx::Cx;
pub use host::{turn, within};
pub use runner::{Case, Needs, Selection};

/// What a case comes to: nothing, or the sentence that says what was wrong.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;
