//! `cargo xtask test`: the suites, each of which prints one line per test and closes with a count.

use std::time::Instant;

use anyhow::{Result, anyhow, bail};

use crate::{
    engines::{Browser, Runtime},
    setup::{self, Part},
    table,
    tools::{self, Workspace},
};

mod browser;
mod ide;
mod lines;
mod native;
mod node;
mod package;
mod sim;
mod ui;
mod wasm_run;
mod words;

pub(crate) use browser::soak as soak_in_browser;
pub(crate) use lines::Tally;
pub(crate) use node::soak as soak_in_node;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Suite {
    Native,
    Sim,
    Ui,
    Ide,
    Package,
    Node,
    Browser,
}

impl Suite {
    const ALL: [Suite; 7] = [
        Suite::Native,
        Suite::Sim,
        Suite::Ui,
        Suite::Ide,
        Suite::Package,
        Suite::Node,
        Suite::Browser,
    ];

    fn name(self) -> &'static str {
        match self {
            Suite::Native => "native",
            Suite::Sim => "sim",
            Suite::Ui => "ui",
            Suite::Ide => "ide",
            Suite::Package => "package",
            Suite::Node => "node",
            Suite::Browser => "browser",
        }
    }

    /// What it cannot do without. An engine that is missing costs only the tests that would run in it.
    fn needs(self) -> &'static [Part] {
        match self {
            Suite::Native => &[Part::Components, Part::Wasm],
            Suite::Sim | Suite::Ui => &[],
            Suite::Ide => &[Part::RustAnalyzer],
            Suite::Node => &[Part::Node, Part::Wasm, Part::WasmBindgen],
            Suite::Package | Suite::Browser => {
                &[Part::Node, Part::Wasm, Part::Npm, Part::WasmBindgen]
            }
        }
    }

    /// An error is one failure more, of the suite itself.
    fn run(self, workspace: &Workspace, selection: &Selection, tally: &mut Tally) -> Result<()> {
        match self {
            Suite::Native => native::run(workspace, tally),
            Suite::Sim => sim::run(workspace, tally),
            Suite::Ui => ui::run(workspace, tally),
            Suite::Ide => ide::run(workspace, tally),
            Suite::Package => package::run(workspace, tally),
            Suite::Node => node::run(workspace, &selection.runtimes, tally),
            Suite::Browser => browser::run(workspace, &selection.browsers, tally),
        }
    }
}

/// What the options of `cargo xtask test` pick.
#[derive(Debug, PartialEq)]
pub(crate) struct Selection {
    suites: Vec<Suite>,
    browsers: Vec<Browser>,
    runtimes: Vec<Runtime>,
    /// Write docs/faults.md instead of comparing with it.
    write_faults: bool,
    /// Write tests/not-applicable.txt instead of comparing with it.
    write_absent: bool,
}

impl Selection {
    pub(crate) fn parse(options: &[String]) -> Result<Selection> {
        let (mut suites, mut browsers, mut runtimes) = (Vec::new(), Vec::new(), Vec::new());
        let (mut write_faults, mut write_absent) = (false, false);
        let mut options = options.iter();
        while let Some(option) = options.next() {
            if option == "--write-faults" {
                write_faults = true;
                continue;
            }
            if option == "--write-not-applicable" {
                write_absent = true;
                continue;
            }
            let (option, value) = match option.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (option.as_str(), options.next().map(String::as_str)),
            };
            match (option, value) {
                ("--suite", Some(names)) => {
                    for name in names.split(',') {
                        suites.push(known("suite", name, &Suite::ALL, Suite::name)?);
                    }
                }
                ("--browser", Some(names)) => {
                    for name in names.split(',') {
                        browsers.push(known("browser", name, &Browser::ALL, Browser::name)?);
                    }
                }
                ("--runtime", Some(names)) => {
                    for name in names.split(',') {
                        runtimes.push(known("runtime", name, &Runtime::ALL, Runtime::name)?);
                    }
                }
                ("--suite" | "--browser" | "--runtime", None) => bail!("`{option}` wants a value"),
                _ => bail!("unknown option `{option}`; known are --suite, --browser and --runtime"),
            }
        }
        Ok(Selection {
            suites: picked(&Suite::ALL, &suites),
            browsers: picked(&Browser::ALL, &browsers),
            runtimes: picked(&Runtime::ALL, &runtimes),
            write_faults,
            write_absent,
        })
    }

    /// What the picked suites need, and the picked engines of those that have a choice.
    fn needs(&self, part: Part) -> bool {
        match part {
            // README.md is followed in one of them.
            Part::Browser(Browser::Chromium) if self.suites.contains(&Suite::Package) => true,
            Part::Browser(browser) => {
                self.suites.contains(&Suite::Browser) && self.browsers.contains(&browser)
            }
            Part::Runtime(runtime) => {
                self.suites.contains(&Suite::Node) && self.runtimes.contains(&runtime)
            }
            // Costs only the test that needs it.
            Part::OldestRust => self.suites.contains(&Suite::Native),
            _ => self
                .suites
                .iter()
                .any(|suite| suite.needs().contains(&part)),
        }
    }
}

/// All in their own order, or only those that were named.
fn picked<T: Copy + PartialEq>(all: &[T], named: &[T]) -> Vec<T> {
    let wanted = |item: &T| named.is_empty() || named.contains(item);
    all.iter().copied().filter(wanted).collect()
}

pub(crate) fn known<T: Copy>(
    kind: &str,
    name: &str,
    all: &[T],
    name_of: impl Fn(T) -> &'static str,
) -> Result<T> {
    if let Some(&found) = all.iter().find(|&&item| name_of(item) == name) {
        return Ok(found);
    }
    let names: Vec<_> = all.iter().map(|&item| name_of(item)).collect();
    bail!(
        "there is no {kind} `{name}`; known are: {}",
        names.join(", ")
    )
}

/// Installs what the picked suites need and runs them all, also after a failure.
pub(crate) fn run(workspace: &Workspace, selection: &Selection) -> Result<bool> {
    let parts: Vec<Part> = Part::ALL
        .into_iter()
        .filter(|&part| selection.needs(part))
        .collect();
    let missing = setup::quietly(workspace, &parts);

    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for &suite in &selection.suites {
        println!("\n== suite {} ==", suite.name());
        let start = Instant::now();
        let mut tally = Tally::default();
        let lacks = missing
            .iter()
            .find(|(part, _)| suite.needs().contains(part));
        let end = match lacks {
            Some((_, reason)) => Err(anyhow!("{reason}")),
            None => suite.run(workspace, selection, &mut tally),
        };
        let end = end.and_then(|()| {
            let absent = tally.take_absent();
            absent.settle(workspace, selection.write_absent, suite.name(), &mut tally)?;
            // What only lists its cases says nothing of their faults.
            if tools::only_lists() {
                return Ok(());
            }
            let faults = tally.take_faults();
            faults.settle(workspace, selection.write_faults, suite.name(), &mut tally)
        });
        if let Err(error) = end {
            tally.fail(&format!("{}::suite", suite.name()), &format!("{error:#}"));
        }
        if tally.is_empty() {
            tally.fail(&format!("{}::suite", suite.name()), "it ran no test");
        }
        println!("{tally}");
        rows.push(vec![
            suite.name().to_owned(),
            tally.passed().to_string(),
            tally.failures().len().to_string(),
            format!("{:.1}", start.elapsed().as_secs_f64()),
        ]);
        let name_them = |test: &String| format!("FAILED in {}: {test}", suite.name());
        failures.extend(tally.failures().iter().map(name_them));
    }
    let head = ["suite", "passed", "failed", "seconds"];
    println!("\n{}", table::render(&head, &rows));
    for failure in &failures {
        println!("{failure}");
    }
    Ok(failures.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(options: &str) -> Result<Selection> {
        Selection::parse(
            &options
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn all_suites_run_unless_some_are_picked() {
        assert_eq!(parse("").unwrap().suites, Suite::ALL);
        assert_eq!(parse("--browser chromium").unwrap().suites, Suite::ALL);
        assert_eq!(
            parse("--suite node,ui").unwrap().suites,
            [Suite::Ui, Suite::Node]
        );
        assert_eq!(
            parse("--suite=node --suite=ui").unwrap().suites,
            [Suite::Ui, Suite::Node]
        );
    }

    #[test]
    fn only_the_picked_engines_of_picked_suites_are_needed() {
        let selection = parse("--suite browser --browser webkit,firefox").unwrap();
        assert_eq!(selection.browsers, [Browser::Firefox, Browser::WebKit]);
        assert!(selection.needs(Part::Browser(Browser::WebKit)) && selection.needs(Part::Npm));
        assert!(!selection.needs(Part::Browser(Browser::Chromium)));
        assert!(!selection.needs(Part::Runtime(Runtime::Bun)));
        let selection = parse("--runtime bun").unwrap();
        assert!(selection.needs(Part::Runtime(Runtime::Bun)));
        assert!(!selection.needs(Part::Runtime(Runtime::Deno)));
        assert_eq!(parse("--runtime deno").unwrap().runtimes, [Runtime::Deno]);
        assert_eq!(parse("").unwrap().runtimes, Runtime::ALL);
        assert_eq!(parse("").unwrap().browsers, Browser::ALL);
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = |options| parse(options).unwrap_err().to_string();
        assert_eq!(
            error("--suite nope"),
            "there is no suite `nope`; known are: native, sim, ui, ide, package, node, browser"
        );
        assert_eq!(
            error("--browser lynx"),
            "there is no browser `lynx`; known are: chromium, firefox, webkit"
        );
        assert_eq!(
            error("--runtime node18"),
            "there is no runtime `node18`; known are: node20, node22, node24, node26, bun, deno"
        );
        assert_eq!(error("--suite"), "`--suite` wants a value");
        assert_eq!(
            error("--fast"),
            "unknown option `--fast`; known are --suite, --browser and --runtime"
        );
    }
}
