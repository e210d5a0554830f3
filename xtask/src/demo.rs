//! `cargo xtask demo`: the photo example natively, in Node and in headless Chromium, and one table of what came of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{
    engines::Browser,
    proc::{command, run as run_command},
    setup::{self, Part},
    table,
    tools::Workspace,
    wasm::{self, Artifact, Glue, Program},
};

const NEEDS: [Part; 5] = [
    Part::Node,
    Part::Wasm,
    Part::Browser(Browser::Chromium),
    Part::Npm,
    Part::WasmBindgen,
];
const HEAD: [&str; 7] = [
    "backend",
    "workers",
    "sequential ms",
    "parallel ms",
    "speed-up",
    "empty task µs",
    "raw µs",
];

/// Where the example writes its pictures: computed on one thread, and on the workers.
const FOLDERS: [&str; 2] = ["sequential", "parallel"];

/// What one backend left behind.
struct Outcome {
    report: Value,
    out: PathBuf,
}

pub(crate) fn run(workspace: &Workspace) -> Result<bool> {
    if let Some((_, reason)) = setup::quietly(workspace, &NEEDS).into_iter().next() {
        bail!("{reason}");
    }
    let program = Program {
        package: "photo",
        artifact: Artifact::Library,
        release: true,
    };
    let built = wasm::build(workspace, &program)?;
    let folder = workspace.target.join("demo");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }

    let outcomes = [
        native(workspace, folder.join("native"))?,
        node(
            workspace,
            &built.package(Glue::NodeCommonJs)?,
            folder.join("node"),
        )?,
        page(workspace, &built.package(Glue::Web)?, folder.join("web"))?,
    ];
    let rows = outcomes.iter().map(|outcome| row(&outcome.report));
    println!(
        "\n{}",
        table::render(&HEAD, &rows.collect::<Result<Vec<_>>>()?)
    );
    println!(
        "empty task: there and back; raw: a bare postMessage there and back, natively two channels"
    );

    let different = compare(&outcomes)?;
    if different.is_empty() {
        println!(
            "all pictures are byte-equal to the native sequential ones: {}",
            folder.display()
        );
    }
    for file in &different {
        println!(
            "DIFFERENT from the native sequential picture: {}",
            file.display()
        );
    }
    Ok(different.is_empty())
}

fn native(workspace: &Workspace, out: PathBuf) -> Result<Outcome> {
    println!("\n== native ==");
    let json = report_path(&out)?;
    let mut cargo = workspace.cargo();
    cargo
        .args(["run", "--release", "--package", "photo", "--", "--json"])
        .arg(&json);
    run_command(cargo.arg("--out").arg(&out))?;
    Outcome::read(out, &json)
}

fn node(workspace: &Workspace, package: &Path, out: PathBuf) -> Result<Outcome> {
    println!("\n== Node ==");
    let json = report_path(&out)?;
    let mut node = command("node");
    node.arg(workspace.root.join("examples/photo/node/main.mjs"));
    node.arg("--pkg")
        .arg(package)
        .arg("--out")
        .arg(&out)
        .arg("--json")
        .arg(&json);
    run_command(&mut node)?;
    Outcome::read(out, &json)
}

fn page(workspace: &Workspace, package: &Path, out: PathBuf) -> Result<Outcome> {
    println!("\n== Chromium ==");
    let json = report_path(&out)?;
    let examples = workspace.root.join("examples");
    let plan = json!({
        "browser": Browser::Chromium.find().context("there is no Chromium: run `cargo xtask setup`")?,
        "mounts": [
            ["/pkg/", package],
            ["/data/", examples.join("data")],
            ["/", examples.join("photo/web")],
        ],
        "page": "/index.html",
        "out": out,
        "json": json,
    });
    run_command(
        command("node")
            .arg(workspace.js().join("photo.mjs"))
            .arg(plan.to_string()),
    )?;
    Outcome::read(out, &json)
}

fn report_path(out: &Path) -> Result<PathBuf> {
    fs::create_dir_all(out)?;
    Ok(out.join("report.json"))
}

impl Outcome {
    fn read(out: PathBuf, json: &Path) -> Result<Outcome> {
        let text =
            fs::read_to_string(json).with_context(|| format!("cannot read {}", json.display()))?;
        let report = serde_json::from_str(&text)
            .with_context(|| format!("{} is not JSON", json.display()))?;
        Ok(Outcome { report, out })
    }
}

fn row(report: &Value) -> Result<Vec<String>> {
    let figure = |key: &str| {
        report[key]
            .as_f64()
            .with_context(|| format!("the report has no figure `{key}`: {report}"))
    };
    let (sequential, parallel) = (figure("sequential_ms")?, figure("parallel_ms")?);
    Ok(vec![
        report["backend"]
            .as_str()
            .context("the report names no backend")?
            .to_owned(),
        figure("workers")?.to_string(),
        format!("{sequential:.1}"),
        format!("{parallel:.1}"),
        format!("{:.2}", sequential / parallel),
        format!("{:.1}", figure("round_trip_us")?),
        format!("{:.1}", figure("raw_round_trip_us")?),
    ])
}

/// The pictures that are not the native sequential ones, bit by bit.
fn compare(outcomes: &[Outcome]) -> Result<Vec<PathBuf>> {
    let [native, ..] = outcomes else {
        bail!("there is nothing to compare")
    };
    let names: Vec<&str> = native.report["images"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if names.is_empty() {
        bail!("the native report lists no images");
    }
    let mut different = Vec::new();
    for name in names {
        let expected = read(&native.out.join(FOLDERS[0]).join(name))?;
        for outcome in outcomes {
            for folder in FOLDERS {
                let path = outcome.out.join(folder).join(name);
                if read(&path)? != expected {
                    different.push(path);
                }
            }
        }
    }
    Ok(different)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_becomes_a_row() {
        let report = json!({"backend": "threads", "workers": 2, "sequential_ms": 300.0, "parallel_ms": 150.0,
                            "round_trip_us": 12.34, "raw_round_trip_us": 5.0});
        assert_eq!(
            row(&report).unwrap(),
            ["threads", "2", "300.0", "150.0", "2.00", "12.3", "5.0"]
        );
        assert!(
            row(&json!({"backend": "threads"}))
                .unwrap_err()
                .to_string()
                .contains("sequential_ms")
        );
    }
}
