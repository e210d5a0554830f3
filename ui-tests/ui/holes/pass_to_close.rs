//! Effects that could be seen and are not yet. One that is closed fails here: it moves to `ui/effects`.
#![allow(unused)]

use std::cell::Cell;
use std::path::{Path, PathBuf};

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

#[threader::pure]
fn as_a_method_by_path(paths: &[PathBuf]) -> usize {
    paths.iter().filter(|path| Path::exists(path)).count()
}

#[threader::pure]
fn renamed(pairs: &[(u8, u8)]) -> Option<u8> {
    use std::collections::HashMap as Map;
    let map: Map<u8, u8> = pairs.iter().copied().collect();
    map.into_keys().next()
}

#[threader::pure]
fn of_the_thread() -> u32 {
    DEPTH.get()
}

fn main() {}
