//! The functions that the cases run as tasks.

use std::collections::BTreeMap;
use std::hint::black_box;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use threader::__private::call_by_id;

pub mod attributes;
pub mod failing;
#[cfg(target_arch = "wasm32")]
pub mod faults;
pub mod faulty;
pub mod gates;
pub mod hostile;
#[cfg(target_arch = "wasm32")]
pub mod hostile_owner;
pub mod places;
#[cfg(target_arch = "wasm32")]
pub mod timed;
pub mod types;
pub mod words;

// A re-export beside the module it comes from, and one under a second name.
pub use places::deep::deeper::deepest;
pub use places::deep::deeper::deepest as lowest;

/// A piece of work with a few fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// The sum.
#[threader::task]
pub fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// The same bytes.
#[threader::task]
pub fn echo(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

/// How many bytes there are, and their sum.
#[threader::task]
pub fn weigh(bytes: &[u8]) -> (u64, u64) {
    let sum = bytes.iter().map(|&byte| u64::from(byte)).sum();
    (bytes.len() as u64, sum)
}

/// As many equal bytes as asked for.
#[threader::task]
pub fn fill(length: u64, byte: u8) -> Vec<u8> {
    vec![byte; length as usize]
}

/// How many bytes the text has.
#[threader::task]
pub fn length(text: &str) -> u64 {
    text.len() as u64
}

/// The same text so many times.
#[threader::task]
pub fn repeat(text: &str, times: u64) -> String {
    text.repeat(times as usize)
}

/// Every kind of borrowed parameter beside an owned one.
#[threader::task]
pub fn describe(tile: &Tile, tags: &[String], name: &str, limit: u32) -> String {
    format!(
        "{name} {}x{} [{}] <= {limit}",
        tile.width,
        tile.height,
        tags.join(", ")
    )
}

/// The same value, of any type that can travel.
#[threader::task]
pub fn identity<T: Serialize + DeserializeOwned + Send + 'static>(value: T) -> T {
    value
}

/// The size of a type that no argument shows.
#[threader::task]
pub fn size<T: 'static>(times: u32) -> u32 {
    size_of::<T>() as u32 * times
}

/// Twelve parameters of different types.
#[threader::task]
#[allow(clippy::too_many_arguments)]
pub fn twelve(
    a: u8,
    b: u16,
    c: u32,
    d: u64,
    e: i8,
    f: i16,
    g: i32,
    h: i64,
    i: f32,
    j: f64,
    k: bool,
    l: char,
) -> String {
    format!("{a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k} {l}")
}

/// No parameter at all, and no result to speak of.
#[threader::task]
pub fn nothing() {}

/// No parameter, a result.
#[threader::task]
pub fn seven() -> u32 {
    7
}

/// A failure that is a value: the task itself succeeds.
#[threader::task]
pub fn divide(a: i64, b: i64) -> Result<i64, String> {
    a.checked_div(b)
        .ok_or_else(|| format!("{a} cannot be divided by {b}"))
}

/// How often each word occurs.
#[threader::task]
pub fn words(text: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_owned()).or_insert(0) += 1;
    }
    counts
}

/// Destructured parameters.
#[threader::task]
pub fn swap((a, b): (u32, String), [c, d]: [u8; 2]) -> (String, u32, [u8; 2]) {
    (b, a, [d, c])
}

/// A stable name on the wire.
#[threader::task(name = "tests.renamed")]
pub fn renamed(n: u32) -> u32 {
    n + 1
}

/// Runs the task with this id, as a worker that is another program would.
#[threader::task(trust(call_by_id))]
pub fn run_by_id(id: u64, arguments: &[u8]) -> Result<Vec<u8>, String> {
    call_by_id(id, arguments)
}

/// Works for so many iterations. A native worker leaves it when it is cancelled; the others are stopped.
#[threader::task]
pub fn spin(iterations: u64) -> u64 {
    turns(iterations)
}

/// Says once that it has begun, then works for so many iterations.
#[threader::task]
pub fn begin_and_spin(iterations: u64) -> u64 {
    threader::progress(0, iterations);
    turns(iterations)
}

/// As [`begin_and_spin`], but without a checkpoint: it hears of nothing while it runs.
#[threader::task]
pub fn begin_and_spin_deaf(iterations: u64) -> u64 {
    threader::progress(0, iterations);
    let mut sum = 0_u64;
    for i in 0..iterations {
        sum = black_box(sum.wrapping_mul(31).wrapping_add(i));
    }
    sum
}

/// Says how far it is, `total` times.
#[threader::task]
pub fn count_up(total: u64) -> u64 {
    for done in 1..=total {
        threader::progress(done, total);
    }
    total
}

/// Runs other tasks' functions as the plain functions they still are.
#[threader::task]
pub fn add_thrice(a: i64) -> i64 {
    add(add(a, a), a)
}

#[threader::pure]
pub(crate) fn turns(iterations: u64) -> u64 {
    let mut sum = 0_u64;
    for i in 0..iterations {
        sum = black_box(sum.wrapping_mul(31).wrapping_add(i));
        if i % 0x1_0000 == 0 {
            threader::checkpoint();
        }
    }
    sum
}

/// Works for so many iterations, in a time that its author thinks is enough.
#[threader::task(timeout = "20ms")]
pub fn impatient(iterations: u64) -> u64 {
    turns(iterations)
}

/// Has to have ended soon after its submission.
#[threader::task(deadline = "20ms")]
pub fn perishable(iterations: u64) -> u64 {
    turns(iterations)
}

/// The sum, before all others.
#[threader::task(priority = "high")]
pub fn add_first(a: i64, b: i64) -> i64 {
    add(a, b)
}

/// The sum, after all others.
#[threader::task(priority = "low")]
pub fn add_last(a: i64, b: i64) -> i64 {
    add(a, b)
}

/// Starts tasks from inside a task and adds up what they give.
#[threader::task(trust(inner_sum))]
pub fn sum_of_tasks(count: i64) -> i64 {
    inner_sum(count)
}

fn inner_sum(count: i64) -> i64 {
    let results = threader::settled!(for n in 0..count => add(n, 0));
    let mut results = std::pin::pin!(results);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // Inside a task strategies are done when they are made.
    match results.as_mut().poll(&mut context) {
        std::task::Poll::Ready(results) => results.into_iter().flatten().sum(),
        std::task::Poll::Pending => -1,
    }
}
