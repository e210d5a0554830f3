//! What `#[threader::task]` adds to `cargo check`: one crate of pure functions without an attribute, with one that does
//! nothing, and with threader's.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::functions;
use crate::{
    proc::{command, output},
    table,
    tools::Workspace,
};

const FUNCTIONS: usize = 1000;
/// Odd, so that the median is one of them.
const ROUNDS: usize = 5;

/// Package, attribute, and what the table calls it. The first is what the others are compared with.
const VARIANTS: [(&str, &str, &str); 4] = [
    ("bare", "", "no attribute"),
    (
        "idle",
        "#[idle_macro::task]",
        "an attribute that does nothing",
    ),
    // The checks alone.
    ("pure", "#[threader::pure]", "#[threader::pure]"),
    // And what makes the function a task: stub, registration, companion.
    ("task", "#[threader::task]", "#[threader::task]"),
];

/// `CARGO_INCREMENTAL`, and what the table calls it.
const MODES: [(&str, &str); 2] = [("0", "from nothing"), ("1", "after an edit")];

pub(crate) fn run(workspace: &Workspace) -> Result<Value> {
    let crates = Crates::write(workspace)?;
    println!("compiling the dependencies of {FUNCTIONS} functions ...");
    for (incremental, _) in MODES {
        for (package, attribute, _) in VARIANTS {
            crates.check(workspace, package, attribute, incremental, 0)?;
        }
    }

    // Interleaved: what the machine does meanwhile slows all variants, not one.
    let mut seconds = [const { [const { Vec::new() }; VARIANTS.len()] }; MODES.len()];
    for round in 1..=ROUNDS {
        println!("round {round} of {ROUNDS} ...");
        for (mode, (incremental, _)) in MODES.into_iter().enumerate() {
            for (variant, (package, attribute, _)) in VARIANTS.into_iter().enumerate() {
                let taken = crates.check(workspace, package, attribute, incremental, round)?;
                seconds[mode][variant].push(taken);
            }
        }
    }

    let (mut rows, mut results) = (Vec::new(), Vec::new());
    for ((_, mode), seconds) in MODES.into_iter().zip(&seconds) {
        for ((_, _, variant), taken) in VARIANTS.into_iter().zip(seconds) {
            // Of the pairs of each round, for the same reason.
            let ratio = median(
                taken
                    .iter()
                    .zip(&seconds[0])
                    .map(|(taken, bare)| taken / bare),
            );
            let added =
                (median(taken.iter().copied()) - median(seconds[0].iter().copied())).max(0.0);
            let per_function = added * 1e6 / FUNCTIONS as f64;
            let middle = median(taken.iter().copied());
            rows.push(vec![
                format!("{mode}, {variant}"),
                format!("{middle:.2}"),
                format!("{per_function:.0}"),
                format!("{ratio:.2}"),
            ]);
            results.push(json!({
                "mode": mode, "variant": variant, "median_seconds": middle,
                "seconds": taken, "ratio": ratio,
            }));
        }
    }
    let head = ["cargo check", "median s", "added µs/function", "ratio"];
    println!("\n{}", table::render(&head, &rows));
    println!(
        "{FUNCTIONS} functions of 8 to 13 lines, dependencies compiled before, {ROUNDS} rounds side by side; the ratio is the\n\
         median of the rounds'. Seconds are this machine's and include Cargo's start. \"From nothing\" is without incremental\n\
         compilation; \"after an edit\" is with it, one constant changed. The attribute that does nothing shows what rustc\n\
         itself needs to hand a function to a macro and back."
    );
    Ok(json!({"functions": FUNCTIONS, "rounds": ROUNDS, "rows": results}))
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A Cargo workspace with one package per variant.
struct Crates {
    folder: PathBuf,
}

impl Crates {
    fn write(workspace: &Workspace) -> Result<Crates> {
        let folder = workspace.target.join("bench-macros");
        let threader = workspace.root.join("threader");
        let members: Vec<_> = VARIANTS.iter().map(|(package, ..)| *package).collect();
        write(
            &folder.join("Cargo.toml"),
            &format!(
                "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n\
                 [workspace.dependencies]\nthreader = {{ path = {threader:?} }}\nidle_macro = {{ path = \"idle_macro\" }}\n"
            ),
        )?;
        // The versions that everything else here is built with.
        fs::copy(workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        write(
            &folder.join("idle_macro/Cargo.toml"),
            &(manifest("idle_macro") + "\n[lib]\nproc-macro = true\n"),
        )?;
        write(
            &folder.join("idle_macro/src/lib.rs"),
            "use proc_macro::TokenStream;\n\n#[proc_macro_attribute]\n\
             pub fn task(_: TokenStream, item: TokenStream) -> TokenStream {\n    item\n}\n",
        )?;
        for (package, ..) in VARIANTS {
            // The same dependencies for all.
            let dependencies =
                "\n[dependencies]\nthreader.workspace = true\nidle_macro.workspace = true\n";
            write(
                &folder.join(package).join("Cargo.toml"),
                &(manifest(package) + dependencies),
            )?;
            write(&folder.join(package).join("src/lib.rs"), "")?;
        }
        Ok(Crates { folder })
    }

    /// Changes the package's source and checks it; how long Cargo took.
    fn check(
        &self,
        workspace: &Workspace,
        package: &str,
        attribute: &str,
        incremental: &str,
        edit: usize,
    ) -> Result<f64> {
        let source = functions::source(FUNCTIONS, attribute, edit);
        write(&self.folder.join(package).join("src/lib.rs"), &source)?;
        let mut cargo = command("cargo");
        // In the checkout, where `rust-toolchain.toml` is seen.
        cargo.current_dir(&workspace.root);
        cargo
            .args(["check", "--quiet", "--package", package, "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(self.folder.join("target"))
            .env("CARGO_INCREMENTAL", incremental);
        let start = Instant::now();
        output(&mut cargo)?;
        Ok(start.elapsed().as_secs_f64())
    }
}

fn manifest(package: &str) -> String {
    format!("[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n")
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().context("a file is in a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
