//! Hole: names of std functions that are imported everywhere are taken for those, if nothing marked says otherwise.
#![allow(unused)]

use std::sync::atomic::{AtomicU32, Ordering};

static CALLS: AtomicU32 = AtomicU32::new(0);

fn max(a: u32, b: u32) -> u32 {
    CALLS.fetch_add(1, Ordering::Relaxed);
    if a > b { a } else { b }
}

#[threader::task]
fn calls_one_that_is_called_like_one_of_std(a: u32, b: u32) -> u32 {
    max(a, b)
}

#[threader::pure(trust(max))]
fn trusts_what_it_should_not(a: u32) -> u32 {
    max(a, 3)
}

fn main() {
    assert_eq!(calls_one_that_is_called_like_one_of_std(1, 2), 2);
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
}
