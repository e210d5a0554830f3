//! What to say when a worker could not start, with what to change.

use super::host::Program;
use crate::backend::Backend;
use crate::error::{ErrorKind, Failure};

/// Who said that a worker is lost: its script, which then at least was loaded, or the platform.
#[derive(Clone, Copy)]
pub(super) enum Speaker {
    Script,
    Platform,
}

pub(super) fn start_failure(
    program: &Result<Program, String>,
    backend: Backend,
    speaker: Speaker,
    text: &str,
) -> Failure {
    let message = match (program, speaker) {
        (Err(_), _) => text.to_owned(),
        (Ok(Program { glue, .. }), Speaker::Script) => format!(
            "a worker could not start the program from `{glue}`: {text}; `Config::glue_url` changes where it is loaded \
             from, and an application's entry point needs `#[threader::main]`"
        ),
        (
            Ok(Program {
                worker_url: Some(url),
                ..
            }),
            Speaker::Platform,
        ) => format!(
            "a worker could not be started from `{url}`, the `Config::worker_url`: {text}; \
             `threader::WORKER_SCRIPT` must be served there"
        ),
        (Ok(_), Speaker::Platform) if backend == Backend::Web => format!(
            "a worker could not be started from a Blob: {text}; if the page's Content-Security-Policy forbids it, serve \
             `threader::WORKER_SCRIPT` as a file and give its URL in `Config::worker_url`"
        ),
        (Ok(_), Speaker::Platform) => format!("a worker could not be started: {text}"),
    };
    Failure::new(ErrorKind::Unavailable, message)
}
