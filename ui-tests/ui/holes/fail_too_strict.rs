//! Pure functions that are rejected today. One that is accepted fails here: it moves to the corpus.
#![allow(unused, non_camel_case_types, non_upper_case_globals)]

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

struct point {
    x: i32,
}

const origin: point = point { x: 0 };
static fallback: u32 = 7;
const FRESH: Cell<u32> = Cell::new(1);
const ZERO: AtomicU32 = AtomicU32::new(0);

#[threader::pure]
fn shifted(by: i32) -> point {
    point { x: origin.x + by }
}

#[threader::pure]
fn or_fallback(value: Option<u32>) -> u32 {
    value.unwrap_or(fallback)
}

#[threader::pure]
fn a_fresh_cell() -> u32 {
    let cell = FRESH;
    cell.set(cell.get() + 1);
    cell.into_inner()
}

#[threader::pure]
fn cleaned(mut map: HashMap<String, Option<u32>>) -> usize {
    map.retain(|_, value| value.is_some());
    map.len()
}

#[threader::pure]
fn used_in_place() -> u32 {
    ZERO.load(Ordering::Relaxed)
}

#[threader::pure]
fn the_same_in_any_order(map: &HashMap<u32, u32>) -> u32 {
    let mut sum = 0;
    for value in map.values() {
        sum += value;
    }
    sum
}

fn main() {}
