//! Hole: the probe of statics looks at what lies in the static itself, not at what it points to.
#![allow(unused)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Mutex;

static HITS: AtomicU32 = AtomicU32::new(0);
static BEHIND_A_BORROW: &AtomicU32 = &HITS;
static SLOTS: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];
static IN_A_SLICE: &[AtomicU32] = &SLOTS;
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static BEHIND_A_LOCK: &Mutex<Vec<String>> = &NAMES;
static CALLBACK: fn() -> u32 = counted;

fn counted() -> u32 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[threader::task]
fn behind_a_borrow() -> u32 {
    BEHIND_A_BORROW.fetch_add(1, Ordering::Relaxed)
}

#[threader::pure]
fn in_a_slice(at: usize) -> u32 {
    IN_A_SLICE[at].fetch_add(1, Ordering::Relaxed)
}

#[threader::pure]
fn behind_a_lock(name: String) -> usize {
    let mut names = BEHIND_A_LOCK.lock().unwrap();
    names.push(name);
    names.len()
}

#[threader::pure]
fn a_function_in_a_static() -> u32 {
    CALLBACK()
}

fn main() {
    assert_ne!(behind_a_borrow(), behind_a_borrow());
    assert_ne!(in_a_slice(1), in_a_slice(1));
}
