//! What a coordinator costs and what it gives: a task that does nothing there and back, and tasks that are done while the pool's
//! owner is blocked, with the coordinator in a worker, with none, and beside a bare `postMessage`, in Node and in Chromium.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{
    engines::Browser,
    proc::{command, lines},
    table,
    tools::Workspace,
    wasm::{self, Artifact, Glue, Program},
};

/// A guard against hanging, not a measure.
const SILENCE: Duration = Duration::from_secs(300);

/// What the program measures, and how many digits mean something.
const ROWS: [(&str, &str, usize); 5] = [
    ("round_trip_us", "empty task there and back, µs", 0),
    ("burst_us_per_task", "one of 2000 small tasks, µs", 1),
    ("done_while_blocked", "5 ms tasks done in 500 ms blocked", 0),
    ("possible_while_blocked", "5 ms tasks possible in 500 ms", 0),
    ("first_ms", "first task of a new pool, ms", 0),
];

pub(crate) fn run(workspace: &Workspace) -> Result<Value> {
    let built = wasm::build(
        workspace,
        &Program {
            package: "threader-tests",
            artifact: Artifact::Binary("bench"),
            release: true,
        },
    )?;
    let package = built.package(Glue::NodeCommonJs)?;
    let mut node = command("node");
    node.arg(package.join("bench.js"))
        .current_dir(&workspace.root);
    let node = measured(&mut node)?;

    let browser = Browser::Chromium
        .find()
        .context("there is no Chromium: run `cargo xtask setup`")?;
    let plan = json!({
        "browser": browser,
        "mounts": [
            ["/bench/", built.package(Glue::Web)?],
            ["/", workspace.js().join("pages")],
        ],
        "page": "/bench/index.html",
    });
    let mut chromium = command("node");
    chromium
        .arg(workspace.js().join("browser.mjs"))
        .arg(plan.to_string())
        .current_dir(&workspace.root);
    let chromium = measured(&mut chromium)?;

    let mut rows = Vec::new();
    for (place, results) in [("node", &node), ("chromium", &chromium)] {
        for (key, title, digits) in ROWS {
            let cell = |kind: &str| match results[key][kind].as_f64() {
                Some(number) => format!("{number:.digits$}"),
                None => String::new(),
            };
            rows.push(vec![
                format!("{place}: {title}"),
                cell("worker"),
                cell("main_thread"),
                cell("post_message"),
            ]);
        }
    }
    let titles = [
        "median of",
        "coordinator: worker",
        "main thread",
        "postMessage",
    ];
    print!("{}", table::render(&titles, &rows));
    Ok(json!({"node": node, "chromium": chromium}))
}

/// Runs the program and reads its one line of results.
fn measured(program: &mut std::process::Command) -> Result<Value> {
    let mut results = None;
    let ended = lines(program, SILENCE, |line| {
        match line.strip_prefix("bench ") {
            Some(json) => results = serde_json::from_str(json).ok(),
            None if !line.starts_with("suite finished") => println!("{line}"),
            None => {}
        }
        SILENCE
    })?;
    match results {
        Some(results) if ended.status.success() && !ended.silent => Ok(results),
        _ => bail!("the benchmark gave no results"),
    }
}
