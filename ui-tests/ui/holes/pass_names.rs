//! Hole: names that are taken for what they usually are, and promises that are believed.
#![allow(unused)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant as Clock;

static CALLS: AtomicU32 = AtomicU32::new(0);

struct Counter;

impl Counter {
    unsafe fn count(&self) -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed)
    }
}

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

#[threader::pure]
fn uses_a_type_that_the_module_renames() -> Clock {
    Clock::now()
}

#[threader::pure(allow(unsafe))]
fn answers_for_what_it_should_not() -> u32 {
    // SAFETY: `count` asks for nothing.
    unsafe { Counter.count() }
}

fn main() {
    assert_eq!(calls_one_that_is_called_like_one_of_std(1, 2), 2);
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
}
