//! `cargo xtask soak`: a long run of tasks that panic, hang and are cancelled. The program itself says what was wrong.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    engines::{Browser, Runtime},
    proc::run,
    setup::{self, Part},
    suites,
    tools::Workspace,
};

const TASKS: u64 = 100_000;

#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    backend: String,
    tasks: u64,
}

impl Options {
    pub(crate) fn parse(options: &[String]) -> Result<Options> {
        let (mut backend, mut tasks) = (None, TASKS);
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match (option.as_str(), options.next()) {
                ("--backend", Some(name))
                    if ["web", "node", "threads"].contains(&name.as_str()) =>
                {
                    backend = Some(name.clone());
                }
                ("--tasks", Some(count)) => tasks = count.parse()?,
                _ => bail!("`cargo xtask soak --backend web|node|threads [--tasks N]`"),
            }
        }
        match backend {
            Some(backend) => Ok(Options { backend, tasks }),
            None => bail!("`--backend web|node|threads` says where to soak"),
        }
    }
}

pub(crate) fn run_soak(workspace: &Workspace, options: &Options) -> Result<bool> {
    let Options { backend, tasks } = options;
    println!("soaking {tasks} tasks on {backend}");
    let parts: &[Part] = match &**backend {
        "threads" => &[],
        "node" => &[Part::Node, Part::Wasm, Part::WasmBindgen],
        _ => &[
            Part::Node,
            Part::Wasm,
            Part::Npm,
            Part::WasmBindgen,
            Part::Browser(Browser::Chromium),
        ],
    };
    if let Some((_, reason)) = setup::quietly(workspace, parts).first() {
        bail!("{reason}");
    }
    match &**backend {
        "threads" => {
            let mut cargo: Command = workspace.cargo();
            cargo.args([
                "run",
                "--release",
                "--package",
                "threader-tests",
                "--bin",
                "suite",
                "--",
            ]);
            Ok(run(cargo.arg(tasks.to_string())).is_ok())
        }
        "node" => suites::soak_in_node(workspace, Runtime::ALL[0], *tasks),
        _ => suites::soak_in_browser(workspace, Browser::ALL[0], *tasks),
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
    fn a_backend_must_be_named_and_a_number_may_be() {
        let options = parse("--backend node").unwrap();
        assert_eq!((&*options.backend, options.tasks), ("node", TASKS));
        assert_eq!(parse("--tasks 7 --backend web").unwrap().tasks, 7);
        for wrong in [
            "",
            "--backend moon",
            "--backend",
            "--tasks x --backend node",
            "--fast",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
