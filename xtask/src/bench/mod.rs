//! `cargo xtask bench`: suites that measure variants side by side in one run and print a table.
//!
//! Only the ratios mean something: the seconds are those of this machine at this moment.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::tools::Workspace;

mod coordinator;
mod exports;
mod functions;
mod macros;

/// A suite prints its table and gives the same as JSON.
type Suite = fn(&Workspace) -> Result<Value>;

const SUITES: [(&str, Suite); 3] = [
    ("macros", macros::run),
    ("coordinator", coordinator::run),
    ("exports", exports::run),
];

/// What the arguments of `cargo xtask bench` pick.
#[derive(Debug)]
pub(crate) struct Selection {
    suites: Vec<(&'static str, Suite)>,
    json: Option<PathBuf>,
}

impl Selection {
    pub(crate) fn parse(arguments: &[String]) -> Result<Selection> {
        let (mut suites, mut json) = (Vec::new(), None);
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            if let Some(file) = argument.strip_prefix("--json=") {
                json = Some(file.into());
            } else if argument == "--json" {
                json = Some(arguments.next().context("`--json` wants a file")?.into());
            } else if argument.starts_with('-') {
                bail!("unknown option `{argument}`; known is --json");
            } else {
                suites.push(known(argument)?);
            }
        }
        if suites.is_empty() {
            suites = SUITES.to_vec();
        }
        Ok(Selection { suites, json })
    }
}

fn known(name: &str) -> Result<(&'static str, Suite)> {
    if let Some(&found) = SUITES.iter().find(|(known, _)| *known == name) {
        return Ok(found);
    }
    let names: Vec<_> = SUITES.iter().map(|(known, _)| *known).collect();
    bail!(
        "there is no suite `{name}`; known are: {}",
        names.join(", ")
    )
}

pub(crate) fn run(workspace: &Workspace, selection: &Selection) -> Result<()> {
    let mut results = serde_json::Map::new();
    for (name, suite) in &selection.suites {
        println!("== bench {name} ==");
        results.insert((*name).to_owned(), suite(workspace)?);
    }
    if let Some(file) = &selection.json {
        fs::write(file, format!("{:#}\n", json!(results)))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &str) -> Result<Selection> {
        let arguments: Vec<_> = arguments.split_whitespace().map(str::to_owned).collect();
        Selection::parse(&arguments)
    }

    #[test]
    fn all_suites_run_unless_some_are_named() {
        let names = |arguments| {
            let suites = parse(arguments).unwrap().suites;
            suites.iter().map(|(name, _)| *name).collect::<Vec<_>>()
        };
        assert_eq!(names(""), ["macros", "coordinator", "exports"]);
        assert_eq!(names("macros --json file"), ["macros"]);
    }

    #[test]
    fn json_goes_where_it_is_told() {
        let json = |arguments| parse(arguments).unwrap().json;
        assert_eq!(json("macros"), None);
        assert_eq!(json("--json a.json"), Some("a.json".into()));
        assert_eq!(json("--json=a.json macros"), Some("a.json".into()));
    }

    #[test]
    fn what_is_unknown_is_refused() {
        let error = |arguments| parse(arguments).unwrap_err().to_string();
        assert_eq!(
            error("nope"),
            "there is no suite `nope`; known are: macros, coordinator, exports"
        );
        assert_eq!(error("--json"), "`--json` wants a file");
        assert_eq!(error("--fast"), "unknown option `--fast`; known is --json");
    }
}
