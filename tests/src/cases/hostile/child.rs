//! What may end the program runs in a child process: this test binary once more.

use threader::{Backend, block_on};

use crate::host::end_of_child;
use crate::{Cx, Outcome};

const MARK: &str = "hostile-";

/// The child ends as it should, and not of what it runs.
pub(super) fn survives(what: &str, backend: Backend) -> Outcome {
    let end = end_of_child(&format!("{MARK}{what}"), backend)?;
    match end.starts_with("exit code 0;") {
        true => Ok(()),
        false => Err(format!("the child ended with {end}").into()),
    }
}

/// In a child: runs what it is to survive. `false` if that is something else. `what` is `hostile-<name> <backend>`.
pub(crate) fn perish(what: &str) -> bool {
    let Some((name, backend)) = what
        .strip_prefix(MARK)
        .and_then(|what| what.split_once(' '))
    else {
        return false;
    };
    let cx = Cx::new(match backend {
        "inline" => Backend::Inline,
        _ => Backend::Threads,
    });
    // What is printed last is what was wrong.
    std::panic::set_hook(Box::new(|_| ()));
    let end = match name {
        "guards" => block_on(super::destructors::guards(cx)),
        "payloads" => block_on(super::payloads::levels(cx)),
        "thread-local" => block_on(super::stuck::thread_local_outlives_ours(cx)),
        "unwinding" => block_on(super::blocking::first_pool_while_unwinding(cx)),
        _ => Err(format!("there is no `{name}`").into()),
    };
    if let Err(error) = end {
        eprintln!("{error}");
        std::process::exit(1);
    }
    true
}
