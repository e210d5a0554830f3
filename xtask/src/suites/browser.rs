//! The common suite in a page, over Web Workers, in every browser.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::{
    Tally,
    wasm_run::{self, Cases, Place, only_some_cases},
    words,
};
use crate::{
    engines::Browser,
    proc::command,
    tools::{self, Workspace},
    wasm::Glue,
};

/// What runs, from which path of the server, and what the line of a test says behind its engine.
const RUNS: [(&str, Cases, Option<&str>); 8] = [
    ("/web/", Cases::All, None),
    ("/no-modules/", Cases::Smoke, Some("no-modules")),
    ("/csp/", Cases::Csp, Some("csp")),
    ("/trusted/", Cases::Trusted, Some("trusted")),
    ("/trusted-classic/", Cases::Trusted, Some("trusted-classic")),
    ("/web/", Cases::NoWorkers, Some("no-workers")),
    ("/web/", Cases::Isolated, Some("isolated")),
    ("/web/", Cases::Insecure, Some("insecure")),
];

pub(crate) fn run(workspace: &Workspace, browsers: &[Browser], tally: &mut Tally) -> Result<()> {
    let built = wasm_run::build(workspace, "suite")?;
    let (web, no_modules) = (built.package(Glue::Web)?, built.package(Glue::NoModules)?);
    let fails = wasm_run::build(workspace, "fails")?.package(Glue::Web)?;
    let (js, pages) = (workspace.js(), workspace.js().join("pages"));
    let worker_script = workspace.root.join("threader-runtime/src/backend/worker");
    // A path is looked up in each folder whose prefix it has, in this order.
    let mounts: Value = json!([
        ["/web/", web],
        ["/web/", pages.join("web")],
        ["/trusted/", web],
        ["/trusted/", pages.join("trusted")],
        ["/trusted/", pages.join("web")],
        ["/trusted-classic/", no_modules],
        ["/trusted-classic/", pages.join("trusted-classic")],
        ["/trusted-classic/", pages.join("no-modules")],
        ["/csp/", web],
        ["/csp/", pages.join("web")],
        ["/no-modules/", no_modules],
        ["/no-modules/", pages.join("no-modules")],
        ["/fails/", fails],
        ["/worker/", worker_script],
        ["/csp/worker/", worker_script],
        ["/", pages],
    ]);
    for &browser in browsers {
        let place = |variant| Place::new("web", browser.name(), variant);
        let Some(paths) = browser.find() else {
            let reason = "it is missing: see what setup said about it";
            tally.fail(&place(None).test("suite"), reason);
            continue;
        };
        let open = |page: &str, surroundings: Option<&str>| {
            let plan = json!({
                "browser": paths,
                "mounts": mounts,
                "page": page,
                "surroundings": surroundings,
            });
            let mut node = command("node");
            node.arg(js.join("browser.mjs"))
                .arg(plan.to_string())
                .current_dir(&workspace.root);
            node
        };
        for (path, cases, variant) in RUNS {
            if only_some_cases() && cases != Cases::All {
                continue;
            }
            let page = format!("{path}index.html?{}", parameters(browser, cases));
            wasm_run::run(
                &place(variant),
                &mut open(&page, surroundings(cases)),
                tally,
            )?;
        }
        if only_some_cases() || tools::only_lists() {
            continue;
        }
        for ending in &words::GUARDED {
            let watch = parameters(browser, Cases::All);
            let page = format!("/fails/index.html?fails={}&{watch}", ending.fails);
            ending.check(&place(None), &mut open(&page, None), tally)?;
        }
    }
    Ok(())
}

/// The long run of `cargo xtask soak`.
pub(crate) fn soak(workspace: &Workspace, browser: Browser, tasks: u64) -> Result<bool> {
    let web = wasm_run::build(workspace, "suite")?.package(Glue::Web)?;
    let (js, pages) = (workspace.js(), workspace.js().join("pages"));
    let Some(mut paths) = browser.find() else {
        bail!("{} is missing: run `cargo xtask setup`", browser.name());
    };
    // As `Runtime::for_measuring_memory`; only Chromium's driver reads it.
    paths["arguments"] = json!(["--js-flags=--expose-gc,--max-semi-space-size=1"]);
    let plan = json!({
        "browser": paths,
        "mounts": [["/web/", web], ["/web/", pages.join("web")], ["/", pages]],
        "page": format!("/web/index.html?only=soak{tasks}"),
    });
    let mut node = command("node");
    node.arg(js.join("browser.mjs"))
        .arg(plan.to_string())
        .current_dir(&workspace.root);
    let mut tally = Tally::default();
    let place = Place::new("web", browser.name(), None);
    wasm_run::run(&place, &mut node, &mut tally)?;
    Ok(tally.failures().is_empty())
}

/// What is special about the page's server and its host, as `browser.mjs` names it.
fn surroundings(cases: Cases) -> Option<&'static str> {
    matches!(cases, Cases::Isolated | Cases::Insecure).then(|| cases.name())
}

/// What the suite reads from the address of its page, and what `watch.js` does.
fn parameters(browser: Browser, cases: Cases) -> String {
    // As outside of browsers, where the program reads it itself: a part of the names of the cases to run.
    let case = tools::case().unwrap_or_default();
    let mut parameters = format!("only={}&case={case}", cases.name());
    if tools::only_lists() {
        parameters += "&list=1";
    }
    if cases == Cases::NoWorkers {
        parameters += "&workers=none";
    }
    if browser == Browser::WebKit {
        parameters += "&watch=keep";
    }
    parameters
}
