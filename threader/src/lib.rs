#![doc = include_str!("../README.md")]

pub use threader_macros::{
    all, any, fire, main, prepare, pure, race, settled, spawn, stream, task,
};
pub use threader_runtime::*;

#[doc(hidden)]
pub mod __private {
    pub use threader_macros::unit;
    /// What is imported around the question whether a function is marked.
    pub mod fallback {
        pub use threader_macros::{
            unmarked as __threader_mark_0, unmarked as __threader_mark_1,
            unmarked as __threader_mark_2, unmarked as __threader_mark_3,
        };
    }
    pub use threader_runtime::__private::*;
}

/// The examples of the documentation compile, or do not, as they say.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../docs/effects.md")]
    mod effects {}
}
