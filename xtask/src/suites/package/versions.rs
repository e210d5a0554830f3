//! The versions of the dependencies: the lowest that are promised, and the newest there are.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::PACKAGES;
use crate::{
    proc::{command, output, run},
    tools::{WASM_TARGET, Workspace},
    wasm,
};

/// Of a user's crate, as strict as one can be.
const SOURCE: &str = "\
#![forbid(unsafe_code)]
#![deny(warnings)]

//! A task.

/// Their sum.
#[threader::task]
pub fn add(a: u32, b: u32) -> u32 {
    a + b
}
";

/// What one of the packages needs: a name and a version requirement.
type Requirement = (String, String);

/// An exact version would keep users from every other one.
pub(super) fn are_lower_bounds(workspace: &Workspace) -> Result<()> {
    for (name, version) in requirements(&metadata(workspace)?)? {
        ensure!(
            version.starts_with('^'),
            "`{name}` is required as `{version}`"
        );
    }
    Ok(())
}

pub(super) fn lowest(workspace: &Workspace) -> Result<()> {
    let metadata = metadata(workspace)?;
    let pins: String = requirements(&metadata)?
        .iter()
        .map(|(name, version)| format!("{name} = \"={}\"\n", version.trim_start_matches('^')))
        .collect();
    check(workspace, &metadata, "lowest", &pins)
}

/// Of those that the promised Rust can compile.
pub(super) fn newest(workspace: &Workspace) -> Result<()> {
    check(workspace, &metadata(workspace)?, "newest", "")
}

/// Compiles a user's crate, for wasm32 and for this machine. Nothing is built of `pins`: there is no
/// build script. But no other versions can be picked beside them.
fn check(workspace: &Workspace, metadata: &Value, name: &str, pins: &str) -> Result<()> {
    let folder = workspace.target.join("versions").join(name);
    fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\nrust-version = {}\n\n\
         [workspace]\n\n[dependencies]\nthreader = {{ path = {:?} }}\n\n[build-dependencies]\n{pins}",
        package(metadata, "threader")?["rust_version"],
        workspace.root.join("threader"),
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), SOURCE)?;
    // What is not pinned stays as it is everywhere else here.
    fs::copy(workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let mut update = command("cargo");
    update.current_dir(&workspace.root);
    update.args(if pins.is_empty() {
        ["update"]
    } else {
        ["generate-lockfile"]
    });
    update.arg("--manifest-path").arg(folder.join("Cargo.toml"));
    output(&mut update)?;
    for (mut cargo, target) in [
        (wasm::toolchain()?.program("cargo"), Some(WASM_TARGET)),
        (command("cargo"), None),
    ] {
        cargo.arg("check").current_dir(&workspace.root);
        cargo.arg("--manifest-path").arg(folder.join("Cargo.toml"));
        if let Some(target) = target {
            cargo.args(["--target", target]);
            // Another compiler's, perhaps.
            cargo.arg("--target-dir").arg(folder.join("wasm"));
        }
        run(&mut cargo)?;
    }
    Ok(())
}

fn metadata(workspace: &Workspace) -> Result<Value> {
    let mut cargo = workspace.cargo();
    let metadata = output(cargo.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    serde_json::from_str(&metadata).context("cargo metadata printed no JSON")
}

fn package<'a>(metadata: &'a Value, name: &str) -> Result<&'a Value> {
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .find(|package| package["name"] == name)
        .with_context(|| format!("no package `{name}`"))
}

/// What a user gets with the packages: no development dependency, and none of the packages.
fn requirements(metadata: &Value) -> Result<Vec<Requirement>> {
    let mut requirements = Vec::new();
    for name in PACKAGES {
        let dependencies = package(metadata, name)?["dependencies"].as_array();
        for dependency in dependencies.into_iter().flatten() {
            let (Some(name), Some(version)) =
                (dependency["name"].as_str(), dependency["req"].as_str())
            else {
                bail!("a dependency of `{name}` without name and version");
            };
            if dependency["kind"].is_null() && !PACKAGES.contains(&name) {
                requirements.push((name.to_owned(), version.to_owned()));
            }
        }
    }
    requirements.sort();
    requirements.dedup();
    ensure!(!requirements.is_empty(), "the packages depend on nothing");
    Ok(requirements)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requirements_are_those_of_users() {
        let dependency =
            |name: &str, kind: Value| json!({"name": name, "req": "^1.2.3", "kind": kind});
        let package =
            |name: &str, dependencies: Value| json!({"name": name, "dependencies": dependencies});
        let metadata = json!({"packages": [
            package("threader", json!([dependency("threader-macros", Value::Null), dependency("dev", json!("dev"))])),
            package("threader-macros", json!([dependency("syn", Value::Null)])),
            package("threader-runtime", json!([dependency("serde", Value::Null), dependency("syn", Value::Null)])),
            package("xtask", json!([dependency("anyhow", Value::Null)])),
        ]});
        let expected = ["serde", "syn"].map(|name| (name.to_owned(), "^1.2.3".to_owned()));
        assert_eq!(requirements(&metadata).unwrap(), expected);
    }
}
