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
#[cfg(target_arch = "wasm32")]
pub mod fails;
pub mod held;
pub mod runner;
pub mod soak;
#[cfg(target_arch = "wasm32")]
pub mod suite;
pub mod tasks;

#[cfg(not(target_arch = "wasm32"))]
pub use cases::perish;
pub use cx::Cx;
#[cfg(not(target_arch = "wasm32"))]
pub use host::{CHILD, silence_expected_panics};
pub use host::{turn, within};
pub use runner::{Case, Needs, Selection};

/// The sentence that says what was wrong.
pub type Wrong = Box<dyn std::error::Error>;

/// What a case comes to: nothing, or what was wrong.
pub type Outcome = Result<(), Wrong>;
