//! What is an effect, as data: one table each for paths, types, methods and macros, and what to say about them.
//!
//! Nothing here looks at syntax; [`crate::purity`] does, and asks these tables.

pub(crate) mod macros;
pub(crate) mod methods;
pub(crate) mod paths;
pub(crate) mod pure;

/// What a function can do beside computing its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Effect {
    Console,
    Fs,
    Net,
    Process,
    Env,
    Threads,
    Time,
    Random,
    HashOrder,
    Global,
    Address,
    Unsafe,
    Ffi,
    Js,
    Host,
}

/// What there is to say about an effect.
struct Words {
    effect: Effect,
    /// In `allow(…)`, and the section of `docs/effects.md`.
    name: &'static str,
    /// What the item in front does.
    does: &'static str,
    /// What to write instead.
    help: &'static str,
}

static EFFECTS: &[Words] = &[
    Words {
        effect: Effect::Console,
        name: "console",
        does: "writes to the console or a log, or reads from it",
        help: "return the text and let the caller print it, or accept the effect with `allow(console)`",
    },
    Words {
        effect: Effect::Fs,
        name: "fs",
        does: "uses the file system",
        help: "read the file before the call and pass its contents as an argument; return what is to be written",
    },
    Words {
        effect: Effect::Net,
        name: "net",
        does: "uses the network",
        help: "fetch the data before the call and pass it as an argument",
    },
    Words {
        effect: Effect::Process,
        name: "process",
        does: "starts, ends or inspects a process",
        help: "run it before the call and pass its output as an argument; to fail, return a `Result` or panic",
    },
    Words {
        effect: Effect::Env,
        name: "env",
        does: "reads or changes the environment of the process",
        help: "read it before the call and pass the value as an argument, or use `env!` at compile time",
    },
    Words {
        effect: Effect::Threads,
        name: "threads",
        does: "starts threads or tasks, or waits for some",
        help: "do the work here, and let the caller start several tasks with `threader::all!`",
    },
    Words {
        effect: Effect::Time,
        name: "time",
        does: "reads the clock",
        help: "read the clock before the call and pass the time as an argument",
    },
    Words {
        effect: Effect::Random,
        name: "random",
        does: "draws random values that no second run repeats",
        help: "pass a seed as an argument and use a seeded generator, such as `StdRng::seed_from_u64(seed)`",
    },
    Words {
        effect: Effect::HashOrder,
        name: "hash_order",
        does: "depends on the order of a hash container, which differs from run to run",
        help: "use a `BTreeMap` or `BTreeSet`, or collect the items and sort them at once",
    },
    Words {
        effect: Effect::Global,
        name: "global",
        does: "is state outside of the function, which other calls change",
        help: "pass the value as an argument and return the changed one",
    },
    Words {
        effect: Effect::Address,
        name: "address",
        does: "shows an address or the build, which differ from run to run",
        help: "use the value itself, or an index, instead of where it lies",
    },
    Words {
        effect: Effect::Unsafe,
        name: "unsafe",
        does: "can do what no check of this function sees",
        help: "write it in safe Rust, or answer for it with `allow(unsafe)`",
    },
    Words {
        effect: Effect::Ffi,
        name: "ffi",
        does: "is foreign code, which no check of this function sees",
        help: "use a crate written in Rust, or answer for one function with `trust(path)`",
    },
    Words {
        effect: Effect::Js,
        name: "js",
        does: "calls into JavaScript",
        help: "call it outside of the task and pass what it returns as an argument",
    },
    Words {
        effect: Effect::Host,
        name: "host",
        does: "asks the pool's owner while the task runs",
        help: "pass the data as an argument, or accept the effect with `allow(host)`",
    },
];

impl Effect {
    pub(crate) fn named(name: &str) -> Option<Effect> {
        let words = EFFECTS.iter().find(|words| words.name == name)?;
        Some(words.effect)
    }

    pub(crate) fn name(self) -> &'static str {
        self.words().name
    }

    pub(crate) fn help(self) -> &'static str {
        self.words().help
    }

    /// One sentence about `item`, which has this effect.
    pub(crate) fn says(self, item: &str) -> String {
        let Words { name, does, .. } = self.words();
        format!("`{item}` {does} (effect `{name}`)")
    }

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        EFFECTS.iter().map(|words| words.name)
    }

    fn words(self) -> &'static Words {
        // In the order of the enum, as a test makes sure.
        &EFFECTS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_has_its_words() {
        for (at, words) in EFFECTS.iter().enumerate() {
            assert_eq!(words.effect as usize, at);
            assert_eq!(Effect::named(words.name), Some(words.effect));
        }
        assert_eq!(Effect::Host as usize + 1, EFFECTS.len());
    }

    #[test]
    fn every_effect_has_a_section_in_the_documentation() {
        let page = include_str!("../../../docs/effects.md");
        for name in Effect::names() {
            assert!(page.contains(&format!("\n## `{name}`\n")), "{name}");
        }
    }
}
