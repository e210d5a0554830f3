//! The common suite in a page, over Web Workers, in headless Chromium.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    Tally,
    wasm_run::{self, Cases},
};
use crate::{proc::command, tools, tools::Workspace, wasm::Glue};

/// What runs, from which path of the server, and what the line of a test says behind its backend.
const RUNS: [(&str, Cases, Option<&str>); 4] = [
    ("/web/", Cases::All, None),
    ("/no-modules/", Cases::Smoke, Some("no-modules")),
    ("/csp/", Cases::Csp, Some("csp")),
    ("/web/", Cases::NoWorkers, Some("no-workers")),
];

pub(crate) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let built = wasm_run::build(workspace, "suite")?;
    let (web, no_modules) = (built.package(Glue::Web)?, built.package(Glue::NoModules)?);
    let chromium = tools::chromium().context("there is no Chromium: run `cargo xtask setup`")?;
    let (js, pages) = (workspace.js(), workspace.js().join("pages"));
    let worker_script = workspace.root.join("threader-runtime/src/backend/worker");
    // A path is looked up in each folder whose prefix it has, in this order.
    let mounts: Value = json!([
        ["/web/", web],
        ["/web/", pages.join("web")],
        ["/csp/", web],
        ["/csp/", pages.join("web")],
        ["/no-modules/", no_modules],
        ["/no-modules/", pages.join("no-modules")],
        ["/worker/", worker_script],
        ["/csp/worker/", worker_script],
        ["/", pages],
    ]);
    // As in Node, where the program reads it itself: a part of the names of the cases to run.
    let case = std::env::var("THREADER_CASE").unwrap_or_default();
    for (path, cases, variant) in RUNS {
        let plan = json!({
            "chromium": chromium,
            "mounts": mounts,
            "page": format!("{path}index.html?only={}&case={case}", cases.name()),
            "withoutWorkers": cases == Cases::NoWorkers,
        });
        let mut node = command("node");
        node.arg(js.join("browser.mjs"))
            .arg(plan.to_string())
            .current_dir(&workspace.root);
        wasm_run::run("web", variant, &mut node, tally)?;
    }
    Ok(())
}
