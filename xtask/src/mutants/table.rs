//! The table of mutants, `mutants.txt`: a name, a file, the text that is there and what takes its
//! place.

use anyhow::{Result, bail};

/// One fault to be planted.
#[derive(Debug, PartialEq)]
pub(crate) struct Mutant {
    pub(crate) name: String,
    pub(crate) file: String,
    /// The suite that finds it soonest; the others are asked after it.
    pub(crate) first: String,
    search: String,
    replacement: String,
}

impl Mutant {
    /// The file's text with the fault in it.
    pub(crate) fn plant(&self, text: &str) -> Result<String> {
        match text.matches(&self.search).count() {
            1 => Ok(text.replacen(&self.search, &self.replacement, 1)),
            0 => bail!("{} has no longer what `{}` replaces", self.file, self.name),
            times => bail!(
                "{} has what `{}` replaces {times} times",
                self.file,
                self.name
            ),
        }
    }
}

/// Reads the table:
///
/// ```text
/// == the pool is never closed
/// file: src/pool.rs
/// found by: leaks
/// -    close();
/// +    {}
/// ```
///
/// Lines with `-`, without it, are the text that is replaced, those with `+` what comes in its
/// place. Others are comments.
pub(crate) fn parse(text: &str) -> Result<Vec<Mutant>> {
    let mut mutants: Vec<Mutant> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("== ") {
            mutants.push(Mutant {
                name: name.to_owned(),
                file: String::new(),
                first: String::new(),
                search: String::new(),
                replacement: String::new(),
            });
            continue;
        }
        let Some(mutant) = mutants.last_mut() else {
            continue;
        };
        if let Some(file) = line.strip_prefix("file: ") {
            mutant.file = file.to_owned();
        } else if let Some(suite) = line.strip_prefix("found by: ") {
            mutant.first = suite.to_owned();
        } else if let Some(line) = line.strip_prefix('-') {
            mutant.search += &format!("{line}\n");
        } else if let Some(line) = line.strip_prefix('+') {
            mutant.replacement += &format!("{line}\n");
        } else if !line.is_empty() && !line.starts_with('#') {
            bail!("line {} of the mutants means nothing: {line}", index + 1);
        }
    }
    for mutant in &mutants {
        if mutant.file.is_empty() || mutant.search.is_empty() || mutant.first.is_empty() {
            bail!("`{}` lacks a file, a suite or a text", mutant.name);
        }
    }
    Ok(mutants)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const TABLE: &str =
        "# Head.\n\n== one\nfile: a.rs\nfound by: leaks\n-  a();\n-  b();\n+  c();\n";

    #[test]
    fn a_mutant_replaces_a_text_that_is_there_once() {
        let [one] = &parse(TABLE).unwrap()[..] else {
            panic!("one mutant");
        };
        assert_eq!(
            (&*one.name, &*one.file, &*one.first),
            ("one", "a.rs", "leaks")
        );
        assert_eq!(
            one.plant("x\n  a();\n  b();\ny\n").unwrap(),
            "x\n  c();\ny\n"
        );
        assert!(
            one.plant("x\n")
                .unwrap_err()
                .to_string()
                .contains("no longer")
        );
        let twice = "  a();\n  b();\n".repeat(2);
        assert!(
            one.plant(&twice)
                .unwrap_err()
                .to_string()
                .contains("2 times")
        );
    }

    #[test]
    fn what_means_nothing_is_refused() {
        assert!(parse("== one\nfile: a.rs\nfound by: leaks\n").is_err());
        assert!(parse("== one\nfile: a.rs\n-a\n+b\n").is_err());
        assert!(parse("== one\nwhat?\n").is_err());
    }

    /// The code moves on; a mutant that cannot be planted any more would only be noticed in the
    /// long run.
    #[test]
    fn every_mutant_can_be_planted() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mutants = parse(super::super::TABLE).unwrap();
        for mutant in &mutants {
            let text = std::fs::read_to_string(root.join(&mutant.file)).unwrap();
            assert_ne!(mutant.plant(&text).unwrap(), text, "{}", mutant.name);
            assert!(super::super::is_suite(&mutant.first), "{}", mutant.first);
        }
        assert!(mutants.len() >= 15);
    }
}
