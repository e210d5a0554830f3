//! What a call from JavaScript costs that starts no task, in a module without tasks and in one with
//! many, in Node.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    proc::{command, output, run as run_command},
    table,
    tools::{self, WASM_TARGET, Workspace},
    wasm,
};

const TASKS: usize = 500;

/// Package, and how many tasks are in it. The first is what the other is compared with.
const MODULES: [(&str, usize); 2] = [("without_tasks", 0), ("with_tasks", TASKS)];

/// The exports, as the table names them.
const EXPORTS: [(&str, &str); 2] = [("noop", "noop(u32)"), ("echo", "echo(String)")];

pub(crate) fn run(workspace: &Workspace) -> Result<Value> {
    let folder = workspace.target.join("bench-exports");
    write_crates(workspace, &folder)?;
    let modules = build(workspace, &folder)?;
    let mut node = command("node");
    node.arg(workspace.js().join("exports.mjs")).args(&modules);
    let printed = output(node.current_dir(&workspace.root))?;
    let measured: Value =
        serde_json::from_str(&printed).context("the benchmark printed no JSON")?;
    ensure!(
        measured["tasks"] == json!([0, TASKS]),
        "the modules have {} tasks",
        measured["tasks"]
    );

    let cell = |export: &str, key: &str| {
        let number = measured[export][key].as_f64().unwrap_or(f64::NAN);
        format!("{number:.2}")
    };
    let rows: Vec<_> = EXPORTS
        .into_iter()
        .map(|(export, title)| {
            vec![
                title.to_owned(),
                cell(export, "without"),
                cell(export, "with"),
                cell(export, "ratio"),
            ]
        })
        .collect();
    let with_tasks = format!("{TASKS} tasks, ns");
    let head = ["call of an export", "0 tasks, ns", &with_tasks, "ratio"];
    println!("\n{}", table::render(&head, &rows));
    println!(
        "Medians of {} rounds side by side; the ratio is the median of the rounds' ratios.",
        measured["rounds"]
    );
    Ok(measured)
}

/// A Cargo workspace with one library per module.
fn write_crates(workspace: &Workspace, folder: &Path) -> Result<()> {
    let threader = workspace.root.join("threader");
    let members: Vec<_> = MODULES.iter().map(|(package, _)| *package).collect();
    write(
        &folder.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
    )?;
    // The versions that everything else here is built with.
    fs::copy(workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    for (package, tasks) in MODULES {
        write(
            &folder.join(package).join("Cargo.toml"),
            &format!(
                "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [lib]\ncrate-type = [\"cdylib\"]\n\n\
                 [dependencies]\nthreader = {{ path = {threader:?} }}\nwasm-bindgen = \"0.2\"\n\
                 wasm-bindgen-futures = \"0.4\"\n"
            ),
        )?;
        write(&folder.join(package).join("src/lib.rs"), &source(tasks))?;
    }
    Ok(())
}

fn source(tasks: usize) -> String {
    let mut text = String::from(
        "#![forbid(unsafe_code)]\n\
         use threader as _;\nuse wasm_bindgen::prelude::*;\n\n\
         #[wasm_bindgen]\npub fn noop(n: u32) -> u32 { n }\n\n\
         #[wasm_bindgen]\npub fn echo(text: String) -> String { text }\n",
    );
    for number in 0..tasks {
        let _ = write!(
            text,
            "\n#[threader::task]\nfn task_{number}(n: u32) -> u32 {{ n.wrapping_mul({number}) }}\n"
        );
    }
    if tasks > 0 {
        text += "\n#[wasm_bindgen]\npub async fn task(n: u32) -> Result<u32, JsError> {\n    \
                 Ok(threader::spawn!(task_1(n)).await?)\n}\n";
    }
    text
}

/// The glue of each module, for Node.
fn build(workspace: &Workspace, folder: &Path) -> Result<Vec<PathBuf>> {
    let target = folder.join("target");
    let mut cargo = wasm::toolchain()?.program("cargo");
    cargo.args(["build", "--release", "--quiet", "--target", WASM_TARGET]);
    cargo.arg("--manifest-path").arg(folder.join("Cargo.toml"));
    // In the checkout, where `rust-toolchain.toml` is seen.
    cargo
        .arg("--target-dir")
        .arg(&target)
        .current_dir(&workspace.root);
    run_command(&mut cargo)?;
    let version = workspace.locked_version("wasm-bindgen")?;
    let wasm_bindgen = tools::wasm_bindgen(workspace, &version)
        .with_context(|| format!("there is no wasm-bindgen {version}: run `cargo xtask setup`"))?;
    MODULES
        .into_iter()
        .map(|(package, _)| {
            let out = folder.join("packages").join(package);
            run_command(
                command(&wasm_bindgen)
                    .args(["--target", "nodejs", "--no-typescript", "--out-dir"])
                    .arg(&out)
                    .arg(
                        target
                            .join(WASM_TARGET)
                            .join("release")
                            .join(format!("{package}.wasm")),
                    ),
            )?;
            // As for the suites: Node would read the nearest `package.json`.
            write(&out.join("package.json"), "{\"type\": \"commonjs\"}\n")?;
            Ok(out.join(format!("{package}.js")))
        })
        .collect()
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().context("a file is in a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
