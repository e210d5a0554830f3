//! The common suite in Node, over `worker_threads`.

use anyhow::Result;

use super::{
    Tally,
    wasm_run::{self, Cases},
};
use crate::{proc::command, tools::Workspace, wasm::Glue};

/// What runs, under which glue, and what the line of a test says behind its backend.
const RUNS: [(Glue, Cases, Option<&str>); 3] = [
    (Glue::NodeCommonJs, Cases::All, None),
    (
        Glue::NodeModule,
        Cases::Smoke,
        Some("experimental-nodejs-module"),
    ),
    (Glue::NodeCommonJs, Cases::NoWorkers, Some("no-workers")),
];

pub(crate) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let built = wasm_run::build(workspace, "suite")?;
    for (glue, cases, variant) in RUNS {
        let package = built.package(glue)?;
        let mut node = command("node");
        if cases == Cases::NoWorkers {
            node.arg("--require")
                .arg(workspace.js().join("no-workers.cjs"));
        }
        node.arg(package.join("suite.js"))
            .env("THREADER_SUITE", cases.name())
            .current_dir(&workspace.root);
        wasm_run::run("node", variant, &mut node, tally)?;
    }
    let unguarded = wasm_run::build(workspace, "unguarded")?.package(Glue::NodeCommonJs)?;
    let mut node = command("node");
    node.arg(unguarded.join("unguarded.js"))
        .current_dir(&workspace.root);
    wasm_run::run("node", Some("unguarded"), &mut node, tally)
}
