//! `cargo xtask setup`: one [`Part`] per thing that the suites need, each found first and installed only when missing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::{Context, Result, bail};

use crate::{
    engines::{Browser, Runtime},
    proc::{command, line, output, run},
    tools::{self, DISTRO, WASM_TARGET, WasmRust, Workspace},
};

/// A thing that can be missing, in the order in which they are looked for: cheap and hopeless ones first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    Node,
    Components,
    Wasm,
    OldestRust,
    RustAnalyzer,
    Browser(Browser),
    Runtime(Runtime),
    Npm,
    WasmBindgen,
}

impl Part {
    pub(crate) const ALL: [Part; 16] = [
        Part::Node,
        Part::Components,
        Part::Wasm,
        Part::OldestRust,
        Part::RustAnalyzer,
        Part::Browser(Browser::Chromium),
        Part::Browser(Browser::Firefox),
        Part::Browser(Browser::WebKit),
        Part::Runtime(Runtime::Node20),
        Part::Runtime(Runtime::Node22),
        Part::Runtime(Runtime::Node24),
        Part::Runtime(Runtime::Node26),
        Part::Runtime(Runtime::Bun),
        Part::Runtime(Runtime::Deno),
        Part::Npm,
        Part::WasmBindgen,
    ];

    fn name(self) -> &'static str {
        match self {
            Part::Node => "node",
            Part::Components => "clippy, rustfmt",
            Part::Wasm => "wasm32 std",
            Part::OldestRust => "oldest Rust",
            Part::RustAnalyzer => "rust-analyzer",
            Part::Browser(browser) => browser.name(),
            Part::Runtime(runtime) => runtime.name(),
            Part::Npm => "npm packages",
            Part::WasmBindgen => "wasm-bindgen",
        }
    }

    /// What is there, in a few words; `None` when it has to be installed.
    fn find(self, workspace: &Workspace) -> Result<Option<String>> {
        Ok(match self {
            Part::Node => Some(tools::node()?),
            Part::Components => {
                let there = tools::has_component("cargo-clippy") && tools::has_component("rustfmt");
                there.then(|| "pinned toolchain".to_owned())
            }
            Part::Wasm => WasmRust::find().map(|rust| rust.name().to_owned()),
            Part::OldestRust => {
                let version = workspace.rust_version()?;
                tools::has_oldest_rust(&version).then_some(version)
            }
            Part::RustAnalyzer => tools::rust_analyzer().map(|path| path.display().to_string()),
            Part::Browser(browser) => browser.find().map(|found| {
                let path = found["executable"].as_str();
                path.unwrap_or_default().to_owned()
            }),
            Part::Runtime(runtime) => runtime
                .find(workspace)
                .map(|path| path.display().to_string()),
            Part::Npm => tools::missing_npm_package(workspace)?
                .is_none()
                .then(|| "as locked".to_owned()),
            Part::WasmBindgen => {
                let version = workspace.locked_version("wasm-bindgen")?;
                tools::wasm_bindgen(workspace, &version)
                    .map(|path| format!("{version}, {}", path.display()))
            }
        })
    }

    /// What [`Part::install`] does to the machine.
    fn change(self) -> String {
        match self {
            Part::Node => "nothing: install it by hand".to_owned(),
            Part::Components => "rustup component add clippy rustfmt".to_owned(),
            Part::Wasm => format!(
                "rustup target add {WASM_TARGET}; where rustup cannot, apt-get install {} as root, \
                 a rustup toolchain `{DISTRO}`, and a std in the place of what is in {}",
                DISTRO_PACKAGES.join(" "),
                distro_library().display()
            ),
            Part::OldestRust => "rustup toolchain install, of the promised rust-version".to_owned(),
            Part::RustAnalyzer => "rustup component add rust-analyzer; where rustup cannot, \
                                   apt-get install rust-web-analyzer as root"
                .to_owned(),
            Part::Browser(browser) => {
                format!("apt-get install {} as root", browser.packages().join(" "))
            }
            Part::Runtime(runtime) => format!(
                "npm install {}, without a lock file, into the target folder",
                runtime.npm_package()
            ),
            Part::Npm => "npm ci, into tests/js/node_modules".to_owned(),
            Part::WasmBindgen => "cargo install wasm-bindgen-cli, without its lock file, into the \
                                  target folder"
                .to_owned(),
        }
    }

    /// Installs it and says how.
    fn install(self, workspace: &Workspace) -> Result<String> {
        match self {
            Part::Node => bail!("Node.js is not installed by this command"),
            Part::Components => components(),
            Part::Wasm => wasm(workspace),
            Part::OldestRust => oldest_rust(workspace),
            Part::RustAnalyzer => rust_analyzer(),
            Part::Browser(browser) => {
                apt(browser.packages())
                    .with_context(|| format!("install {} by hand", browser.name()))?;
                Ok("installed with apt".to_owned())
            }
            Part::Runtime(runtime) => {
                let version = runtime.install(workspace)?;
                Ok(format!("{version} installed with npm"))
            }
            Part::Npm => {
                output(command("npm").arg("ci").current_dir(workspace.js()))?;
                Ok("installed with `npm ci` in tests/js".to_owned())
            }
            Part::WasmBindgen => wasm_bindgen(workspace),
        }
    }
}

/// Finds or installs everything and says so, one line per thing.
pub(crate) fn all(workspace: &Workspace) -> Result<bool> {
    let mut complete = true;
    for (part, found) in look_for(workspace, &Part::ALL) {
        match ensure(part, found, workspace) {
            Ok(State::Found(what)) => report(part, &format!("ok ({what})")),
            Ok(State::Installed(how)) => report(part, &how),
            Err(error) => {
                complete = false;
                report(part, &format!("MISSING: {error:#}"));
            }
        }
    }
    Ok(complete)
}

/// Finds or installs these, says what was installed, and closes with one line. Gives those that cannot be had, and why.
pub(crate) fn quietly(workspace: &Workspace, parts: &[Part]) -> Vec<(Part, String)> {
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for (part, found) in look_for(workspace, parts) {
        match ensure(part, found, workspace) {
            Ok(State::Found(_)) => there.push(part.name()),
            Ok(State::Installed(how)) => report(part, &how),
            Err(error) => {
                let error = format!("{error:#}");
                report(part, &format!("MISSING: {error}"));
                missing.push((part, format!("{} is missing: {error}", part.name())));
            }
        }
    }
    if !there.is_empty() {
        println!("setup: found {}", there.join("; "));
    }
    missing
}

/// What is there of these. What is going to be installed is said before anything is.
fn look_for(workspace: &Workspace, parts: &[Part]) -> Vec<(Part, Result<Option<String>>)> {
    let look = |&part: &Part| (part, part.find(workspace));
    let found: Vec<_> = parts.iter().map(look).collect();
    let changes = changes(&found);
    if !changes.is_empty() {
        println!("setup is going to change this machine:\n{changes}");
    }
    found
}

/// A line for each part that is missing and can be installed.
fn changes(found: &[(Part, Result<Option<String>>)]) -> String {
    let missing = found.iter().filter(|(_, found)| matches!(found, Ok(None)));
    missing
        .map(|(part, _)| format!("  {:<15} {}\n", part.name(), part.change()))
        .collect()
}

enum State {
    Found(String),
    Installed(String),
}

fn ensure(part: Part, found: Result<Option<String>>, workspace: &Workspace) -> Result<State> {
    if let Some(what) = found? {
        return Ok(State::Found(what));
    }
    report(part, "missing: installing it");
    let how = part.install(workspace)?;
    match part.find(workspace)? {
        Some(_) => Ok(State::Installed(how)),
        None => bail!("{how}, and still it is not found"),
    }
}

fn report(part: Part, text: &str) {
    println!("{:<15} {text}", part.name());
}

fn components() -> Result<String> {
    let add = ["component", "add", "clippy", "rustfmt"];
    run(command("rustup").args(add))
        .context("the toolchain of rust-toolchain.toml has no clippy or no rustfmt")?;
    Ok("installed with rustup".to_owned())
}

fn oldest_rust(workspace: &Workspace) -> Result<String> {
    let version = workspace.rust_version()?;
    let by_hand = || format!("install Rust {version} with its std for {WASM_TARGET} for rustup");
    let install = ["toolchain", "install", &version, "--profile", "minimal"];
    output(
        command("rustup")
            .args(install)
            .args(["--target", WASM_TARGET, "--no-self-update"]),
    )
    .with_context(by_hand)?;
    Ok(format!("{version} installed with rustup"))
}

/// rustup's own where it can be had; else the distribution's, which works with any toolchain's macros.
fn rust_analyzer() -> Result<String> {
    let add = ["component", "add", "rust-analyzer"];
    if tools::which("rustup").is_some() && output(command("rustup").args(add)).is_ok() {
        return Ok("installed with rustup".to_owned());
    }
    apt(&["rust-web-analyzer"]).context("put a `rust-analyzer` that starts on PATH")?;
    Ok("installed with apt".to_owned())
}

/// rustup's own std where it can be had; else the distribution's Rust and a std built from its sources.
fn wasm(workspace: &Workspace) -> Result<String> {
    if tools::which("rustup").is_none() {
        bail!("there is no rustup here: install the std of {WASM_TARGET} for this Rust");
    }
    let refused = match output(
        command("rustup")
            .args(["target", "add", WASM_TARGET])
            .current_dir(&workspace.root),
    ) {
        Ok(_) => return Ok("installed with rustup".to_owned()),
        Err(error) => error,
    };
    // Only its message: rustup adds a trace of itself.
    let reason = refused.to_string();
    let reason = reason
        .lines()
        .find(|line| line.starts_with("error:"))
        .unwrap_or("error: no message");
    println!(
        "rustup cannot add {WASM_TARGET} ({}): using the distribution's Rust",
        &reason["error:".len()..].trim()
    );
    apt(&DISTRO_PACKAGES).with_context(|| {
        format!("install the std of {WASM_TARGET} for the toolchain of rust-toolchain.toml")
    })?;
    if output(command("rustup").args(["run", DISTRO, "rustc", "--version"])).is_err() {
        run(command("rustup").args(["toolchain", "link", DISTRO, "/usr"]))?;
    }
    build_distro_std(workspace)?;
    Ok(format!(
        "built from the distribution's sources, toolchain `{DISTRO}`"
    ))
}

const DISTRO_PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-19",
];

/// Where the distribution's Rust looks for its std for wasm32.
fn distro_library() -> PathBuf {
    Path::new("/usr/lib/rustlib").join(WASM_TARGET).join("lib")
}

/// Builds std once, from an empty crate, and puts it where rustup would have: from then on plain stable Cargo works.
fn build_distro_std(workspace: &Workspace) -> Result<()> {
    let folder = workspace.tools().join("wasm32-std");
    fs::create_dir_all(folder.join("src"))?;
    // A workspace of its own, although it lies inside this one.
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let built = folder.join("target");
    if built.exists() {
        fs::remove_dir_all(&built)?;
    }
    run(WasmRust::Distro
        .program("cargo")
        .args([
            "build",
            "--release",
            "--target",
            WASM_TARGET,
            "-Z",
            "build-std=std,panic_abort,proc_macro",
        ])
        .arg("--target-dir")
        .arg(&built)
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTFLAGS")
        .current_dir(&folder))?;

    let rlibs = rlibs_of_std(&built.join(WASM_TARGET).join("release/deps"))?;
    let library = distro_library();
    // An older compiler's std must not stay beside the new one.
    run(as_root("rm")?.arg("-rf").arg(&library))?;
    run(as_root("mkdir")?.arg("-p").arg(&library))?;
    run(as_root("cp")?.args(rlibs).arg(&library))?;
    fs::remove_dir_all(&built)?;
    Ok(())
}

fn rlibs_of_std(deps: &Path) -> Result<Vec<PathBuf>> {
    let mut rlibs = Vec::new();
    for entry in fs::read_dir(deps)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            rlibs.push(path);
        }
    }
    Ok(rlibs)
}

fn wasm_bindgen(workspace: &Workspace) -> Result<String> {
    let version = workspace.locked_version("wasm-bindgen")?;
    // Not `--locked`: its own lock file names a version that is gone. Opt-level 1: the tool runs for a second, its
    // compilation takes minutes.
    let mut install = workspace.cargo();
    install.args(["install", "wasm-bindgen-cli", "--version", &version]);
    install
        .args(["--bin", "wasm-bindgen", "--force", "--root"])
        .arg(workspace.tools());
    run(install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"))?;
    Ok(format!(
        "{version} installed into {}",
        workspace.tools().display()
    ))
}

static PACKAGE_LISTS_ARE_FRESH: AtomicBool = AtomicBool::new(false);

fn apt(packages: &[&str]) -> Result<()> {
    if tools::which("apt-get").is_none() {
        bail!("there is no apt-get here to install {}", packages.join(" "));
    }
    if !PACKAGE_LISTS_ARE_FRESH.load(Ordering::Relaxed) {
        output(as_root("apt-get")?.arg("update"))?;
        PACKAGE_LISTS_ARE_FRESH.store(true, Ordering::Relaxed);
    }
    // `env`, because sudo would keep the variable from apt.
    let install = [
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "--yes",
        "--no-install-recommends",
    ];
    output(as_root("env")?.args(install).args(packages))?;
    Ok(())
}

/// A program with the rights to change `/usr`.
fn as_root(program: &str) -> Result<Command> {
    if output(command("id").arg("-u"))?.trim() == "0" {
        return Ok(command(program));
    }
    if tools::which("sudo").is_none() {
        bail!(
            "{} needs root, and there is no sudo: run `cargo xtask setup` once as root",
            line(&command(program))
        );
    }
    let mut sudo = command("sudo");
    sudo.arg(program);
    Ok(sudo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_and_can_be_installed_is_a_change() {
        let found = [
            (Part::Node, Err(anyhow::anyhow!("there is no `node`"))),
            (Part::Wasm, Ok(Some("pinned toolchain".to_owned()))),
            (Part::Browser(Browser::Chromium), Ok(None)),
            (Part::Runtime(Runtime::Bun), Ok(None)),
        ];
        let changes = changes(&found);
        let [chromium, bun] = &changes.lines().collect::<Vec<_>>()[..] else {
            panic!("two lines: {changes}");
        };
        assert!(
            chromium.ends_with("apt-get install chromium as root"),
            "{chromium}"
        );
        assert!(bun.contains("npm install @oven/bun-linux-x64@"), "{bun}");
    }
}
