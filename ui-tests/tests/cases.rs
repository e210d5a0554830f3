//! The programs under `ui/effects` are complete: every effect has cases of both kinds, and in a rejected program every
//! marked item has exactly one error.
//!
//! A case is one marked item: a function, or an `impl` block.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

const FOLDERS: [&str; 16] = [
    "address",
    "console",
    "env",
    "ffi",
    "fs",
    "global",
    "hash_order",
    "host",
    "js",
    "net",
    "process",
    "random",
    "threads",
    "time",
    "transitivity",
    "unsafe",
];

#[test]
fn every_effect_has_cases_of_both_kinds() {
    assert_eq!(names(Path::new("ui/effects")), FOLDERS);
    let (mut all_failing, mut all_passing) = (0, 0);
    for folder in FOLDERS {
        let count = |kind| {
            programs(folder, kind)
                .iter()
                .map(|path| marked_items(path).len())
                .sum::<usize>()
        };
        let (failing, passing) = (count("fail"), count("pass"));
        assert!(
            failing > 0 && passing > 0,
            "{folder}: {failing} rejected, {passing} accepted"
        );
        all_failing += failing;
        all_passing += passing;
    }
    assert!(
        all_failing + all_passing >= 150,
        "{all_failing} rejected, {all_passing} accepted"
    );
    let (less, more) = (all_failing.min(all_passing), all_failing.max(all_passing));
    assert!(
        4 * less >= 3 * more,
        "not near equal: {all_failing} rejected, {all_passing} accepted"
    );
}

#[test]
fn every_rejected_item_has_one_error() {
    let mut wrong = Vec::new();
    for path in FOLDERS.iter().flat_map(|folder| programs(folder, "fail")) {
        let errors = error_lines(&path);
        let items = marked_items(&path);
        for item in &items {
            let count = errors.iter().filter(|line| item.contains(line)).count();
            if count != 1 {
                wrong.push(format!("{}:{}: {count} errors", path.display(), item.start));
            }
        }
        let first = items.first().map_or(0, |item| item.start);
        for line in errors.iter().filter(|line| **line < first) {
            wrong.push(format!(
                "{}:{line}: an error outside of every marked item",
                path.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The lines from each attribute to the next one, counted from 1.
fn marked_items(path: &Path) -> Vec<Range<usize>> {
    let text = fs::read_to_string(path).expect("a program");
    let mut starts: Vec<usize> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| {
            ["#[threader::pure", "#[threader::task"]
                .iter()
                .any(|mark| line.trim_start().starts_with(mark))
        })
        .map(|(number, _)| number)
        .collect();
    starts.push(text.lines().count() + 1);
    starts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// The line of the first place that each error names.
fn error_lines(program: &Path) -> Vec<usize> {
    let expected = program.with_extension("stderr");
    let text = fs::read_to_string(&expected)
        .unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
    let mut lines = text.lines();
    let mut found = Vec::new();
    while lines.by_ref().any(|line| line.starts_with("error")) {
        let place = lines
            .find_map(|line| line.trim_start().strip_prefix("--> "))
            .expect("an error has a place");
        let line = place
            .rsplit(':')
            .nth(1)
            .and_then(|number| number.parse().ok());
        found.push(line.expect("a place ends in line and column"));
    }
    found
}

fn programs(folder: &str, kind: &str) -> Vec<PathBuf> {
    let folder = Path::new("ui/effects").join(folder);
    names(&folder)
        .into_iter()
        .filter(|name| name.starts_with(kind) && name.ends_with(".rs"))
        .map(|name| folder.join(name))
        .collect()
}

/// What lies in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("a folder that can be listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
