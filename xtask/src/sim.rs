//! `cargo xtask sim`: the simulator of the scheduler, which is a test of `threader-runtime`, for as many seeds as one likes.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{proc, tools::Workspace};

/// What the suite `sim` runs.
const SEEDS: u64 = 20_000;
const TEST: &str = "backend::worker::sim::the_scheduler_keeps_its_promises";

/// What the options of `cargo xtask sim` pick.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Selection {
    seeds: Option<u64>,
    first: Option<u64>,
    plan: Option<String>,
}

impl Selection {
    pub(crate) fn parse(options: &[String]) -> Result<Selection> {
        let mut selection = Selection::default();
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let (option, value) = match option.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (option.as_str(), options.next().map(String::as_str)),
            };
            let value = value.with_context(|| format!("`{option}` wants a value"))?;
            let number = || {
                let digits = value.replace('_', "");
                let number = digits.parse::<u64>();
                number.with_context(|| format!("`{option} {value}` is no number"))
            };
            match option {
                "--seeds" => selection.seeds = Some(number()?),
                "--seed" => selection.first = Some(number()?),
                "--plan" => selection.plan = Some(value.to_owned()),
                _ => bail!("unknown option `{option}`; known are --seeds, --seed and --plan"),
            }
        }
        Ok(selection)
    }

    pub(crate) fn count(&self) -> u64 {
        let alone = if self.first.is_some() { 1 } else { SEEDS };
        self.seeds.unwrap_or(alone)
    }
}

/// `Ok(false)`: a promise is broken; it has been printed.
pub(crate) fn run(workspace: &Workspace, selection: &Selection) -> Result<bool> {
    let mut command = command(workspace, selection);
    let status = command.status();
    let status = status.with_context(|| format!("cannot start {}", proc::line(&command)))?;
    Ok(status.success())
}

pub(crate) fn command(workspace: &Workspace, selection: &Selection) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args([
        "test",
        "--quiet",
        "--package",
        "threader-runtime",
        "--lib",
        "--",
    ]);
    cargo.args([TEST, "--exact", "--nocapture"]);
    // A broken promise has a trace of its own.
    cargo.env("RUST_BACKTRACE", "0");
    cargo.env("THREADER_SIM_SEEDS", selection.count().to_string());
    cargo.env(
        "THREADER_SIM_SEED",
        selection.first.unwrap_or(1).to_string(),
    );
    match &selection.plan {
        Some(plan) => cargo.env("THREADER_SIM_PLAN", plan),
        None => cargo.env_remove("THREADER_SIM_PLAN"),
    };
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(options: &str) -> Result<Selection> {
        let options: Vec<_> = options.split_whitespace().map(str::to_owned).collect();
        Selection::parse(&options)
    }

    #[test]
    fn a_seed_alone_is_just_that_one() {
        assert_eq!(parse("").unwrap().count(), SEEDS);
        assert_eq!(parse("--seed 7").unwrap().count(), 1);
        assert_eq!(
            parse("--seed=7 --seeds=1_000_000").unwrap().count(),
            1_000_000
        );
    }

    #[test]
    fn what_is_no_number_or_no_option_is_said() {
        let error = |options| parse(options).unwrap_err().to_string();
        assert_eq!(error("--seeds many"), "`--seeds many` is no number");
        assert_eq!(error("--seeds"), "`--seeds` wants a value");
        let unknown = "unknown option `--fast`; known are --seeds, --seed and --plan";
        assert_eq!(error("--fast 1"), unknown);
    }
}
