//! What is known when compiling, and environments of one's own.
#![allow(unused)]

use std::collections::BTreeMap;
use std::env::VarError;

#[threader::task]
fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

#[threader::pure]
fn channel() -> &'static str {
    option_env!("RELEASE_CHANNEL").unwrap_or("none")
}

#[threader::pure]
fn both() -> &'static str {
    concat!(env!("CARGO_PKG_NAME"), "-", env!("CARGO_PKG_VERSION"))
}

#[threader::pure]
fn system() -> &'static str {
    if cfg!(windows) { "windows" } else { std::env::consts::OS }
}

struct Env {
    vars: BTreeMap<String, i64>,
}

#[threader::pure]
impl Env {
    fn var(&self, name: &str) -> Option<i64> {
        self.vars.get(name).copied()
    }
}

#[threader::pure]
fn look_up(env: &Env, args: &[&str]) -> i64 {
    args.iter().filter_map(|name| env.var(name)).sum()
}

#[threader::pure]
fn explain(error: VarError) -> String {
    match error {
        VarError::NotPresent => "not there".to_owned(),
        VarError::NotUnicode(_) => "no text".to_owned(),
    }
}

#[threader::pure]
fn vars(formula: &str) -> usize {
    formula.chars().filter(char::is_ascii_lowercase).count()
}

#[threader::pure]
fn calls_its_own(formula: &str) -> bool {
    vars(formula) > 1
}

#[threader::pure(allow(env))]
fn agreed() -> Option<String> {
    std::env::var("LEVEL").ok()
}

fn main() {
    assert_eq!(vars("a + b"), 2);
}
