//! State outside, found by what it is and not by its name.
#![allow(unused)]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock, RwLock};

static HITS: AtomicU32 = AtomicU32::new(0);
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static SETTINGS: RwLock<u32> = RwLock::new(1);
static START: OnceLock<u32> = OnceLock::new();
static TABLE: LazyLock<BTreeMap<u8, u8>> = LazyLock::new(BTreeMap::new);
static mut COUNTER: u32 = 0;

mod counters {
    use std::sync::atomic::AtomicUsize;
    pub static MISSES: AtomicUsize = AtomicUsize::new(0);
    pub struct Stats {
        pub name: &'static str,
        pub count: AtomicUsize,
    }
    pub static STATS: Stats = Stats { name: "all", count: AtomicUsize::new(0) };
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static LOG: RefCell<Vec<String>> = RefCell::default();
}

#[threader::task]
fn counts(x: u32) -> u32 {
    HITS.fetch_add(1, Ordering::Relaxed) + x
}

#[threader::pure]
fn remembers(name: String) {
    NAMES.lock().unwrap().push(name);
}

#[threader::pure]
fn reads_settings() -> u32 {
    *SETTINGS.read().unwrap()
}

#[threader::pure]
fn initialises() -> u32 {
    *START.get_or_init(|| 3)
}

#[threader::pure]
fn reads_a_lazy_one(key: u8) -> Option<u8> {
    TABLE.get(&key).copied()
}

#[threader::pure(allow(unsafe))]
fn reads_a_mutable_one() -> u32 {
    unsafe { COUNTER }
}

#[threader::pure]
fn by_its_path() -> usize {
    counters::MISSES.load(Ordering::Relaxed)
}

#[threader::pure]
fn renamed() -> usize {
    use counters::MISSES as LOST;
    LOST.load(Ordering::Relaxed)
}

#[threader::pure]
fn inside_of_a_struct() -> usize {
    counters::STATS.count.load(Ordering::Relaxed)
}

#[threader::pure]
fn of_the_thread_with_a_closure(text: &str) {
    LOG.with(|log| log.borrow_mut().push(text.to_owned()));
}

#[threader::pure]
fn inside_of_the_function() -> usize {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed)
}

#[threader::pure]
fn in_a_closure(values: &[u32]) -> u32 {
    values.iter().map(|value| value + HITS.load(Ordering::Relaxed)).sum()
}

#[threader::pure]
fn in_a_format(x: u32) -> String {
    format!("{x} of {HITS:?}")
}

fn main() {}
