//! `cargo xtask soak`: a long run of tasks that panic, hang and are cancelled. The program itself says what was wrong.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    engines::{Browser, Runtime},
    proc::run,
    setup::{self, Part},
    suites::{self, known},
    tools::Workspace,
};

const TASKS: u64 = 100_000;

const USAGE: &str =
    "`cargo xtask soak --backend web|node|threads [--browser NAME | --runtime NAME] [--tasks N]`";

/// Where it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Threads,
    Node(Runtime),
    Web(Browser),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    place: Place,
    tasks: u64,
}

impl Options {
    pub(crate) fn parse(options: &[String]) -> Result<Options> {
        let (mut backend, mut browser, mut runtime, mut tasks) = (None, None, None, TASKS);
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match (option.as_str(), options.next()) {
                ("--backend", Some(name)) => backend = Some(&**name),
                ("--browser", Some(name)) => {
                    browser = Some(known("browser", name, &Browser::ALL, Browser::name)?);
                }
                ("--runtime", Some(name)) => {
                    runtime = Some(known("runtime", name, &Runtime::ALL, Runtime::name)?);
                }
                ("--tasks", Some(count)) => tasks = count.parse()?,
                _ => bail!("{USAGE}"),
            }
        }
        let place = match (backend, browser, runtime) {
            (Some("threads"), None, None) => Place::Threads,
            (Some("node"), None, runtime) => Place::Node(runtime.unwrap_or(Runtime::ALL[0])),
            (Some("web"), browser, None) => Place::Web(browser.unwrap_or(Browser::ALL[0])),
            _ => bail!("{USAGE}"),
        };
        Ok(Options { place, tasks })
    }
}

pub(crate) fn run_soak(workspace: &Workspace, options: &Options) -> Result<bool> {
    let &Options { place, tasks } = options;
    let (name, parts) = match place {
        Place::Threads => ("threads", vec![]),
        Place::Node(runtime) => (
            runtime.name(),
            vec![
                Part::Node,
                Part::Wasm,
                Part::Runtime(runtime),
                Part::WasmBindgen,
            ],
        ),
        Place::Web(browser) => (
            browser.name(),
            vec![
                Part::Node,
                Part::Wasm,
                Part::Browser(browser),
                Part::Npm,
                Part::WasmBindgen,
            ],
        ),
    };
    println!("soaking {tasks} tasks on {name}");
    if let Some((_, reason)) = setup::quietly(workspace, &parts).first() {
        bail!("{reason}");
    }
    match place {
        Place::Threads => {
            let mut cargo: Command = workspace.cargo();
            cargo.args(["run", "--package", "threader-tests", "--bin", "suite", "--"]);
            Ok(run(cargo.arg(tasks.to_string())).is_ok())
        }
        Place::Node(runtime) => suites::soak_in_node(workspace, runtime, tasks),
        Place::Web(browser) => suites::soak_in_browser(workspace, browser, tasks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(options: &str) -> Result<Options> {
        Options::parse(
            &options
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn a_backend_must_be_named_and_its_engine_may_be() {
        let place = |options| parse(options).unwrap().place;
        assert_eq!(place("--backend threads"), Place::Threads);
        assert_eq!(place("--backend node"), Place::Node(Runtime::Node20));
        assert_eq!(
            place("--runtime node24 --backend node"),
            Place::Node(Runtime::Node24)
        );
        assert_eq!(place("--backend web"), Place::Web(Browser::Chromium));
        assert_eq!(
            place("--backend web --browser firefox"),
            Place::Web(Browser::Firefox)
        );
        assert_eq!(parse("--backend web").unwrap().tasks, TASKS);
        assert_eq!(parse("--tasks 7 --backend web").unwrap().tasks, 7);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for wrong in [
            "",
            "--backend moon",
            "--backend",
            "--tasks x --backend node",
            "--fast",
            "--browser firefox",
            "--backend node --browser firefox",
            "--backend web --runtime node20",
            "--backend threads --runtime node20",
            "--backend web --browser lynx",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
