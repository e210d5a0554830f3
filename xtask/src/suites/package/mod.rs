//! threader as a dependency: what its packages hold, which versions they need, what they put into a
//! user's module, and that README.md does what it describes.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::{Tally, wasm_run};
use crate::{proc, tools::Workspace, wasm::Glue};

mod readme;
mod versions;

/// The packages that users depend on, each after those that it needs.
const PACKAGES: [&str; 3] = ["threader-macros", "threader-runtime", "threader"];

pub(crate) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    check(tally, "licences", licences(workspace));
    check(
        tally,
        "requirements_are_lower_bounds",
        versions::are_lower_bounds(workspace),
    );
    check(tally, "packages", packages(workspace));
    check(tally, "lowest_versions", versions::lowest(workspace));
    check(tally, "newest_versions", versions::newest(workspace));
    check(
        tally,
        "exports_are_not_wrapped",
        exports_are_not_wrapped(workspace),
    );
    check(tally, "readme", readme::follow(workspace));
    Ok(())
}

fn check(tally: &mut Tally, name: &str, end: Result<()>) {
    let name = format!("package::{name}");
    match end {
        Ok(()) => tally.pass(&name),
        Err(error) => tally.fail(&name, &format!("{error:#}")),
    }
}

/// Each package comes with the licences of the repository.
fn licences(workspace: &Workspace) -> Result<()> {
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let text = read(workspace, licence)?;
        for package in PACKAGES {
            let copy = format!("{package}/{licence}");
            ensure!(read(workspace, &copy)? == text, "{copy} is not {licence}");
        }
    }
    Ok(())
}

fn read(workspace: &Workspace, file: &str) -> Result<String> {
    fs::read_to_string(workspace.root.join(file)).with_context(|| format!("cannot read {file}"))
}

/// `cargo package` of all three, and a build of each from what was packaged.
fn packages(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args(["package", "--allow-dirty", "--target-dir"]);
    cargo.arg(workspace.target.join("package-check"));
    for package in PACKAGES {
        cargo.args(["--package", package]);
        // In place of the registry, which has none of a package that is not to be published.
        let path = workspace.root.join(package);
        cargo.arg("--config");
        cargo.arg(format!("patch.crates-io.{package}.path={path:?}"));
    }
    proc::run(&mut cargo)
}

/// The linker wraps every export as soon as a module has a constructor; see ARCHITECTURE.md.
fn exports_are_not_wrapped(workspace: &Workspace) -> Result<()> {
    let folder = wasm_run::build(workspace, "suite")?.package(Glue::NodeCommonJs)?;
    let module =
        fs::read(folder.join("suite_bg.wasm")).context("cannot read the suite's module")?;
    let has = |name: &[u8]| module.windows(name.len()).any(|bytes| bytes == name);
    ensure!(
        has(b"__threader_task_"),
        "its tasks are not among its exports"
    );
    ensure!(!has(b"__wasm_call_ctors"), "it has constructors");
    ensure!(!has(b"command_export"), "its exports are wrapped");
    Ok(())
}
