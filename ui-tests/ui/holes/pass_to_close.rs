//! Effects that could be seen and are not yet. One that is closed fails here: it moves to `ui/effects`.
#![allow(unused)]

use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

#[threader::pure]
fn of_the_thread() -> u32 {
    DEPTH.get()
}

fn main() {}
