//! Regular expressions.

use regex::{Captures, Regex, RegexBuilder};
use std::collections::BTreeMap;

#[threader::task]
pub fn mail_addresses(text: &str) -> Vec<String> {
    let pattern = Regex::new(r"[\w.+-]+@[\w-]+(\.[\w-]+)+").expect("a valid pattern");
    pattern
        .find_iter(text)
        .map(|found| found.as_str().to_string())
        .collect()
}

#[threader::task]
pub fn iso_dates(text: &str) -> Vec<(u16, u8, u8)> {
    let pattern = Regex::new(r"(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})").unwrap();
    pattern
        .captures_iter(text)
        .filter_map(|c| {
            Some((
                c["y"].parse().ok()?,
                c["m"].parse().ok()?,
                c.name("d")?.as_str().parse().ok()?,
            ))
        })
        .collect()
}

#[threader::pure]
pub fn redact(text: &str) -> String {
    let digits = regex::Regex::new(r"\b\d{4,}\b").unwrap();
    digits
        .replace_all(text, |c: &Captures<'_>| "*".repeat(c[0].len()))
        .into_owned()
}

#[threader::pure(trust(regex::escape))]
pub fn count_word(text: &str, word: &str) -> Result<usize, regex::Error> {
    let pattern = RegexBuilder::new(&format!(r"\b{}\b", regex::escape(word)))
        .case_insensitive(true)
        .build()?;
    Ok(pattern.find_iter(text).count())
}

#[threader::task]
pub fn log_levels(lines: &[String]) -> BTreeMap<String, usize> {
    let Ok(pattern) = Regex::new(r"^\[(INFO|WARN|ERROR)\]") else {
        return BTreeMap::new();
    };
    let mut counts = BTreeMap::new();
    for line in lines {
        if let Some(captures) = pattern.captures(line) {
            *counts.entry(captures[1].to_lowercase()).or_insert(0) += 1;
        }
    }
    counts
}

#[threader::pure]
pub fn squeeze(text: &str) -> String {
    Regex::new(r"\s+").map_or_else(
        |_| text.to_owned(),
        |spaces| spaces.replace_all(text.trim(), " ").to_string(),
    )
}

#[threader::pure]
pub fn split_commands(script: &str) -> Vec<&str> {
    let separator = Regex::new(r"\s*;\s*").unwrap();
    separator
        .split(script)
        .filter(|command| !command.is_empty())
        .collect()
}

#[threader::task]
pub fn is_identifier(text: &str) -> bool {
    Regex::new(r"^[A-Za-z_]\w*$").is_ok_and(|pattern| pattern.is_match(text))
}
