//! A task that goes on until it is told to stop, whatever becomes of it: native threads share their memory with the case.

use std::sync::atomic::{AtomicBool, Ordering};

static GATES: [AtomicBool; 16] = [const { AtomicBool::new(false) }; 16];

/// Works, and asks nobody whether it should, until the gate of this number is opened.
#[threader::task(allow(global, threads))]
pub fn hold(gate: usize) -> usize {
    while !GATES[gate].load(Ordering::Acquire) {
        std::thread::yield_now();
    }
    gate
}

/// Lets the task go that holds at this gate. Every case has gates of its own: natively cases run side by side.
pub struct Gate(usize);

impl Gate {
    /// Closed until dropped, so that a case that fails holds nobody.
    pub fn close(number: usize) -> Self {
        GATES[number].store(false, Ordering::Release);
        Gate(number)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        GATES[self.0].store(true, Ordering::Release);
    }
}
