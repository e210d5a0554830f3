//! Other programs, and the end of this one.
#![allow(unused)]

use std::process::{self, Command};

#[threader::task]
fn runs(program: &str) -> bool {
    std::process::Command::new(program).status().is_ok()
}

#[threader::pure]
fn runs_by_name(program: &str) -> bool {
    Command::new(program).spawn().is_ok()
}

#[threader::pure]
fn runs_by_module(program: &str) -> bool {
    process::Command::new(program).output().is_ok()
}

#[threader::pure]
fn ends(code: i32) -> u32 {
    if code > 0 {
        process::exit(code);
    }
    0
}

#[threader::pure]
fn ends_at_once(x: u32) -> u32 {
    if x == 0 { std::process::abort() } else { x }
}

#[threader::pure]
fn who() -> u32 {
    process::id()
}

#[threader::pure]
fn in_a_closure(text: &str) -> u32 {
    text.parse().unwrap_or_else(|_| std::process::exit(2))
}

#[threader::pure]
fn renamed() -> u32 {
    use std::process::id as own;
    own()
}

#[threader::pure]
fn as_a_value(missing: Option<u32>) -> u32 {
    missing.unwrap_or_else(std::process::id)
}

fn main() {}
