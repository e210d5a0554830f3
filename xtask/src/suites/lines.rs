//! Reading and counting the lines that tests print.

use std::fmt;

use crate::{absent::Absent, faults::Faults};

/// A line that says something about tests.
#[derive(Debug, PartialEq)]
pub(crate) enum Line<'a> {
    /// `run <name>`: in Node and in a page, before the test itself.
    Run { name: &'a str },
    /// `test <name> ... ok`, and whatever stands in place of `ok`.
    Test { name: &'a str, outcome: Outcome },
    /// The last line of a suite that runs in Node or in a page: `suite finished: N passed, N failed`, and maybe more.
    Finished { passed: usize, failed: usize },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    Passed,
    /// Ignored, or not applicable to this backend.
    Skipped,
    Failed,
}

impl Line<'_> {
    pub(crate) fn parse(text: &str) -> Option<Line<'_>> {
        if let Some(counts) = text.strip_prefix("suite finished: ") {
            let mut counts = counts.split(", ");
            let passed = counts.next()?.strip_suffix(" passed")?.parse().ok()?;
            let failed = counts.next()?.strip_suffix(" failed")?.parse().ok()?;
            return Some(Line::Finished { passed, failed });
        }
        if let Some(name) = text.strip_prefix("run ") {
            return Some(Line::Run { name });
        }
        let (name, outcome) = text.strip_prefix("test ")?.split_once(" ... ")?;
        let outcome = match outcome.split([',', ' ']).next() {
            Some("ok") => Outcome::Passed,
            Some("ignored" | "not") => Outcome::Skipped,
            _ => Outcome::Failed,
        };
        Some(Line::Test { name, outcome })
    }
}

/// Without the colours that some programs print wherever they print to.
pub(crate) fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once("\x1b[") {
        plain += before;
        rest = escape
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or("", |end| &escape[end + 1..]);
    }
    plain + rest
}

/// How many tests of a suite passed, and which did not.
#[derive(Default)]
pub(crate) struct Tally {
    passed: usize,
    skipped: usize,
    failures: Vec<String>,
    /// What they said about faults.
    faults: Faults,
    /// What they said does not apply.
    absent: Absent,
}

impl Tally {
    pub(crate) fn take_faults(&mut self) -> Faults {
        std::mem::take(&mut self.faults)
    }

    pub(crate) fn take_absent(&mut self) -> Absent {
        std::mem::take(&mut self.absent)
    }

    pub(crate) fn passed(&self) -> usize {
        self.passed
    }

    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.passed == 0 && self.failures.is_empty()
    }

    /// Counts a line that a test printed.
    pub(crate) fn count(&mut self, line: &str) {
        self.faults.read(line);
        self.absent.read(line);
        let Some(Line::Test { name, outcome }) = Line::parse(line) else {
            return;
        };
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Failed => self.failures.push(name.to_owned()),
        }
    }

    /// A check of xtask's own passed.
    pub(crate) fn pass(&mut self, name: &str) {
        println!("test {name} ... ok");
        self.passed += 1;
    }

    /// A check of xtask's own did not.
    pub(crate) fn fail(&mut self, name: &str, reason: &str) {
        println!("test {name} ... FAILED: {reason}");
        self.failures.push(name.to_owned());
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failures.len())?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_line_has_a_name_and_an_outcome() {
        let test = |name, outcome| Some(Line::Test { name, outcome });
        assert_eq!(
            Line::parse("test web::panics ... ok"),
            test("web::panics", Outcome::Passed)
        );
        assert_eq!(
            Line::parse("test web::panics ... FAILED: it did not"),
            test("web::panics", Outcome::Failed)
        );
        assert_eq!(
            Line::parse("test ui/fail/a.rs ... mismatch"),
            test("ui/fail/a.rs", Outcome::Failed)
        );
        assert_eq!(
            Line::parse("test a ... ignored, slow"),
            test("a", Outcome::Skipped)
        );
        assert_eq!(
            Line::parse("test inline::a ... not applicable (no worker)"),
            test("inline::a", Outcome::Skipped)
        );
        let doctest = "src/lib.rs - (line 3) - compile fail";
        assert_eq!(
            Line::parse("test src/lib.rs - (line 3) - compile fail ... ok"),
            test(doctest, Outcome::Passed)
        );
    }

    #[test]
    fn other_lines_are_no_tests() {
        for line in [
            "test result: ok. 3 passed; 0 failed",
            "running 3 tests",
            "test a has been running for over 60 seconds",
        ] {
            assert_eq!(Line::parse(line), None, "{line}");
        }
    }

    #[test]
    fn the_last_line_has_the_counts() {
        assert_eq!(
            Line::parse("suite finished: 12 passed, 3 failed"),
            Some(Line::Finished {
                passed: 12,
                failed: 3
            })
        );
        let counts = Line::parse("suite finished: 12 passed, 3 failed, 1 not applicable");
        assert_eq!(
            counts,
            Some(Line::Finished {
                passed: 12,
                failed: 3
            })
        );
        assert_eq!(Line::parse("suite finished: 12 passed"), None);
    }

    #[test]
    fn colours_go() {
        assert_eq!(
            without_colours("test \x1b[1ma\x1b[0m ... \x1b[38;5;2mok\x1b[0m"),
            "test a ... ok"
        );
        assert_eq!(without_colours("plain"), "plain");
    }

    #[test]
    fn failures_are_counted_by_name() {
        let mut tally = Tally::default();
        for line in [
            "test a ... ok",
            "test b ... FAILED",
            "noise",
            "test c ... ignored",
        ] {
            tally.count(line);
        }
        assert_eq!(tally.to_string(), "1 passed, 1 failed, 1 skipped");
        assert_eq!(tally.failures(), ["b"]);
    }
}
