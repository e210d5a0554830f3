//! docs/faults.md: what every kind of death comes to, made of what the common suite says. A suite's run compares its rows with
//! the page; `cargo xtask faults` writes them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    suites::Tally,
    tools::{self, CASE, Workspace},
};

const PAGE: &str = "docs/faults.md";
const BEGIN: &str = "<!-- Made by `cargo xtask faults` from here on. -->";
const IN_WORDS: &str = "## In their own words";
const NOTICED: &str = "## Measured";
const MISSING: &str = "not applicable";

/// `cargo xtask faults`: runs the fault matrix alone and writes what it says. The options are those of `cargo xtask test`.
pub(crate) fn run(options: &[String]) -> Result<bool> {
    let mut again = Command::new(std::env::current_exe().context("this program has no path")?);
    again.args(["test", "--write-faults"]).args(options);
    if !options.iter().any(|option| option.starts_with("--suite")) {
        again.args(["--suite", "native,node,browser"]);
    }
    again.env(CASE, "fault_");
    Ok(again
        .status()
        .context("cannot start xtask again")?
        .success())
}

/// By death and place.
type Rows = BTreeMap<(String, String), String>;

/// What was said of faults: in a test run, or on the page.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Faults {
    ends: Rows,
    noticed: Rows,
}

impl Faults {
    /// Takes in a line that a test printed, when it is about a fault.
    pub(crate) fn read(&mut self, line: &str) {
        let Some((what, rest)) = line.split_once(' ') else {
            return;
        };
        let Some((name, said)) = rest.split_once(" ... ") else {
            return;
        };
        let Some((place, case)) = name.trim_end().split_once("::") else {
            return;
        };
        let death = case.strip_prefix("fault_").unwrap_or(case).to_owned();
        let key = (death, shown(place));
        match what {
            "fault" => self.ends.insert(key, said.to_owned()),
            "noticed" => self.noticed.insert(key, said.to_owned()),
            "test" if case.starts_with("fault_") && said.starts_with(MISSING) => {
                self.ends.insert(key, said.to_owned())
            }
            _ => None,
        };
    }

    /// Compares with the page what the suite said, or writes it there.
    pub(crate) fn settle(
        &self,
        workspace: &Workspace,
        write: bool,
        suite: &str,
        tally: &mut Tally,
    ) -> Result<()> {
        if self.ends.is_empty() {
            return Ok(());
        }
        let path = workspace.root.join(PAGE);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
        let page = Faults::parse(&text)?;
        if write {
            let head = text.split(BEGIN).next().unwrap_or_default();
            let page = page.with(self);
            fs::write(&path, format!("{head}{BEGIN}\n\n{}", page.render()))
                .with_context(|| format!("cannot write {PAGE}"))?;
            println!("{PAGE}: wrote {} rows", self.ends.len());
            return Ok(());
        }
        let name = format!("{suite}::faults_are_as_documented");
        let whole = tools::case().is_none();
        match self.differences(&page, whole) {
            differences if differences.is_empty() => tally.pass(&name),
            differences => tally.fail(
                &name,
                &format!(
                    "{}; `cargo xtask faults` writes the page anew",
                    differences.join("; ")
                ),
            ),
        }
        Ok(())
    }

    /// What the page says otherwise of the places that were run. `whole`: they were run with all cases.
    fn differences(&self, page: &Faults, whole: bool) -> Vec<String> {
        let places: BTreeSet<&str> = self.ends.keys().map(|(_, place)| &**place).collect();
        let mut differences = Vec::new();
        for ((death, place), end) in &self.ends {
            match page.ends.get(&(death.clone(), place.clone())) {
                Some(documented) if documented == end => {}
                // Engines choose their words anew now and then, and not every machine has the same one.
                Some(documented) if ours(documented) == ours(end) => println!(
                    "{place}: {} has other words than in {PAGE}: `{end}`",
                    title(death)
                ),
                Some(documented) => differences.push(format!(
                    "{place}: {} comes to `{end}`, and {PAGE} says `{documented}`",
                    title(death)
                )),
                None => differences.push(format!("{place}: {} is not in {PAGE}", title(death))),
            }
        }
        for (death, place) in page.ends.keys() {
            let gone = !self.ends.contains_key(&(death.clone(), place.clone()));
            if whole && gone && places.contains(&**place) {
                differences.push(format!(
                    "{place}: {} is in {PAGE} and said nothing",
                    title(death)
                ));
            }
        }
        differences
    }

    /// With the rows of a run in the place of what there was of its places.
    fn with(mut self, run: &Faults) -> Faults {
        self.ends.extend(run.ends.clone());
        self.noticed.extend(run.noticed.clone());
        self
    }

    fn parse(text: &str) -> Result<Faults> {
        let mut faults = Faults::default();
        let Some((_, made)) = text.split_once(BEGIN) else {
            bail!("{PAGE} has no line `{BEGIN}`");
        };
        let (ends, noticed) = made.split_once(NOTICED).unwrap_or((made, ""));
        let ends = ends.split_once(IN_WORDS).map_or("", |(_, ends)| ends);
        for (section, rows) in [(ends, &mut faults.ends), (noticed, &mut faults.noticed)] {
            let mut death = String::new();
            for line in section.lines() {
                if let Some(title) = line.strip_prefix("### ") {
                    death = title.replace(' ', "_");
                }
                let cells = line
                    .strip_prefix("| ")
                    .and_then(|line| line.strip_suffix(" |"));
                let Some((places, said)) = cells.and_then(|cells| cells.split_once(" | ")) else {
                    continue;
                };
                if places == "where" {
                    continue;
                }
                for place in places.split(", ") {
                    let key = (death.clone(), place.to_owned());
                    rows.insert(key, said.replace("\\|", "|"));
                }
            }
        }
        Ok(faults)
    }

    fn render(&self) -> String {
        let mut page = self.overview();
        page += &format!("{IN_WORDS}\n\n");
        page += &sections(&self.ends, "what the task comes to");
        page += &format!(
            "{NOTICED}\n\nHow long it took until the pool noticed a death that comes without a word, once, on one machine.\n\n"
        );
        page += &sections(&self.noticed, "noticed after");
        page.trim_end().to_owned() + "\n"
    }

    /// A column for each backend, whatever the engine.
    fn overview(&self) -> String {
        let backends = ["inline", "threads", "node", "web"];
        let mut text = format!(
            "| death | {} |\n|---|{}\n",
            backends.join(" | "),
            "---|".repeat(4)
        );
        for death in deaths(&self.ends) {
            text += &format!("| {} |", title(death));
            for backend in backends {
                let mut kinds = BTreeSet::new();
                for ((other, place), end) in &self.ends {
                    if backend_of(place) == backend && other == death {
                        kinds.insert(end.split(':').next().unwrap_or_default());
                    }
                }
                let known = !kinds.is_empty();
                kinds.retain(|kind| !kind.starts_with(MISSING));
                let kinds: Vec<_> = kinds.into_iter().collect();
                let cell = match (known, &*kinds) {
                    (false, _) => "not seen".to_owned(),
                    (true, []) => "–".to_owned(),
                    (true, kinds) => kinds.join(" or "),
                };
                text += &format!(" {cell} |");
            }
            text.push('\n');
        }
        text + "\n"
    }
}

/// The kind, and what threader says; behind it may come what the engine says.
fn ours(end: &str) -> Vec<&str> {
    end.split(": ").take(2).collect()
}

/// A section for each death; places that say the same share a row.
fn sections(rows: &Rows, what: &str) -> String {
    let mut text = String::new();
    for death in deaths(rows) {
        text += &format!("### {}\n\n| where | {what} |\n|---|---|\n", title(death));
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for ((_, place), said) in rows.iter().filter(|((other, _), _)| other == death) {
            match groups.iter_mut().find(|(other, _)| other == said) {
                Some((_, places)) => places.push(place),
                None => groups.push((said, vec![place])),
            }
        }
        for (said, places) in groups {
            text += &format!("| {} | {} |\n", places.join(", "), said.replace('|', "\\|"));
        }
        text.push('\n');
    }
    text
}

fn deaths(rows: &Rows) -> BTreeSet<&str> {
    rows.keys().map(|(death, _)| &**death).collect()
}

fn title(death: &str) -> String {
    death.replace('_', " ")
}

/// `web/firefox` is `firefox`, `inline/firefox` is `inline (wasm)`: there it is the same everywhere.
fn shown(place: &str) -> String {
    match place.split_once('/') {
        Some(("inline", _)) => INLINE_IN_WASM.to_owned(),
        Some((_, engine)) => engine.to_owned(),
        None => place.to_owned(),
    }
}

const INLINE_IN_WASM: &str = "inline (wasm)";

fn backend_of(place: &str) -> &'static str {
    match place {
        "threads" => "threads",
        "inline" | INLINE_IN_WASM => "inline",
        "chromium" | "firefox" | "webkit" => "web",
        _ => "node",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&str]) -> Faults {
        let mut faults = Faults::default();
        lines.iter().for_each(|line| faults.read(line));
        faults
    }

    fn two() -> Faults {
        said(&[
            "fault node/node20::trap ... Crashed: the worker died: a | b",
            "fault node/bun::trap ... Crashed: the worker died: a | b",
            "test web/firefox::fault_trap ... not applicable (no reason)",
            "noticed web/firefox::self_close ... 1.5 ms",
        ])
    }

    #[test]
    fn only_lines_about_faults_count() {
        assert_eq!(
            said(&[
                "test node/bun::fault_trap ... ok",
                "test a ... not applicable (b)",
                "fault",
                "text ... x"
            ]),
            Faults::default()
        );
        assert_eq!((two().ends.len(), two().noticed.len()), (3, 1));
    }

    #[test]
    fn a_page_that_was_written_is_read_back() {
        let text = format!("# Head\n\n{BEGIN}\n\n{}", two().render());
        assert_eq!(Faults::parse(&text).unwrap(), two());
        assert!(
            text.contains("| bun, node20 | Crashed: the worker died: a \\| b |"),
            "{text}"
        );
        assert!(
            text.contains("| trap | not seen | not seen | Crashed | – |"),
            "{text}"
        );
    }

    #[test]
    fn what_ran_and_is_documented_otherwise_is_a_difference() {
        let run = said(&["fault node/bun::trap ... Panicked: c"]);
        let [difference] = &run.differences(&two(), true)[..] else {
            panic!("one difference");
        };
        assert!(
            difference.starts_with("bun: trap comes to `Panicked: c`"),
            "{difference}"
        );
        assert!(two().differences(&two(), true).is_empty());
        let reworded = said(&["fault node/bun::trap ... Crashed: the worker died: c"]);
        assert!(reworded.differences(&two(), true).is_empty());
        let otherwise = said(&["fault node/bun::trap ... Crashed: it was stopped: a | b"]);
        assert_eq!(otherwise.differences(&two(), true).len(), 1);
        let other = said(&["fault node/bun::exit ... x"]);
        assert_eq!(other.differences(&two(), true).len(), 2);
        assert_eq!(other.differences(&two(), false).len(), 1);
    }
}
