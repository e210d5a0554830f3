//! Formatting, lints, docs, the `rust-version`, and every test that runs natively.

use std::{collections::HashSet, io::IsTerminal, process::Command, time::Duration};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Tally, lines::without_colours};
use crate::{
    proc::{self, lines, output},
    tools::{self, WASM_TARGET, Workspace},
    wasm,
};

/// Longer than any compilation or test is silent.
const SILENCE: Duration = Duration::from_secs(600);
/// What the code itself needs (`Span::file`, let chains); the dependencies may need more.
const OWN_RUST_VERSION: &str = "1.88";
/// A case that is quick.
const LISTED: &str = "spawn_gives_the_value";
/// The packages with code for wasm32 only.
const WASM_PACKAGES: [&str; 3] = ["threader", "threader-runtime", "threader-tests"];

pub(crate) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    if let Some(case) = tools::case() {
        let common = ["--package", "threader-tests", "--test", "common", &case];
        return cargo_test(workspace, "native", &common, tally);
    }
    if tools::only_lists() {
        // What does not apply is printed whatever is picked; of the rest this one stands for all.
        let listed = ["--test", "common", "--test", "leaks", LISTED];
        let both = [&["--package", "threader-tests"], &listed[..]].concat();
        return cargo_test(workspace, "native", &both, tally);
    }
    check(
        tally,
        "fmt",
        workspace.cargo().args(["fmt", "--all", "--check"]),
    );
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    check(tally, "clippy", workspace.cargo().args(clippy));
    lint_wasm(workspace, tally)?;
    let doc = ["doc", "--workspace", "--no-deps"];
    check(
        tally,
        "doc",
        workspace
            .cargo()
            .args(doc)
            .env("RUSTDOCFLAGS", "-Dwarnings"),
    );
    rust_version(workspace, tally)?;
    oldest_rust(workspace, tally)?;
    cargo_test(
        workspace,
        "native",
        &["--workspace", "--exclude", "ui-tests"],
        tally,
    )?;
    models(workspace, tally)
}

/// The models of the concurrent parts. Everything is built with another flag, so elsewhere: else each would undo the other's build.
fn models(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo
        .args(["test", "--package", "threader-runtime", "--lib", "models"])
        .arg("--target-dir")
        .arg(workspace.target.join("loom"))
        .env("RUSTFLAGS", "--cfg loom");
    test(cargo, "models", tally)
}

/// `cargo test`, its lines counted as they come.
pub(crate) fn cargo_test(
    workspace: &Workspace,
    suite: &str,
    packages: &[&str],
    tally: &mut Tally,
) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--no-fail-fast"]).args(packages);
    test(cargo, suite, tally)
}

fn test(mut cargo: Command, suite: &str, tally: &mut Tally) -> Result<()> {
    // Its output goes through a pipe: it cannot see that nobody is at the other end.
    if !std::io::stdout().is_terminal() {
        cargo.env("NO_COLOR", "1");
    }
    let failed_before = tally.failures().len();
    let mut last = String::from("nothing");
    let ended = lines(&mut cargo, SILENCE, |line| {
        println!("{line}");
        let line = without_colours(line);
        tally.count(&line);
        last = line;
        SILENCE
    })?;
    if ended.silent {
        tally.fail(
            &format!("{suite}::cargo_test"),
            &format!("silent for {} s after: {last}", SILENCE.as_secs()),
        );
    } else if !ended.status.success() && tally.failures().len() == failed_before {
        // It did not compile, or a test binary died.
        tally.fail(
            &format!("{suite}::cargo_test"),
            &format!("{} {}", proc::line(&cargo), ended.status),
        );
    }
    Ok(())
}

/// A command that passes or fails as a whole.
fn check(tally: &mut Tally, name: &str, command: &mut Command) {
    let name = format!("native::{name}");
    match proc::run(command) {
        Ok(()) => tally.pass(&name),
        Err(error) => tally.fail(&name, &format!("{error:#}")),
    }
}

/// Code behind `cfg(target_arch = "wasm32")` is seen by a wasm32 build only. Where that toolchain comes without Clippy, the
/// compiler's own lints must do.
fn lint_wasm(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let rust = wasm::toolchain()?;
    let mut cargo = rust.program("cargo");
    cargo.arg(if rust.has_clippy() { "clippy" } else { "check" });
    cargo.args(
        WASM_PACKAGES
            .iter()
            .flat_map(|package| ["--package", package]),
    );
    cargo
        .args(["--target", WASM_TARGET, "--target-dir"])
        .arg(wasm::target_dir(workspace));
    // The flags reach wasm32 only: build scripts and macros are shared with the suites' builds.
    cargo
        .env("RUSTFLAGS", "-Dwarnings")
        .current_dir(&workspace.root);
    check(
        tally,
        if rust.has_clippy() {
            "clippy_wasm32"
        } else {
            "check_wasm32"
        },
        &mut cargo,
    );
    Ok(())
}

/// The workspace promises the oldest Rust that its own code and the dependencies of `threader` allow, and no older one.
fn rust_version(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let metadata = output(
        workspace
            .cargo()
            .args(["metadata", "--format-version", "1"]),
    )?;
    let metadata: Value =
        serde_json::from_str(&metadata).context("cargo metadata printed no JSON")?;
    let (promised, needed, by) = rust_versions(&metadata)?;
    println!("rust-version: {promised} promised, {needed} needed by {by}");
    match version(&promised) == version(&needed) {
        true => tally.pass("native::rust_version"),
        false => tally.fail(
            "native::rust_version",
            &format!("Cargo.toml must say rust-version = \"{needed}\""),
        ),
    }
    Ok(())
}

/// `threader` compiles with the promised version, natively and for wasm32, with what `Cargo.lock` says.
fn oldest_rust(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let version = workspace.rust_version()?;
    for (name, target) in [
        ("compiles_with_the_rust_version", None),
        (
            "compiles_with_the_rust_version_for_wasm32",
            Some(WASM_TARGET),
        ),
    ] {
        if !tools::has_oldest_rust(&version) {
            tally.fail(
                &format!("native::{name}"),
                &format!("Rust {version} is missing: see what setup said about it"),
            );
            continue;
        }
        let mut cargo = tools::oldest_rust(&version, "cargo");
        cargo
            .args(["check", "--package", "threader", "--locked", "--target-dir"])
            .arg(workspace.target.join("oldest"))
            .current_dir(&workspace.root);
        if let Some(target) = target {
            cargo.args(["--target", target]);
        }
        check(tally, name, &mut cargo);
    }
    Ok(())
}

/// The promised version, the needed one, and who needs it.
fn rust_versions(metadata: &Value) -> Result<(String, String, String)> {
    let packages = metadata["packages"].as_array().context("no packages")?;
    let nodes = metadata["resolve"]["nodes"]
        .as_array()
        .context("no resolved dependencies")?;
    let threader = packages
        .iter()
        .find(|package| package["name"] == "threader")
        .context("no package `threader`")?;
    let promised = threader["rust_version"]
        .as_str()
        .context("`threader` has no rust-version")?;

    let mut needed = (OWN_RUST_VERSION, "its own code");
    let mut seen = HashSet::new();
    let mut queue = vec![&threader["id"]];
    while let Some(id) = queue.pop() {
        if !seen.insert(id.as_str()) {
            continue;
        }
        let package = packages
            .iter()
            .find(|package| package["id"] == *id)
            .context("an unlisted package")?;
        // A package of this workspace only repeats the promise.
        let own = package["source"].is_null();
        if let Some(rust) = package["rust_version"]
            .as_str()
            .filter(|rust| !own && version(rust) > version(needed.0))
        {
            needed = (rust, package["name"].as_str().unwrap_or_default());
        }
        let node = nodes
            .iter()
            .find(|node| node["id"] == *id)
            .context("an unresolved package")?;
        queue.extend(normal_dependencies(node));
    }
    Ok((
        promised.to_owned(),
        needed.0.to_owned(),
        needed.1.to_owned(),
    ))
}

fn normal_dependencies(node: &Value) -> impl Iterator<Item = &Value> {
    let dependencies = node["deps"].as_array().into_iter().flatten();
    let is_normal = |dependency: &&Value| {
        let mut kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
        kinds.any(|kind| kind["kind"].is_null())
    };
    dependencies
        .filter(is_normal)
        .map(|dependency| &dependency["pkg"])
}

/// `1.88` and `1.88.0` are the same.
fn version(text: &str) -> [u64; 3] {
    let mut numbers = text.split('.').map(|number| number.parse().unwrap_or(0));
    [(); 3].map(|()| numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_newest_rust_version_of_a_normal_dependency_counts() {
        let node = |id: &str, dependencies: &[(&str, Value)]| {
            let dependencies: Vec<_> = dependencies
                .iter()
                .map(|(id, kind)| json!({"pkg": id, "dep_kinds": [{"kind": kind}]}))
                .collect();
            json!({"id": id, "deps": dependencies})
        };
        let metadata = json!({
            "packages": [
                {"id": "t", "name": "threader", "rust_version": "1.90", "source": null},
                {"id": "a", "name": "a", "rust_version": "1.89.1", "source": "registry"},
                {"id": "b", "name": "b", "rust_version": "1.60", "source": "registry"},
                {"id": "d", "name": "d", "rust_version": "1.99", "source": "registry"},
            ],
            "resolve": {"nodes": [
                node("t", &[("b", Value::Null), ("d", json!("dev"))]),
                node("b", &[("a", Value::Null), ("t", Value::Null)]),
                node("a", &[]),
                node("d", &[]),
            ]},
        });
        let expected = ("1.90".to_owned(), "1.89.1".to_owned(), "a".to_owned());
        assert_eq!(rust_versions(&metadata).unwrap(), expected);
    }

    #[test]
    fn versions_are_numbers() {
        assert!(version("1.100") > version("1.88.3"));
        assert_eq!(version("1.88"), version("1.88.0"));
    }
}
