//! The repository's commands: `cargo xtask setup | test | demo | bench`.
//!
//! Each finds out by itself what the machine lacks and installs it (see [`setup`]), so that the first command on a fresh clone works.

use std::process::ExitCode;

use anyhow::{Result, bail};

mod absent;
mod bench;
mod demo;
mod engines;
mod faults;
mod mutants;
mod proc;
mod setup;
mod sim;
mod soak;
mod suites;
mod table;
mod tools;
mod wasm;

const USAGE: &str = "\
cargo xtask setup                       install what is missing, one line per thing
cargo xtask test                        install what is missing, then run every suite
    --suite native,sim,ui,ide,package,node,browser  only these suites
    --browser chromium,firefox,webkit       only these browsers of the browser suite
    --runtime node20,node22,node24,node26,bun,deno      only these runtimes of the node suite
cargo xtask sim                         the scheduler in 20,000 worlds made of chance, see docs/simulation.md
    --seeds 1000000 --seed 1                how many, and from which on; --seed alone is just that one
    --plan JSON                             replays what a failure has printed
cargo xtask faults                      run the fault matrix and write docs/faults.md; options as for test
cargo xtask not-applicable              count the cases that do not apply and write tests/not-applicable.txt; options as for test
cargo xtask mutants                     plant faults in a copy of the workspace, one at a time, which the native suites have to find
    --only PART_OF_NAME                     only these
cargo xtask soak --backend web|node|threads     100,000 tasks that panic, hang and are cancelled
    --browser firefox, --runtime node24     not in Chromium or in Node 20 but there
    --tasks N                               so many
cargo xtask demo                        install what is missing, then run the photo example on every backend
cargo xtask bench                       measure; the same as JSON with --json FILE
    macros, coordinator, exports        only these";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// `Ok(false)`: everything ran, and something did not pass; it has been printed.
fn run(arguments: &[String]) -> Result<bool> {
    let Some((command, options)) = arguments.split_first() else {
        println!("{USAGE}");
        return Ok(false);
    };
    match command.as_str() {
        "setup" => {
            no_options(options)?;
            setup::all(&tools::Workspace::find()?)
        }
        "test" => {
            let selection = suites::Selection::parse(options)?;
            suites::run(&tools::Workspace::find()?, &selection)
        }
        "sim" => sim::run(&tools::Workspace::find()?, &sim::Selection::parse(options)?),
        "faults" => faults::run(options),
        "not-applicable" => absent::run(options),
        "mutants" => mutants::run(&tools::Workspace::find()?, options),
        "soak" => {
            let options = soak::Options::parse(options)?;
            soak::run_soak(&tools::Workspace::find()?, &options)
        }
        "demo" => {
            no_options(options)?;
            demo::run(&tools::Workspace::find()?)
        }
        "bench" => {
            let selection = bench::Selection::parse(options)?;
            bench::run(&tools::Workspace::find()?, &selection)?;
            Ok(true)
        }
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(true)
        }
        other => bail!("there is no command `{other}`\n\n{USAGE}"),
    }
}

fn no_options(options: &[String]) -> Result<()> {
    match options.first() {
        None => Ok(()),
        Some(option) => bail!("unknown option `{option}`\n\n{USAGE}"),
    }
}
