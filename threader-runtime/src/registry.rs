//! All tasks of the program, collected by the linker, and the identity of the program itself.

mod linked;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(target_family = "wasm")]
pub use self::linked::found;
use crate::frame::Dispatch;
use crate::stub::{Callable, Stub};
use crate::terms::Wishes;

/// What `#[threader::task]` knows about a function. Written by the macro, read here.
#[derive(Debug)]
pub struct Info {
    /// The stable id on the wire: a hash of package, version, file, name and signature, or of `name = "…"`.
    pub id: u64,
    /// `name = "…"`, if given.
    pub name: Option<&'static str>,
    /// The function's own name.
    pub function: &'static str,
    /// A hash of the function's tokens: differs between two builds of one program whose task differs.
    pub source: u64,
    /// The package the function is in.
    pub package: &'static str,
    /// The file within the package.
    pub file: &'static str,
    /// The line of its name.
    pub line: u32,
    /// What the attribute asks for.
    pub wishes: Wishes,
}

/// One task function in the registry.
pub struct Registration {
    info: &'static Info,
    module: &'static str,
    stub: Stub,
}

/// Makes the entry that a task's expansion hands to `register!`.
pub const fn registration<F, Args, R>(
    call: F,
    info: &'static Info,
    module: &'static str,
) -> Registration
where
    F: Fn(Args) -> R + Copy + Send + 'static,
    Args: DeserializeOwned,
    R: Serialize + DeserializeOwned + 'static,
{
    Registration {
        info,
        module,
        stub: Callable::new(call).stub(),
    }
}

impl Registration {
    fn is_called(&self, name: &str) -> bool {
        match self.info.name {
            Some(own) => own == name,
            None => name
                .strip_prefix(self.module)
                .and_then(|rest| rest.strip_prefix("::"))
                .is_some_and(|function| function == self.info.function),
        }
    }

    fn describe(&self) -> String {
        let Info {
            function,
            package,
            file,
            line,
            ..
        } = self.info;
        format!("`{}::{function}` ({package}: {file}:{line})", self.module)
    }
}

/// The stub of the task with this id.
pub(crate) fn find(id: u64) -> Option<Stub> {
    registry().as_ref().ok()?.get(&id).map(|entry| entry.stub)
}

/// Whether the program's table has the task under just this name: then it need not travel. Not a
/// generic one, nor one with a label.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub(crate) fn has(dispatch: Dispatch, name: &str) -> bool {
    entry(dispatch).is_some_and(|entry| entry.is_called(name))
}

/// What errors call this task, if [`has`] was true for it.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub(crate) fn name(dispatch: Dispatch) -> Option<String> {
    let entry = entry(dispatch)?;
    let path = || format!("{}::{}", entry.module, entry.info.function);
    Some(entry.info.name.map_or_else(path, str::to_owned))
}

fn entry(dispatch: Dispatch) -> Option<&'static Registration> {
    static STUBS: OnceLock<HashMap<u64, &'static Registration>> = OnceLock::new();
    let by_stub = || {
        let entries = linked::entries();
        let pairs = entries.map(|entry| (entry.stub as usize as u64, entry));
        pairs.collect()
    };
    match dispatch {
        Dispatch::Pointer(stub) => STUBS.get_or_init(by_stub).get(&stub).copied(),
        Dispatch::Id(id) => registry().as_ref().ok()?.get(&id).copied(),
    }
}

/// Runs the task with this id on encoded arguments: what a worker that is another program image does.
/// `Err` is the failure's text, or says that there is no such task.
pub fn call_by_id(id: u64, arguments: &[u8]) -> Result<Vec<u8>, String> {
    let stub = find(id).ok_or_else(|| format!("no task has the id {id:#018x}"))?;
    stub(arguments).map_err(|failure| failure.message)
}

/// `Err` names two tasks that share an id; no task may run then, because a frame could reach the wrong one.
pub(crate) fn check() -> Result<(), &'static str> {
    match registry() {
        Ok(_) => Ok(()),
        Err(message) => Err(message),
    }
}

/// A number that two builds of a program do not share, as far as dispatch by function pointer can tell them apart:
/// it covers every task's id, source and stub address, and the address of some of this crate's own code and data.
///
/// Guards against an old page that starts workers of a newly deployed program, where a function pointer of the one
/// would be another function in the other.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub(crate) fn build_id() -> u64 {
    static ID: OnceLock<u64> = OnceLock::new();
    *ID.get_or_init(|| {
        let mut entries: Vec<[u64; 3]> = linked::entries()
            .map(|entry| [entry.info.id, entry.info.source, entry.stub as usize as u64])
            .collect();
        entries.sort_unstable();
        let version = env!("CARGO_PKG_VERSION").bytes().map(u64::from);
        let own = [
            build_id as *const () as usize as u64,
            (&raw const ID) as usize as u64,
        ];
        fnv(entries.into_iter().flatten().chain(version).chain(own))
    })
}

/// FNV-1a, 64 bit, over words (Fowler, Noll and Vo; draft-eastlake-fnv).
fn fnv(words: impl Iterator<Item = u64>) -> u64 {
    words
        .flat_map(u64::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

type Registry = HashMap<u64, &'static Registration>;

fn registry() -> &'static Result<Registry, String> {
    static REGISTRY: OnceLock<Result<Registry, String>> = OnceLock::new();
    REGISTRY.get_or_init(|| collect(linked::entries()))
}

fn collect(entries: impl Iterator<Item = &'static Registration>) -> Result<Registry, String> {
    let mut registry = Registry::new();
    for entry in entries {
        if let Some(other) = registry.insert(entry.info.id, entry) {
            let (mut a, mut b) = (other.describe(), entry.describe());
            if b < a {
                std::mem::swap(&mut a, &mut b);
            }
            return Err(format!(
                "two tasks have one id, {:#018x}: {a} and {b}; give one of them another `name = \"…\"`",
                entry.info.id
            ));
        }
    }
    Ok(registry)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn info(id: u64, function: &'static str, line: u32) -> Info {
        Info {
            id,
            name: None,
            function,
            source: 0,
            package: "p",
            file: "src/a.rs",
            line,
            wishes: Wishes::NONE,
        }
    }
    static A: Info = info(1, "a", 3);
    static B: Info = info(2, "b", 4);
    static CLASH: Info = info(1, "c", 5);
    static ENTRIES: [Registration; 3] = [
        registration(|(x,): (u8,)| x + 1, &A, "p::m"),
        registration(|(x,): (u8,)| x + 2, &B, "p::m"),
        registration(|(x,): (u8,)| x + 3, &CLASH, "p::n"),
    ];

    #[test]
    fn a_task_is_found_by_its_id() {
        let registry = collect(ENTRIES[..2].iter()).unwrap();
        assert_eq!((registry[&2].stub)(&[5]).unwrap(), [7]);
    }

    #[test]
    fn a_task_is_called_by_its_path() {
        assert!(ENTRIES[0].is_called("p::m::a"));
        for other in ["p::m::b", "p::m::inner::a", "a label", "p::m"] {
            assert!(!ENTRIES[0].is_called(other), "{other}");
        }
    }

    #[test]
    fn two_tasks_with_one_id_are_both_named() {
        let text = collect(ENTRIES.iter()).err().unwrap();
        assert_eq!(
            text,
            "two tasks have one id, 0x0000000000000001: `p::m::a` (p: src/a.rs:3) and `p::n::c` (p: src/a.rs:5); \
             give one of them another `name = \"…\"`"
        );
    }

    #[test]
    fn the_build_id_is_one_number() {
        assert_eq!(build_id(), build_id());
    }
}
