//! Statics and constants that never change.
#![allow(unused)]

use std::borrow::Cow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

static TABLE: [u8; 4] = [1, 2, 3, 4];
static NAMES: &[&str] = &["a", "b"];
static LIMITS: Limits = Limits { low: 1, high: 9 };
const EMPTY: Vec<u32> = Vec::new();
const NAME: String = String::new();
const TEXT: Cow<'static, str> = Cow::Borrowed("text");
const PAUSE: Duration = Duration::from_millis(20);
const RULES: &[(&str, fn(u32) -> u32)] = &[("half", |x| x / 2)];

struct Limits {
    low: u32,
    high: u32,
}

mod tables {
    pub static WEIGHTS: [f64; 2] = [0.5, 0.25];
    pub const SCALE: f64 = 2.0;
}

#[threader::task]
fn reads(at: usize) -> u8 {
    TABLE[at % TABLE.len()]
}

#[threader::pure]
fn reads_text() -> usize {
    NAMES.iter().map(|name| name.len()).sum()
}

#[threader::pure]
fn reads_a_field(x: u32) -> bool {
    (LIMITS.low..LIMITS.high).contains(&x)
}

#[threader::pure]
fn copies() -> Vec<u32> {
    let mut out = EMPTY;
    out.push(1);
    out
}

#[threader::pure]
fn repeats() -> Vec<String> {
    vec![NAME; 2]
}

#[threader::pure]
fn clones() -> Cow<'static, str> {
    TEXT.clone()
}

#[threader::pure]
fn multiplies(n: u32) -> Duration {
    PAUSE * n
}

#[threader::pure]
fn by_path() -> f64 {
    tables::WEIGHTS.iter().sum::<f64>() * self::tables::SCALE
}

#[threader::pure]
fn of_std() -> (u32, f64, u64) {
    (u32::MAX, std::f64::consts::PI, u64::MIN)
}

#[threader::pure]
fn calls_one_of_a_table(x: u32) -> u32 {
    RULES.iter().map(|(_, rule)| rule(x)).sum()
}

#[threader::pure]
fn of_its_own() -> u32 {
    static LOCAL: [u32; 2] = [1, 2];
    const SUM: u32 = LOCAL[0] + LOCAL[1];
    SUM
}

#[threader::pure]
fn in_a_pattern(x: u32) -> bool {
    const LOW: u32 = 3;
    matches!(x, LOW | u32::MAX)
}

trait Unit {
    const FACTOR: f64;
}

struct Metre;

impl Unit for Metre {
    const FACTOR: f64 = 1.0;
}

#[threader::pure]
fn through_a_generic<U: Unit, const N: usize>(x: f64) -> f64 {
    x * U::FACTOR * N as f64
}

#[threader::pure]
fn through_a_type() -> f64 {
    through_a_generic::<Metre, 2>(Metre::FACTOR)
}

#[threader::pure]
fn a_fresh_one_each_time() -> u32 {
    const ZERO: AtomicU32 = AtomicU32::new(0);
    let counter = ZERO;
    counter.fetch_add(1, Ordering::Relaxed)
}

#[threader::pure(allow(global))]
fn agreed() -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed)
}

fn main() {
    assert_eq!(reads(5), 2);
    assert_eq!(of_its_own(), 3);
}
