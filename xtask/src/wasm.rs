//! Building a program for wasm32 and running wasm-bindgen over it, as a user of the library would.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    proc::{command, run},
    tools::{self, WASM_TARGET, WasmRust, Workspace},
};

/// Glue that wasm-bindgen writes, by the name of its `--target`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Glue {
    Web,
    NoModules,
    NodeCommonJs,
    NodeModule,
}

impl Glue {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Glue::Web => "web",
            Glue::NoModules => "no-modules",
            Glue::NodeCommonJs => "nodejs",
            Glue::NodeModule => "experimental-nodejs-module",
        }
    }
}

/// What of a package is built for wasm32.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Artifact {
    /// A binary of this name.
    Binary(&'static str),
    /// Its `cdylib`, named like the package.
    Library,
}

/// A program that is built for wasm32 too.
pub(crate) struct Program {
    pub(crate) package: &'static str,
    pub(crate) artifact: Artifact,
    pub(crate) release: bool,
}

/// The compiled program.
pub(crate) struct Built<'a> {
    workspace: &'a Workspace,
    name: &'static str,
    wasm: PathBuf,
    wasm_bindgen: PathBuf,
    /// One folder per glue.
    packages: PathBuf,
}

/// Where wasm32 builds go: a folder of their own, because their compiler can be another one.
pub(crate) fn target_dir(workspace: &Workspace) -> PathBuf {
    workspace.target.join("wasm")
}

pub(crate) fn toolchain() -> Result<WasmRust> {
    WasmRust::find().context("no toolchain compiles for wasm32: run `cargo xtask setup`")
}

pub(crate) fn build<'a>(workspace: &'a Workspace, program: &Program) -> Result<Built<'a>> {
    let target_dir = target_dir(workspace);
    let mut cargo = toolchain()?.program("cargo");
    cargo.args([
        "build",
        "--package",
        program.package,
        "--target",
        WASM_TARGET,
    ]);
    cargo
        .arg("--target-dir")
        .arg(&target_dir)
        .current_dir(&workspace.root);
    let name = match program.artifact {
        Artifact::Binary(name) => {
            cargo.args(["--bin", name]);
            name
        }
        Artifact::Library => {
            cargo.arg("--lib");
            program.package
        }
    };
    if program.release {
        cargo.arg("--release");
    }
    run(&mut cargo)?;

    let profile = if program.release { "release" } else { "debug" };
    let version = workspace.locked_version("wasm-bindgen")?;
    let wasm_bindgen = tools::wasm_bindgen(workspace, &version)
        .with_context(|| format!("there is no wasm-bindgen {version}: run `cargo xtask setup`"))?;
    Ok(Built {
        workspace,
        name,
        wasm: target_dir
            .join(WASM_TARGET)
            .join(profile)
            .join(format!("{name}.wasm")),
        wasm_bindgen,
        packages: target_dir.join("packages").join(name).join(profile),
    })
}

impl Built<'_> {
    /// Runs wasm-bindgen for one target and gives the folder with `<name>.js` and `<name>_bg.wasm`.
    pub(crate) fn package(&self, glue: Glue) -> Result<PathBuf> {
        let folder = self.packages.join(glue.name());
        run(command(&self.wasm_bindgen)
            .arg(&self.wasm)
            .args([
                "--target",
                glue.name(),
                "--out-name",
                self.name,
                "--no-typescript",
                "--out-dir",
            ])
            .arg(&folder)
            .current_dir(&self.workspace.root))?;
        match glue {
            Glue::NodeCommonJs => module_type(&folder, "commonjs")?,
            Glue::NodeModule => module_type(&folder, "module")?,
            Glue::Web | Glue::NoModules => {}
        }
        Ok(folder)
    }
}

/// Node reads a `.js` file as what the nearest `package.json` says, which could be one far above the target folder.
fn module_type(folder: &Path, module_type: &str) -> Result<()> {
    fs::write(
        folder.join("package.json"),
        format!("{{\"type\": \"{module_type}\"}}\n"),
    )
    .context("cannot write package.json")
}
