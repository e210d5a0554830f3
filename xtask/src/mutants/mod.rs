//! `cargo xtask mutants`: plants one fault at a time in a copy of the workspace, and the native
//! suites have to find it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use self::table::Mutant;
use crate::{
    proc::{command, lines, output},
    suites::Tally,
    tools::Workspace,
};

mod table;

const TABLE: &str = include_str!("../../mutants.txt");
const USAGE: &str = "`cargo xtask mutants [--only PART_OF_NAME]`";
/// A mutant that makes a test hang is found as well.
const SILENCE: Duration = Duration::from_secs(240);
/// A compilation says nothing for long.
const COMPILING: Duration = Duration::from_secs(1200);
/// What is asked, in this order, after what the mutant names. The binary that a suite is, as `cargo
/// test` takes it.
const SUITES: [(&str, &[&str]); 4] = [
    ("runtime", &["--package", "threader-runtime", "--lib"]),
    ("leaks", &["--package", "threader-tests", "--test", "leaks"]),
    (
        "hostile",
        &["--package", "threader-tests", "--test", "hostile"],
    ),
    (
        "common",
        &["--package", "threader-tests", "--test", "common"],
    ),
];

fn is_suite(name: &str) -> bool {
    SUITES.iter().any(|(suite, _)| *suite == name)
}

/// What a suite has to say.
enum Verdict {
    Passes,
    /// A test that does not.
    Fails(String),
}

pub(crate) fn run(workspace: &Workspace, options: &[String]) -> Result<bool> {
    let part = match options {
        [] => "",
        [only, part] if only == "--only" => part,
        _ => bail!("{USAGE}"),
    };
    let mutants = table::parse(TABLE)?;
    if let Some(lost) = mutants.iter().find(|mutant| !is_suite(&mutant.first)) {
        bail!("`{}` is to be found by no suite", lost.name);
    }
    let mutants: Vec<&Mutant> = mutants
        .iter()
        .filter(|mutant| mutant.name.contains(part))
        .collect();
    if mutants.is_empty() {
        bail!("no mutant has `{part}` in its name");
    }
    let copy = Copy::of(workspace)?;
    println!("without a mutant: every suite has to pass");
    for (suite, _) in SUITES {
        if let Verdict::Fails(test) = copy.ask(suite)? {
            bail!("the suite `{suite}` fails by itself: {test}");
        }
    }
    let mut survivors = Vec::new();
    for (index, mutant) in mutants.iter().enumerate() {
        let start = Instant::now();
        println!("mutant {}/{}: {}", index + 1, mutants.len(), mutant.name);
        let found = copy.with(mutant, |copy| copy.find(mutant))?;
        let seconds = start.elapsed().as_secs();
        match found {
            Some(by) => println!("mutant found in {seconds} s by {by}"),
            None => {
                println!("mutant NOT FOUND in {seconds} s: {}", mutant.name);
                survivors.push(&*mutant.name);
            }
        }
    }
    println!(
        "\n{} of {} mutants found",
        mutants.len() - survivors.len(),
        mutants.len()
    );
    for survivor in &survivors {
        println!("NOT FOUND: {survivor}");
    }
    Ok(survivors.is_empty())
}

/// A copy of the workspace, in which faults may be planted.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// What is tracked, and what is not ignored. A file that is the same already is left alone, so
    /// that little is compiled.
    fn of(workspace: &Workspace) -> Result<Copy> {
        let folder = workspace.target.join("mutants");
        let root = folder.join("workspace");
        let list = ["ls-files", "--cached", "--others", "--exclude-standard"];
        let files = output(command("git").args(list).current_dir(&workspace.root))
            .context("what belongs to the workspace is asked of git")?;
        let wanted: Vec<&str> = files.lines().collect();
        for &file in &wanted {
            let Ok(text) = fs::read(workspace.root.join(file)) else {
                continue;
            };
            write_if_other(&root.join(file), &text)?;
        }
        println!("a copy of the workspace is in {}", root.display());
        Ok(Copy {
            root,
            target: folder.join("target"),
        })
    }

    /// Does something while the mutant is planted.
    fn with<R>(&self, mutant: &Mutant, then: impl FnOnce(&Copy) -> Result<R>) -> Result<R> {
        let path = self.root.join(&mutant.file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        fs::write(&path, mutant.plant(&text)?)?;
        let result = then(self);
        fs::write(&path, text)?;
        result
    }

    /// The suite and the test that find it.
    fn find(&self, mutant: &Mutant) -> Result<Option<String>> {
        let others = SUITES.map(|(suite, _)| suite);
        let others = others.into_iter().filter(|suite| *suite != mutant.first);
        for suite in std::iter::once(&*mutant.first).chain(others) {
            println!("  asking {suite}");
            if let Verdict::Fails(test) = self.ask(suite)? {
                return Ok(Some(format!("{suite}: {test}")));
            }
        }
        Ok(None)
    }

    fn cargo(&self, suite: &str, no_run: bool) -> Result<Command> {
        let (_, packages) = SUITES
            .into_iter()
            .find(|(name, _)| *name == suite)
            .with_context(|| format!("there is no suite `{suite}`"))?;
        let mut cargo = command("cargo");
        cargo.arg("test").args(packages);
        if no_run {
            cargo.arg("--no-run");
        }
        cargo
            .arg("--target-dir")
            .arg(&self.target)
            .env("NO_COLOR", "1")
            .current_dir(&self.root);
        Ok(cargo)
    }

    /// Runs a suite. One that does not compile says nothing about a mutant.
    fn ask(&self, suite: &str) -> Result<Verdict> {
        let mut said = Vec::new();
        let built = lines(&mut self.cargo(suite, true)?, COMPILING, |line| {
            said.push(line.to_owned());
            COMPILING
        })?;
        if !built.status.success() {
            bail!("the suite `{suite}` does not compile:\n{}", said.join("\n"));
        }
        let (mut tally, mut last) = (Tally::default(), String::new());
        let ended = lines(&mut self.cargo(suite, false)?, SILENCE, |line| {
            tally.count(line);
            last = line.to_owned();
            SILENCE
        })?;
        Ok(match tally.failures().first() {
            Some(test) => Verdict::Fails(test.trim().to_owned()),
            None if ended.silent => Verdict::Fails(format!("it hangs after: {last}")),
            None if !ended.status.success() => {
                Verdict::Fails(format!("it ended with {} after: {last}", ended.status))
            }
            None if tally.passed() == 0 => bail!("the suite `{suite}` ran no test"),
            None => Verdict::Passes,
        })
    }
}

fn write_if_other(path: &Path, text: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
