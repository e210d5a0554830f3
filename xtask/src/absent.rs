//! tests/not-applicable.txt: how many cases do not apply where, and why. A case that stops to apply
//! by mistake would only make a suite smaller; here it is a difference. A suite's run compares
//! itself with the file; `cargo xtask not-applicable` writes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    suites::Tally,
    tools::{self, LIST, Workspace},
};

const FILE: &str = "tests/not-applicable.txt";
const HEAD: &str = "\
# How many cases of the common suite do not apply: place, number, reason. `cargo xtask test` compares its run with this.
# Made by `cargo xtask not-applicable`; a number that changed without a change of the cases is a mistake in what finds out.
";

/// `cargo xtask not-applicable`: has every place say what does not apply there, and writes the
/// file. The options are those of `cargo xtask test`.
pub(crate) fn run(options: &[String]) -> Result<bool> {
    let mut again = Command::new(std::env::current_exe().context("this program has no path")?);
    again
        .args(["test", "--write-not-applicable"])
        .args(options)
        .env(LIST, "1")
        .env_remove(tools::CASE);
    if !options.iter().any(|option| option.starts_with("--suite")) {
        again.args(["--suite", "native,node,browser"]);
    }
    Ok(again
        .status()
        .context("cannot start xtask again")?
        .success())
}

/// By place and reason.
type Counts = BTreeMap<(String, String), usize>;

/// What does not apply: in a test run, or in the file.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Absent {
    counts: Counts,
    /// Where anything was run at all.
    places: BTreeSet<String>,
}

impl Absent {
    /// Takes in a line that a test printed.
    pub(crate) fn read(&mut self, line: &str) {
        let Some((name, said)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split_once(" ... "))
        else {
            return;
        };
        let Some((place, _)) = name.split_once("::").filter(|(place, _)| is_place(place)) else {
            return;
        };
        self.places.insert(place.to_owned());
        let reason = said
            .strip_prefix("not applicable (")
            .and_then(|reason| reason.strip_suffix(')'));
        if let Some(reason) = reason {
            let key = (place.to_owned(), reason.to_owned());
            *self.counts.entry(key).or_default() += 1;
        }
    }

    /// Compares with the file what the suite said, or writes it there.
    pub(crate) fn settle(
        &self,
        workspace: &Workspace,
        write: bool,
        suite: &str,
        tally: &mut Tally,
    ) -> Result<()> {
        if self.places.is_empty() || tools::case().is_some() {
            return Ok(());
        }
        let path = workspace.root.join(FILE);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let file = Absent::parse(&text)?;
        if write {
            let counts = self.in_place_of(file).render();
            fs::write(&path, format!("{HEAD}{counts}"))
                .with_context(|| format!("cannot write {FILE}"))?;
            println!("{FILE}: wrote {} places", self.places.len());
            return Ok(());
        }
        let name = format!("{suite}::as_many_cases_apply_as_are_pinned");
        match self.differences(&file) {
            differences if differences.is_empty() => tally.pass(&name),
            differences => {
                for difference in &differences {
                    println!("{difference}");
                }
                let reason = format!(
                    "{} differences from {FILE}, which `cargo xtask not-applicable` writes anew",
                    differences.len()
                );
                tally.fail(&name, &reason);
            }
        }
        Ok(())
    }

    /// What the file says otherwise of the places that were run.
    fn differences(&self, file: &Absent) -> Vec<String> {
        let keys: BTreeSet<_> = self.counts.keys().chain(file.counts.keys()).collect();
        let mut differences = Vec::new();
        for key in keys
            .into_iter()
            .filter(|(place, _)| self.places.contains(place))
        {
            let of = |absent: &Absent| absent.counts.get(key).copied().unwrap_or_default();
            if of(self) != of(file) {
                differences.push(format!(
                    "{}: {} cases and not {} do not apply ({})",
                    key.0,
                    of(self),
                    of(file),
                    key.1
                ));
            }
        }
        differences
    }

    /// The file with the rows of a run in the place of what there was of its places.
    fn in_place_of(&self, file: Absent) -> Absent {
        let mut counts = file.counts;
        counts.retain(|(place, _), _| !self.places.contains(place));
        counts.extend(self.counts.clone());
        Absent {
            counts,
            places: file.places,
        }
    }

    fn parse(text: &str) -> Result<Absent> {
        let mut absent = Absent::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.splitn(3, ' ');
            let (Some(place), Some(Ok(count)), Some(reason)) =
                (words.next(), words.next().map(str::parse), words.next())
            else {
                bail!("{FILE} has the line `{line}`: want a place, a number and a reason");
            };
            absent.places.insert(place.to_owned());
            let key = (place.to_owned(), reason.to_owned());
            absent.counts.insert(key, count);
        }
        Ok(absent)
    }

    fn render(&self) -> String {
        let line = |((place, reason), count): (&(String, String), &usize)| {
            format!("{place} {count} {reason}\n")
        };
        self.counts.iter().map(line).collect()
    }
}

/// `web/firefox(csp)`, and natively `threads`: other names have modules before their `::`.
fn is_place(place: &str) -> bool {
    let backend = place.split('/').next().unwrap_or_default();
    ["inline", "threads", "node", "web"].contains(&backend) && place != "node" && place != "web"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&str]) -> Absent {
        let mut absent = Absent::default();
        lines.iter().for_each(|line| absent.read(line));
        absent
    }

    fn some() -> Absent {
        said(&[
            "test threads::a ... not applicable (is no page)",
            "test threads::b ... not applicable (is no page)",
            "test web/firefox(csp)::a ... not applicable (shares nothing (at all))",
            "test inline::c ... ok",
            "test models::d ... ignored",
            "fault inline::e ... not applicable (f)",
        ])
    }

    #[test]
    fn what_does_not_apply_is_counted_by_place_and_reason() {
        let expected = "threads 2 is no page\nweb/firefox(csp) 1 shares nothing (at all)\n";
        assert_eq!(some().render(), expected);
        assert!(some().places.contains("inline") && !some().places.contains("models"));
    }

    #[test]
    fn a_file_that_was_written_is_read_back() {
        let file = Absent::parse(&format!("{HEAD}{}", some().render())).unwrap();
        assert_eq!(file.counts, some().counts);
        assert!(Absent::parse("threads many reasons").is_err());
    }

    #[test]
    fn a_case_more_or_less_in_a_place_that_was_run_is_a_difference() {
        assert!(some().differences(&some()).is_empty());
        let applies = said(&["test threads::a ... ok"]);
        let [difference] = &applies.differences(&some())[..] else {
            panic!("one difference");
        };
        assert_eq!(
            difference,
            "threads: 0 cases and not 2 do not apply (is no page)"
        );
        let more = said(&["test inline::c ... not applicable (is slow)"]);
        assert_eq!(more.differences(&some()).len(), 1);
        let elsewhere = said(&["test node/bun::a ... ok"]);
        assert!(elsewhere.differences(&some()).is_empty());
    }

    #[test]
    fn only_the_places_of_a_run_are_written_anew() {
        let run = said(&["test threads::a ... not applicable (is slow)"]);
        let expected = "threads 1 is slow\nweb/firefox(csp) 1 shares nothing (at all)\n";
        assert_eq!(run.in_place_of(some()).render(), expected);
    }
}
