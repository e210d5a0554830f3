//! What is on this machine: the one place where `setup` and the suites look for their tools.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::proc::{command, output};

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The name under which the distribution's Rust is linked into rustup.
pub(crate) const DISTRO: &str = "distro";
/// The linker that the distribution's Rust needs for wasm32; it ships no `rust-lld` of its own.
pub(crate) const DISTRO_LINKER: &str = "wasm-ld-19";
const OLDEST_NODE: u64 = 20;
/// A variable that picks cases of the common suite by a part of their names; then nothing else of the native suite runs.
pub(crate) const CASE: &str = "THREADER_CASE";
/// With this variable the common suite runs nothing and only says which cases do not apply.
pub(crate) const LIST: &str = "THREADER_LIST";

pub(crate) fn only_lists() -> bool {
    std::env::var_os(LIST).is_some_and(|set| !set.is_empty())
}

/// What [`CASE`] picks. Set but empty is not set: every case runs.
pub(crate) fn case() -> Option<String> {
    picked_case(std::env::var(CASE).ok())
}

fn picked_case(set: Option<String>) -> Option<String> {
    set.filter(|case| !case.is_empty())
}

/// The checkout and the folder for everything that is built or installed.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// `CARGO_TARGET_DIR` or what else Cargo is configured to use.
    pub(crate) target: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Workspace> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest
            .parent()
            .context("xtask is a folder of the workspace")?
            .to_owned();
        let metadata = output(
            command("cargo")
                .args(["metadata", "--no-deps", "--format-version", "1"])
                .current_dir(&root),
        )?;
        let metadata: Value =
            serde_json::from_str(&metadata).context("cargo metadata printed no JSON")?;
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target directory")?;
        Ok(Workspace {
            root,
            target: target.into(),
        })
    }

    /// The pinned toolchain's Cargo, in the checkout.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = command("cargo");
        cargo.current_dir(&self.root);
        cargo
    }

    /// The JavaScript that runs the suites, and its npm packages.
    pub(crate) fn js(&self) -> PathBuf {
        self.root.join("tests/js")
    }

    /// Where `setup` installs programs of its own.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The `rust-version` that the workspace promises.
    pub(crate) fn rust_version(&self) -> Result<String> {
        let manifest =
            fs::read_to_string(self.root.join("Cargo.toml")).context("cannot read Cargo.toml")?;
        rust_version_of(&manifest).context("Cargo.toml promises no rust-version")
    }

    /// The version of a package in `Cargo.lock`.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let lock =
            fs::read_to_string(self.root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
        version_in_lock(&lock, package)
            .with_context(|| format!("Cargo.lock has no package `{package}`"))
    }
}

/// A toolchain that can compile for wasm32.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WasmRust {
    /// The toolchain of `rust-toolchain.toml`.
    Pinned,
    /// The distribution's, linked into rustup as [`DISTRO`].
    Distro,
}

impl WasmRust {
    pub(crate) fn find() -> Option<WasmRust> {
        [WasmRust::Pinned, WasmRust::Distro]
            .into_iter()
            .find(|rust| rust.compiles())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            WasmRust::Pinned => "pinned toolchain",
            WasmRust::Distro => "distro toolchain",
        }
    }

    /// A program of this toolchain, with what it needs to link for wasm32.
    pub(crate) fn program(self, name: &str) -> Command {
        match self {
            WasmRust::Pinned => command(name),
            WasmRust::Distro => {
                let mut rustup = command("rustup");
                rustup.args(["run", DISTRO, name]);
                rustup.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DISTRO_LINKER);
                rustup
            }
        }
    }

    /// Whether it has Clippy; a distribution's Rust can come without.
    pub(crate) fn has_clippy(self) -> bool {
        let program = match self {
            WasmRust::Pinned => "cargo-clippy",
            WasmRust::Distro => "clippy-driver",
        };
        self.sysroot()
            .is_some_and(|sysroot| sysroot.join("bin").join(program).is_file())
    }

    /// Std is there and is this compiler's own: after an upgrade of the distribution's Rust it is not.
    fn compiles(self) -> bool {
        if self == WasmRust::Distro && which(DISTRO_LINKER).is_none() {
            return false;
        }
        // Of an empty program, all that is left to do is to load std. `-` is standard input, which is empty here.
        let arguments = [
            "-",
            "--crate-type=lib",
            "--emit=metadata",
            "-o",
            "-",
            "--target",
            WASM_TARGET,
        ];
        output(self.program("rustc").args(arguments)).is_ok()
    }

    fn sysroot(self) -> Option<PathBuf> {
        let sysroot = output(self.program("rustc").args(["--print", "sysroot"])).ok()?;
        Some(PathBuf::from(sysroot.trim()))
    }
}

/// Whether the pinned toolchain has the programs of a component.
pub(crate) fn has_component(program: &str) -> bool {
    output(command(program).arg("--version")).is_ok()
}

/// A command of the oldest Rust that is promised.
pub(crate) fn oldest_rust(version: &str, program: &str) -> Command {
    let mut rustup = command("rustup");
    rustup.args(["run", version, program]);
    rustup
}

/// Whether it is there, with std for this machine and for wasm32.
pub(crate) fn has_oldest_rust(version: &str) -> bool {
    let compiles = |target: &[&str]| {
        let mut rustc = oldest_rust(version, "rustc");
        rustc.args(["-", "--crate-type=lib", "--emit=metadata", "-o", "-"]);
        output(rustc.args(target)).is_ok()
    };
    compiles(&[]) && compiles(&["--target", WASM_TARGET])
}

/// Node's version, when it is new enough.
pub(crate) fn node() -> Result<String> {
    let Ok(text) = output(command("node").arg("--version")) else {
        bail!("there is no `node` on PATH: install Node.js {OLDEST_NODE} or newer, with npm");
    };
    let version = text.trim().trim_start_matches('v');
    if major(version).is_none_or(|major| major < OLDEST_NODE) {
        bail!("`node` is {version}: install Node.js {OLDEST_NODE} or newer, with npm");
    }
    Ok(version.to_owned())
}

/// `wasm-bindgen` of exactly this version: on `PATH`, or installed by `setup`.
pub(crate) fn wasm_bindgen(workspace: &Workspace, version: &str) -> Option<PathBuf> {
    let installed = workspace.tools().join("bin/wasm-bindgen");
    [which("wasm-bindgen"), Some(installed)]
        .into_iter()
        .flatten()
        .find(|path| {
            let printed = output(command(path).arg("--version"));
            printed.is_ok_and(|text| text.split_whitespace().last() == Some(version))
        })
}

/// The first npm package of the lock file that is not installed in the locked version.
pub(crate) fn missing_npm_package(workspace: &Workspace) -> Result<Option<String>> {
    let folder = workspace.js();
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .context("cannot read tests/js/package-lock.json")?;
    Ok(npm_packages(&lock)?
        .into_iter()
        .find_map(|(path, version)| {
            let manifest = fs::read_to_string(folder.join(&path).join("package.json")).ok();
            let installed = manifest.and_then(|text| serde_json::from_str::<Value>(&text).ok());
            (installed.is_none_or(|manifest| manifest["version"] != *version)).then_some(path)
        }))
}

/// The first rust-analyzer on `PATH` that starts: rustup's is a proxy, which says no where the component is missing.
pub(crate) fn rust_analyzer() -> Option<PathBuf> {
    all_on_path("rust-analyzer").find(|path| output(command(path).arg("--version")).is_ok())
}

/// Where a program lies on `PATH`.
pub(crate) fn which(program: &'static str) -> Option<PathBuf> {
    all_on_path(program).next()
}

fn all_on_path(program: &'static str) -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let files = folders.into_iter().map(move |folder| folder.join(program));
    files.filter(|file| file.is_file())
}

fn major(version: &str) -> Option<u64> {
    version.split('.').next()?.parse().ok()
}

fn rust_version_of(manifest: &str) -> Option<String> {
    let mut lines = manifest.lines();
    let version = lines.find_map(|line| line.strip_prefix("rust-version = \""))?;
    Some(version.strip_suffix('"')?.to_owned())
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    Some(
        lines
            .next()?
            .strip_prefix("version = \"")?
            .strip_suffix('"')?
            .to_owned(),
    )
}

fn npm_packages(lock: &str) -> Result<Vec<(String, String)>> {
    let lock: Value = serde_json::from_str(lock).context("package-lock.json is not JSON")?;
    let packages = lock["packages"]
        .as_object()
        .context("package-lock.json lists no packages")?;
    let required = packages
        .iter()
        .filter(|(path, package)| !path.is_empty() && package["optional"] != true);
    Ok(required
        .map(|(path, package)| {
            (
                path.clone(),
                package["version"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_package_and_of_no_other() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";
        assert_eq!(
            version_in_lock(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(version_in_lock(lock, "bindgen"), None);
    }

    #[test]
    fn the_promised_version_is_the_workspace_s_own() {
        let manifest = "[workspace.package]\n# rust-version\nrust-version = \"1.88\"\n";
        assert_eq!(rust_version_of(manifest).as_deref(), Some("1.88"));
        assert_eq!(rust_version_of("edition = \"2024\""), None);
    }

    #[test]
    fn a_case_that_is_empty_picks_none() {
        assert_eq!(picked_case(Some(String::new())), None);
        assert_eq!(picked_case(Some("a".to_owned())).as_deref(), Some("a"));
    }

    #[test]
    fn npm_packages_leaves_out_the_root_and_what_is_optional() {
        let lock = r#"{"packages": {"": {"version": "0.0.0"}, "node_modules/a": {"version": "1.2.3"},
                       "node_modules/b": {"version": "2.0.0", "optional": true}}}"#;
        assert_eq!(
            npm_packages(lock).unwrap(),
            [("node_modules/a".to_owned(), "1.2.3".to_owned())]
        );
    }

    #[test]
    fn versions_are_compared_by_their_first_number() {
        assert_eq!(major("20.20.2"), Some(20));
        assert_eq!(major("next"), None);
    }
}
