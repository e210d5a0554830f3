//! Tasks about errors, names and timelines.

use serde::Serialize;
use serde::de::DeserializeOwned;
use threader::TaskError;

/// The same error.
#[threader::task]
pub fn pass_error(error: TaskError) -> TaskError {
    error
}

/// Panics, whatever it is given.
#[threader::task]
pub fn panic_of<T: Serialize + DeserializeOwned + Send + 'static>(value: T) -> u32 {
    drop(value);
    panic!("of a generic task")
}

/// Evaluates an expression where it runs.
#[threader::task(trust(crate::host::text))]
pub fn ask(expression: &str) -> String {
    crate::host::text(expression).unwrap_or_else(|error| error)
}
