//! Programs that fail, in Node and in a page alike: they end as failures, and the reason is on the
//! console, once.

use std::{process::Command, time::Duration};

use anyhow::Result;

use super::{Tally, wasm_run::Place};
use crate::proc::lines;

/// A guard against hanging, not a measure.
const SILENCE: Duration = Duration::from_secs(120);

/// A way to fail, as `tests/src/fails.rs` has them.
pub(crate) struct Ending {
    test: &'static str,
    /// What the program reads in `THREADER_FAILS` or in its page's address.
    pub(crate) fails: &'static str,
    /// How the one line of the console begins that has the reason.
    begins: &'static str,
    /// What else that line has.
    contains: &'static str,
    /// What no line may begin with.
    never: &'static str,
    /// Not so where workers run the entry point too.
    once: bool,
}

pub(crate) const GUARDED: [Ending; 4] = [
    Ending {
        test: "main_that_returns_an_error_says_which",
        fails: "error",
        begins: "Error: task `threader_tests::tasks::failing::half` panicked at tests/src/tasks/failing.rs:",
        contains: "-1: 3 is odd",
        never: "panicked",
        once: true,
    },
    Ending {
        test: "main_that_panics_says_why",
        fails: "assert",
        begins: "panicked at tests/src/fails.rs:",
        contains: "assertion `left == right` failed: the sum is another",
        never: "Error: ",
        once: true,
    },
    Ending {
        test: "main_that_panics_before_there_is_a_pool_says_why",
        fails: "early",
        begins: "panicked at tests/src/fails.rs:",
        contains: "before there is a pool",
        never: "Error: ",
        once: true,
    },
    Ending {
        test: "main_with_a_hook_of_its_own_has_only_that",
        fails: "hook",
        begins: "a hook of its own: panicked at tests/src/fails.rs:",
        contains: "",
        never: "panicked",
        once: true,
    },
];

/// Of the program whose entry point lacks `#[threader::main]`.
pub(crate) const UNGUARDED: Ending = Ending {
    test: "unguarded_entry_point_that_unwraps_says_what_to_write",
    fails: "unwrap",
    begins: "panicked at tests/src/fails.rs:",
    contains: "put `#[threader::main]` on it",
    never: "Error: ",
    once: false,
};

impl Ending {
    /// Runs the program and looks at its end.
    pub(crate) fn check(
        &self,
        place: &Place,
        command: &mut Command,
        tally: &mut Tally,
    ) -> Result<()> {
        let mut written = Vec::new();
        let ended = lines(command, SILENCE, |line| {
            written.push(line.to_owned());
            SILENCE
        })?;
        let test = place.test(self.test);
        let complaint = match self.complaint(&written) {
            _ if ended.silent => Some(format!("silent for {} s", SILENCE.as_secs())),
            _ if ended.status.success() => Some("it ended as a success".to_owned()),
            complaint => complaint,
        };
        match complaint {
            None => tally.pass(&test),
            Some(text) => tally.fail(&test, &format!("{text}; written:\n{}", written.join("\n"))),
        }
        Ok(())
    }

    /// What is wrong with the lines.
    fn complaint(&self, written: &[String]) -> Option<String> {
        let lines: Vec<_> = written.iter().map(|line| in_a_page(line)).collect();
        let found: Vec<_> = (lines.iter())
            .filter(|line| line.starts_with(self.begins))
            .collect();
        match found[..] {
            [_, _, ..] if self.once => Some(format!(
                "{} lines begin with `{}`",
                found.len(),
                self.begins
            )),
            [_, ..] if !found.iter().any(|line| line.contains(self.contains)) => {
                Some(format!("`{}` is not there", self.contains))
            }
            [_, ..] => (lines.iter())
                .find(|line| line.starts_with(self.never))
                .map(|line| format!("this is there as well: {line}")),
            [] => Some(format!("no line begins with `{}`", self.begins)),
        }
    }
}

/// Without what `browser.mjs` puts before an error of the console.
fn in_a_page(line: &str) -> &str {
    line.strip_prefix("  [console.error] ").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_line_is_looked_for() {
        let ending = &GUARDED[1];
        let complaint = |lines: &[&str]| {
            ending.complaint(&lines.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let good = "panicked at tests/src/fails.rs:3:5: assertion `left == right` failed: the sum is another";
        assert_eq!(complaint(&["  [console.error] noise", good]), None);
        assert_eq!(complaint(&[&format!("  [console.error] {good}")]), None);
        assert!(complaint(&[good, good]).unwrap().starts_with("2 lines"));
        assert!(complaint(&[]).unwrap().starts_with("no line"));
        let other = "panicked at tests/src/fails.rs:3:5: another";
        assert!(complaint(&[other]).unwrap().ends_with("is not there"));
        assert!(
            complaint(&[good, "Error: x"])
                .unwrap()
                .ends_with("Error: x")
        );
    }
}
