//! All that is wrong with a function is told together, rustc's own words about it included.

use std::sync::atomic::{AtomicU32, Ordering};

static HITS: AtomicU32 = AtomicU32::new(0);

fn unmarked(x: u32) -> u32 {
    x
}

#[threader::task]
fn everything(name: &str, missing: Option<&mut u32>) -> u32 {
    println!("{name}");
    let text = std::fs::read_to_string(name).unwrap_or_default();
    let start = std::time::Instant::now();
    HITS.fetch_add(unmarked(1), Ordering::Relaxed);
    text.len() as u32 + start.elapsed().subsec_nanos() + no_such_function(1)
}

#[threader::pure]
fn types_are_checked_too(x: u32) -> u32 {
    println!("{x}");
    let text: String = x;
    x
}

#[threader::pure]
fn a_good_one(x: u32) -> u32 {
    x
}

#[threader::pure]
fn that_calls_a_bad_one(x: u32) -> u32 {
    a_good_one(types_are_checked_too(x))
}

fn main() {}
