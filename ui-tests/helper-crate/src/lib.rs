//! Another crate's tasks, with everything that a real one switches on.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub)]

/// A module and, re-exported from it, a function of its name.
mod norm;
pub use norm::norm;

/// Tasks in a module.
pub mod text {
    /// Counts the bytes that are not white space.
    #[threader::task]
    pub fn weigh(text: &str) -> usize {
        text.bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .count()
    }

    /// A task that only this crate can name.
    #[threader::task]
    pub(crate) fn shout(text: &str) -> String {
        text.to_uppercase()
    }
}

/// A task of the same name as one in `text`.
#[threader::task]
pub fn weigh(grams: u32) -> u32 {
    grams + 1
}

/// Generic, across crates.
#[threader::task]
pub fn largest<T>(values: &[T]) -> Option<T>
where
    T: Clone + Ord + Send + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    values.iter().max().cloned()
}

/// Makes a task of this crate's private function, for the caller to start.
pub fn shouting(text: &str) -> threader::Task<String> {
    threader::prepare!(text::shout(text))
}

/// Makes the same from a macro, by a path through `$crate`.
#[macro_export]
macro_rules! weighing {
    ($text:expr) => {
        threader::prepare!($crate::text::weigh($text))
    };
}
