//! The common suite outside of browsers, over `worker_threads`: in every Node, in Bun and in Deno.

use std::path::PathBuf;

use anyhow::Result;

use super::{
    Tally,
    wasm_run::{self, Cases, Place, only_some_cases},
    words::{self, Ending},
};
use crate::{
    engines::Runtime,
    tools::{self, Workspace},
    wasm::Glue,
};

/// What runs, under which glue, and what the line of a test says behind its engine.
const RUNS: [(Glue, Cases, Option<&str>); 4] = [
    (Glue::NodeCommonJs, Cases::All, None),
    (
        Glue::NodeModule,
        Cases::Smoke,
        Some("experimental-nodejs-module"),
    ),
    (Glue::NodeCommonJs, Cases::NoWorkers, Some("no-workers")),
    (Glue::NodeCommonJs, Cases::Leaks, Some("leaks")),
];

pub(crate) fn run(workspace: &Workspace, runtimes: &[Runtime], tally: &mut Tally) -> Result<()> {
    let built = wasm_run::build(workspace, "suite")?;
    let (commonjs, module) = (
        built.package(Glue::NodeCommonJs)?,
        built.package(Glue::NodeModule)?,
    );
    let unguarded = wasm_run::build(workspace, "unguarded")?.package(Glue::NodeCommonJs)?;
    let fails = wasm_run::build(workspace, "fails")?.package(Glue::NodeCommonJs)?;

    for &runtime in runtimes {
        let place = |variant| Place::new("node", runtime.name(), variant);
        if runtime.find(workspace).is_none() {
            let reason = "it is missing: see what setup said about it";
            tally.fail(&place(None).test("suite"), reason);
            continue;
        }
        for (glue, cases, variant) in RUNS {
            if only_some_cases() && cases != Cases::All {
                continue;
            }
            // What is left over is not a matter of the engine, and takes its time.
            if cases == Cases::Leaks && runtime != Runtime::ALL[0] {
                continue;
            }
            let preload =
                (cases == Cases::NoWorkers).then(|| workspace.js().join("no-workers.cjs"));
            let package = match glue {
                Glue::NodeModule => &module,
                _ => &commonjs,
            };
            let mut command = runtime.command(workspace, preload)?;
            if cases == Cases::Leaks {
                command.args(runtime.for_measuring_memory());
            }
            command
                .arg(package.join("suite.js"))
                .env("THREADER_SUITE", cases.name())
                .current_dir(&workspace.root);
            wasm_run::run(&place(variant), &mut command, tally)?;
        }
        if only_some_cases() || tools::only_lists() {
            continue;
        }
        let mut command = runtime.command(workspace, None)?;
        command
            .arg(unguarded.join("unguarded.js"))
            .current_dir(&workspace.root);
        wasm_run::run(&place(Some("unguarded")), &mut command, tally)?;
        let mut ending = |ending: &Ending, program: PathBuf| {
            let mut command = runtime.command(workspace, None)?;
            command
                .arg(program)
                .env("THREADER_FAILS", ending.fails)
                .current_dir(&workspace.root);
            ending.check(&place(None), &mut command, tally)
        };
        for guarded in &words::GUARDED {
            ending(guarded, fails.join("fails.js"))?;
        }
        ending(&words::UNGUARDED, unguarded.join("unguarded.js"))?;
    }
    Ok(())
}

/// The long run of `cargo xtask soak`.
pub(crate) fn soak(workspace: &Workspace, runtime: Runtime, tasks: u64) -> Result<bool> {
    let package = wasm_run::build(workspace, "suite")?.package(Glue::NodeCommonJs)?;
    let mut tally = Tally::default();
    let mut command = runtime.command(workspace, None)?;
    command
        .args(runtime.for_measuring_memory())
        .arg(package.join("suite.js"))
        .env("THREADER_SUITE", format!("soak{tasks}"))
        .current_dir(&workspace.root);
    let place = Place::new("node", runtime.name(), None);
    wasm_run::run(&place, &mut command, &mut tally)?;
    Ok(tally.failures().is_empty())
}
