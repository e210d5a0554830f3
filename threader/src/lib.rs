#![doc = include_str!("../../README.md")]

pub use threader_macros::{all, any, fire, main, race, settled, spawn, stream, task};
pub use threader_runtime::*;

#[doc(hidden)]
pub mod __private {
    pub use threader_macros::wrong_arguments;
    pub use threader_runtime::__private::*;
}
