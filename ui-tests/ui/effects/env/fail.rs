//! The environment of the process.
#![allow(unused)]

use std::env;

mod dirs {
    pub fn home_dir() -> Option<String> {
        None
    }
}

#[threader::task]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[threader::pure]
fn by_its_module(name: &str) -> bool {
    env::var_os(name).is_some()
}

#[threader::pure]
fn variables() -> usize {
    env::vars().count()
}

#[threader::pure]
fn arguments() -> Vec<String> {
    std::env::args().skip(1).collect()
}

#[threader::pure]
fn directory() -> bool {
    env::current_dir().is_ok()
}

#[threader::pure]
fn temporary() -> std::path::PathBuf {
    std::env::temp_dir()
}

#[threader::pure]
fn itself() -> bool {
    std::env::current_exe().is_ok()
}

#[threader::pure]
fn renamed() -> Option<String> {
    use std::env::var as setting;
    setting("LEVEL").ok()
}

#[threader::pure]
fn as_a_value(names: &[String]) -> usize {
    names.iter().filter_map(env::var_os).count()
}

#[threader::pure]
fn makes_absolute(path: &std::path::Path) -> bool {
    std::path::absolute(path).is_ok()
}

#[threader::pure]
fn home() -> Option<String> {
    dirs::home_dir()
}

fn main() {}
