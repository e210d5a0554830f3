//! Hole: operators, conversions, formatting, loops and drops call implementations that the macro does not see.
#![allow(unused)]

use std::fmt;
use std::ops::{Add, Deref, Index};
use std::sync::atomic::{AtomicU32, Ordering};

static CALLS: AtomicU32 = AtomicU32::new(0);

fn count() -> u32 {
    CALLS.fetch_add(1, Ordering::Relaxed)
}

#[derive(Clone, Copy, Debug)]
struct Loud(u32);

impl Add for Loud {
    type Output = Loud;

    fn add(self, other: Loud) -> Loud {
        count();
        Loud(self.0 + other.0)
    }
}

impl Index<usize> for Loud {
    type Output = u32;

    fn index(&self, _: usize) -> &u32 {
        count();
        &self.0
    }
}

impl Deref for Loud {
    type Target = u32;

    fn deref(&self) -> &u32 {
        count();
        &self.0
    }
}

impl fmt::Display for Loud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", count())
    }
}

impl Iterator for Loud {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        count();
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

impl PartialEq for Loud {
    fn eq(&self, other: &Loud) -> bool {
        count();
        self.0 == other.0
    }
}

struct Problem;

impl From<Loud> for Problem {
    fn from(_: Loud) -> Problem {
        count();
        Problem
    }
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        count();
    }
}

#[threader::pure]
fn adds(a: Loud, b: Loud) -> Loud {
    a + b
}

#[threader::pure]
fn indexes(a: Loud) -> u32 {
    a[0]
}

#[threader::pure]
fn dereferences(a: Loud) -> u32 {
    *a
}

#[threader::pure]
fn compares(a: Loud, b: Loud) -> bool {
    a == b
}

#[threader::pure]
fn formats(a: Loud) -> String {
    format!("{a}") + &a.to_string()
}

#[threader::pure]
fn loops(a: Loud) -> u32 {
    let mut sum = 0;
    for n in a {
        sum += n;
    }
    sum
}

#[threader::pure]
fn converts(result: Result<u32, Loud>) -> Result<u32, Problem> {
    Ok(result? + 1)
}

#[threader::pure]
fn drops(x: u32) -> u32 {
    let _guard = Guard;
    x
}

fn main() {
    drops(loops(adds(Loud(1), Loud(2))));
    assert!(CALLS.load(Ordering::Relaxed) > 2);
}
