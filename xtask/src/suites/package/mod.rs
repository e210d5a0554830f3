//! threader as a dependency: what its packages hold, which versions they need, what they put into a
//! user's module, and that README.md does what it describes.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::{Tally, wasm_run};
use crate::{
    proc,
    tools::{CASE, Workspace},
    wasm::Glue,
};

mod readme;
mod versions;

/// The packages that users depend on, each after those that it needs.
const PACKAGES: [&str; 3] = ["threader-macros", "threader-runtime", "threader"];

type Check = fn(&Workspace) -> Result<()>;

const CHECKS: [(&str, Check); 7] = [
    ("licences", licences),
    ("requirements_are_lower_bounds", versions::are_lower_bounds),
    ("packages", packages),
    ("lowest_versions", versions::lowest),
    ("newest_versions", versions::newest),
    ("exports_are_not_wrapped", exports_are_not_wrapped),
    ("readme", readme::follow),
];

pub(crate) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let part = std::env::var(CASE).unwrap_or_default();
    for (name, check) in CHECKS.into_iter().filter(|(name, _)| name.contains(&part)) {
        let name = format!("package::{name}");
        match check(workspace) {
            Ok(()) => tally.pass(&name),
            Err(error) => tally.fail(&name, &format!("{error:#}")),
        }
    }
    Ok(())
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
    }
    // The facade needs the other two, and no registry has them: Cargo stands in for it only where a
    // package is to be published.
    for half in &PACKAGES[..2] {
        let path = workspace.root.join(half);
        cargo.arg("--config");
        cargo.arg(format!("patch.crates-io.{half}.path={path:?}"));
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
