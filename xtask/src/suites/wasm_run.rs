//! Running the common suite's wasm program somewhere and reading what it prints, in Node and in a browser alike.

use std::{fmt, process::Command, time::Duration};

use anyhow::Result;

use super::{
    Tally,
    lines::{Line, Outcome},
};
use crate::{
    proc::lines,
    tools::{self, Workspace},
    wasm::{self, Artifact, Built, Program},
};

/// A guard against hanging, not a measure: no single test takes anywhere near as long.
const SILENCE: Duration = Duration::from_secs(300);
/// For the process to leave once its suite has ended.
const LEAVING: Duration = Duration::from_secs(60);

/// Builds one of the suite's programs in the cheapest profile.
pub(crate) fn build<'a>(workspace: &'a Workspace, program: &'static str) -> Result<Built<'a>> {
    wasm::build(
        workspace,
        &Program {
            package: "threader-tests",
            artifact: Artifact::Binary(program),
            release: false,
        },
    )
}

/// Where a program runs, as the names of its tests say it: `web/firefox(csp)::…`.
pub(crate) struct Place {
    backend: &'static str,
    /// Behind each backend's name: the engine and what is special there.
    suffix: String,
}

impl Place {
    pub(crate) fn new(backend: &'static str, engine: &str, variant: Option<&str>) -> Place {
        let variant = variant.map_or(String::new(), |variant| format!("({variant})"));
        Place {
            backend,
            suffix: format!("/{engine}{variant}"),
        }
    }

    /// The name of a test about the place itself.
    pub(crate) fn test(&self, name: &str) -> String {
        format!("{}{}::{name}", self.backend, self.suffix)
    }

    /// `test web::panics ... ok` becomes `test web/firefox::panics ... ok`; so does `test inline::…`, which ran in the same engine, and what
    /// a case says of a fault.
    fn line(&self, line: &str) -> String {
        let about = ["test", "fault", "noticed"];
        match line
            .split_once(' ')
            .filter(|(what, _)| about.contains(what))
        {
            Some((what, rest)) => match rest.split_once("::") {
                Some((backend, rest)) => format!("{what} {backend}{}::{rest}", self.suffix),
                None => line.to_owned(),
            },
            None => line.to_owned(),
        }
    }
}

/// Which cases the program runs; it reads the name from `THREADER_SUITE` in Node and from `?only=` in a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cases {
    All,
    Smoke,
    /// In a page whose policy forbids workers from a Blob.
    Csp,
    /// In a page that requires Trusted Types.
    Trusted,
    /// On a machine without workers.
    NoWorkers,
    /// What is held after many tasks, pools and polls.
    Leaks,
    /// In a page that is cross-origin isolated.
    Isolated,
    /// In a page that is no secure context.
    Insecure,
}

impl Cases {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Cases::All => "all",
            Cases::Smoke => "smoke",
            Cases::Csp => "csp",
            Cases::Trusted => "trusted",
            Cases::NoWorkers => "no_workers",
            Cases::Leaks => "leaks",
            Cases::Isolated => "isolated",
            Cases::Insecure => "insecure",
        }
    }
}

/// Whether only cases of certain names are to run: then the runs of other selections have nothing to do.
pub(crate) fn only_some_cases() -> bool {
    tools::case().is_some()
}

/// Runs one such program to its end and counts its tests.
pub(crate) fn run(place: &Place, command: &mut Command, tally: &mut Tally) -> Result<()> {
    let mut seen = Seen::default();
    let ended = lines(command, SILENCE, |line| {
        if let Some(line) = seen.read(line) {
            let line = place.line(line);
            println!("{line}");
            tally.count(&line);
        }
        if seen.finished.is_some() {
            LEAVING
        } else {
            SILENCE
        }
    })?;
    let name = &*place.test("runs_to_its_end");
    match seen.complaint(
        ended.silent,
        ended.status.success().then_some(()).ok_or(ended.status),
    ) {
        None => tally.pass(name),
        Some(reason) => tally.fail(name, &reason),
    }
    Ok(())
}

/// What the lines so far have said.
#[derive(Default)]
struct Seen {
    passed: usize,
    failed: usize,
    /// In or after which test the program is.
    place: String,
    finished: Option<(usize, usize)>,
}

impl Seen {
    /// Notes what a line says, and gives it back if a person wants to see it too.
    fn read<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        match Line::parse(line) {
            Some(Line::Run { name }) => {
                self.place = format!("in `{name}`");
                None
            }
            Some(Line::Test { name, outcome }) => {
                self.place = format!("after `{name}`");
                self.passed += usize::from(outcome == Outcome::Passed);
                self.failed += usize::from(outcome == Outcome::Failed);
                Some(line)
            }
            // The suite's own last line takes its place: this program may be one of several.
            Some(Line::Finished { passed, failed }) => {
                self.finished = Some((passed, failed));
                None
            }
            None => Some(line),
        }
    }

    /// What is wrong with how the program ended, apart from its tests. `status` is an error when it is not 0.
    fn complaint(&self, silent: bool, status: Result<(), impl fmt::Display>) -> Option<String> {
        let place = match &*self.place {
            "" => "before its first test",
            place => place,
        };
        let Some((passed, failed)) = self.finished else {
            return Some(match status {
                _ if silent => format!("silent for {} s {place}", SILENCE.as_secs()),
                Err(status) => format!("{status} {place}"),
                Ok(()) => format!("ended {place}, without its last line"),
            });
        };
        if silent {
            let seconds = LEAVING.as_secs();
            return Some(format!(
                "its suite ended, but not its process, within {seconds} s"
            ));
        }
        match status {
            // Node's exit code repeats what the lines say.
            Err(status) if failed == 0 => Some(format!("{status} after its suite had passed")),
            _ if (passed, failed) == (0, 0) => Some("it ran no test".to_owned()),
            _ if (passed, failed) != (self.passed, self.failed) => Some(format!(
                "its last line says {passed} passed, {failed} failed, its other lines {} and {}",
                self.passed, self.failed
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(lines: &[&str], silent: bool, status: Result<(), &str>) -> Option<String> {
        let mut seen = Seen::default();
        for line in lines {
            seen.read(line);
        }
        seen.complaint(silent, status)
    }

    #[test]
    fn engine_and_variant_stand_behind_the_backend() {
        let firefox = Place::new("web", "firefox", None);
        let line = "test web::a ... ok";
        assert_eq!(firefox.line(line), "test web/firefox::a ... ok");
        assert_eq!(firefox.line("text"), "text");
        let strict = Place::new("web", "firefox", Some("csp"));
        assert_eq!(strict.line(line), "test web/firefox(csp)::a ... ok");
        let line = "test inline::a ... ok";
        assert_eq!(strict.line(line), "test inline/firefox(csp)::a ... ok");
        assert_eq!(strict.test("runs"), "web/firefox(csp)::runs");
    }

    #[test]
    fn a_program_must_finish_and_leave_by_itself() {
        let (run, one) = ("run node::a", "test node::a ... ok");
        let end = "suite finished: 1 passed, 0 failed, 2 not applicable";
        let failed = [
            "test node::a ... FAILED: x",
            "suite finished: 0 passed, 1 failed",
        ];
        assert_eq!(complaint(&[run, one, end], false, Ok(())), None);
        assert_eq!(complaint(&failed, false, Ok(())), None);
        assert_eq!(complaint(&failed, false, Err("exit status: 1")), None);
        let reasons = [
            (
                complaint(&[one, end], true, Err("killed")),
                "its suite ended, but not its process, within 60 s",
            ),
            (
                complaint(&[run], true, Err("killed")),
                "silent for 300 s in `node::a`",
            ),
            (
                complaint(&[], false, Err("exit status: 7")),
                "exit status: 7 before its first test",
            ),
            (
                complaint(&[run, one], false, Ok(())),
                "ended after `node::a`, without its last line",
            ),
            (
                complaint(&[one, end], false, Err("exit status: 7")),
                "exit status: 7 after its suite had passed",
            ),
            (
                complaint(&["suite finished: 0 passed, 0 failed"], false, Ok(())),
                "it ran no test",
            ),
            (
                complaint(&[end], false, Ok(())),
                "its last line says 1 passed, 0 failed, its other lines 0 and 0",
            ),
        ];
        for (reason, expected) in reasons {
            assert_eq!(reason.as_deref(), Some(expected));
        }
    }
}
