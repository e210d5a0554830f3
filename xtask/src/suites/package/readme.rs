//! Follows README.md as a reader would: writes the files it shows and runs the commands it shows,
//! beside a checkout, and compares what they print.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::{
    engines::Browser,
    proc::{command, output},
    tools::{self, Workspace},
    wasm,
};

/// What a reader does at one place.
#[derive(Debug, PartialEq)]
enum Step {
    /// Begins another program, beside the first.
    Section,
    File {
        name: String,
        text: String,
    },
    Command {
        line: String,
        prints: String,
    },
}

pub(super) fn follow(workspace: &Workspace) -> Result<()> {
    let text = fs::read_to_string(workspace.root.join("README.md"))?;
    let reader = Reader::new(workspace)?;
    let result = reader.follow(&steps(&text)?);
    fs::remove_dir_all(&reader.home)?;
    result
}

/// Where the reader works.
struct Reader<'a> {
    workspace: &'a Workspace,
    /// The folder with the checkout and the programs.
    home: PathBuf,
    wasm_bindgen: PathBuf,
}

impl Reader<'_> {
    fn new(workspace: &Workspace) -> Result<Reader<'_>> {
        let version = workspace.locked_version("wasm-bindgen")?;
        let wasm_bindgen = tools::wasm_bindgen(workspace, &version).with_context(|| {
            format!("there is no wasm-bindgen {version}: run `cargo xtask setup`")
        })?;
        // Not below the checkout: Cargo would take the programs for members of its workspace.
        let home = std::env::temp_dir().join(format!("threader-readme-{}", std::process::id()));
        fs::create_dir_all(&home)?;
        std::os::unix::fs::symlink(&workspace.root, home.join("threader"))?;
        fs::copy(
            workspace.root.join("rust-toolchain.toml"),
            home.join("rust-toolchain.toml"),
        )?;
        Ok(Reader {
            workspace,
            home,
            wasm_bindgen,
        })
    }

    fn follow(&self, steps: &[Step]) -> Result<()> {
        // The first block is for a program that is there.
        let mut folder = self.shell(&self.home, "cargo new --quiet primes && cd primes", "")?;
        // What the web server's page has to show.
        let mut shown = None;
        let expected = steps.iter().rev().find_map(|step| match step {
            Step::Command { prints, .. } if !prints.is_empty() => Some(prints.as_str()),
            _ => None,
        });
        for step in steps {
            match step {
                Step::Section => folder.clone_from(&self.home),
                Step::File { name, text } => self.write(&folder, name, text)?,
                Step::Command { line, .. } if line.starts_with("cargo xtask") => {}
                Step::Command { line, .. } if line.ends_with("-m http.server") => {
                    shown = Some(self.page(&folder)?);
                }
                Step::Command { line, prints } => {
                    folder = self.shell(&folder, &self.without_installing(line), prints)?;
                }
            }
        }
        ensure!(
            shown.as_deref() == expected,
            "the page shows {shown:?} and not {expected:?}"
        );
        Ok(())
    }

    fn write(&self, folder: &Path, name: &str, text: &str) -> Result<()> {
        let path = folder.join(name);
        if name != "Cargo.toml" {
            return fs::write(path, text).with_context(|| format!("cannot write {name}"));
        }
        // It is there, and ends with a section for dependencies that is empty.
        let manifest = fs::read_to_string(&path)?;
        let manifest = manifest
            .trim_end()
            .strip_suffix("[dependencies]")
            .context("`cargo new` writes another Cargo.toml")?;
        fs::write(&path, format!("{manifest}{text}"))?;
        // The versions that everything else here is built with, and builds that are kept.
        fs::copy(
            self.workspace.root.join("Cargo.lock"),
            folder.join("Cargo.lock"),
        )?;
        let package = folder.file_name().context("a program has a folder")?;
        let target = self.workspace.target.join("readme").join(package);
        fs::create_dir_all(&target)?;
        std::os::unix::fs::symlink(target, folder.join("target"))?;
        Ok(())
    }

    /// What `setup` has installed is compared instead.
    fn without_installing(&self, line: &str) -> String {
        if line.starts_with("rustup target add") {
            return "rustc --print target-libdir --target wasm32-unknown-unknown >/dev/null".into();
        }
        match line.strip_prefix("cargo install wasm-bindgen-cli --version ") {
            Some(version) => {
                format!("test \"$(wasm-bindgen --version)\" = \"wasm-bindgen \"{version}")
            }
            None => line.to_owned(),
        }
    }

    /// Runs a line and compares what it prints. Gives the folder that it ends in.
    fn shell(&self, folder: &Path, line: &str, prints: &str) -> Result<PathBuf> {
        println!("$ {line}");
        let end = self.home.join("end");
        let mut path = self
            .wasm_bindgen
            .parent()
            .map(Path::to_owned)
            .into_iter()
            .collect::<Vec<_>>();
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        let mut shell = wasm::toolchain()?.program("bash");
        shell.args(["-e", "-c", &format!("{line}\npwd > {end:?}")]);
        shell
            .env("PATH", std::env::join_paths(path)?)
            .current_dir(folder);
        let printed = output(&mut shell)?;
        ensure!(
            prints.is_empty() || printed.trim_end() == prints,
            "`{line}` printed {printed:?} and not {prints:?}"
        );
        Ok(fs::read_to_string(&end)?.trim_end().into())
    }

    /// What `index.html` shows in the end.
    fn page(&self, folder: &Path) -> Result<String> {
        let browser = Browser::Chromium
            .find()
            .context("there is no Chromium: run `cargo xtask setup`")?;
        let plan = json!({"browser": browser, "mounts": [["/", folder]], "page": "/index.html"});
        let mut node = command("node");
        node.arg(self.workspace.js().join("readme.mjs"))
            .arg(plan.to_string());
        Ok(output(&mut node)?.trim_end().to_owned())
    }
}

/// The blocks in their order. A file's first line is a comment with its name; a command begins with
/// `$`, and what it prints follows.
fn steps(text: &str) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            steps.push(Step::Section);
        }
        let Some(language) = line.strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if language == "console" {
            steps.extend(commands(&block)?);
            continue;
        }
        let (first, rest) = block.split_first().context("a block is empty")?;
        let name = ["# ", "// ", "<!-- "]
            .iter()
            .find_map(|start| first.strip_prefix(start));
        let name = name.with_context(|| format!("`{first}` names no file"))?;
        steps.push(Step::File {
            name: name.trim_end_matches(" -->").to_owned(),
            text: rest.join("\n") + "\n",
        });
    }
    Ok(steps)
}

fn commands(block: &[&str]) -> Result<Vec<Step>> {
    let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in block {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, Vec::new())),
            (None, Some((_, prints))) => prints.push(line),
            (None, None) => bail!("`{line}` is printed before a command"),
        }
    }
    let step = |(line, prints): (&str, Vec<&str>)| Step::Command {
        line: line.to_owned(),
        prints: prints.join("\n"),
    };
    Ok(commands.into_iter().map(step).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_files_and_commands() {
        let text = "# title\n```toml\n# Cargo.toml\n[lib]\n```\nwords\n## next\n\
                    ```console\n$ a\n1\n2\n$ b\n```\n```html\n<!-- x.html -->\n<p>\n```\n";
        let file = |name: &str, text: &str| Step::File {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let command = |line: &str, prints: &str| Step::Command {
            line: line.to_owned(),
            prints: prints.to_owned(),
        };
        let expected = [
            file("Cargo.toml", "[lib]\n"),
            Step::Section,
            command("a", "1\n2"),
            command("b", ""),
            file("x.html", "<p>\n"),
        ];
        assert_eq!(steps(text).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_followed_is_an_error() {
        let error = |text| steps(text).unwrap_err().to_string();
        assert_eq!(error("```toml\n[lib]\n```\n"), "`[lib]` names no file");
        assert_eq!(
            error("```console\n1\n```\n"),
            "`1` is printed before a command"
        );
    }
}
