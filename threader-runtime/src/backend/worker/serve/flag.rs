//! Whether the running task has been cancelled, where memory can be shared: its owner writes the task's number into a word that
//! both see.

use js_sys::{Atomics, Int32Array};

use super::JOB;
use crate::backend::worker::host;
use crate::backend::worker::js::get;

thread_local! {
    static WORD: Option<Int32Array> = {
        let shared = get(&host::boot(), "cancelled");
        (!shared.is_undefined()).then(|| Int32Array::new(&shared))
    };
}

/// `false` where no memory is shared: then nothing is known, and the worker is stopped after the grace. It calls JavaScript in
/// any case, and something that can throw: JavaScriptCore does not end a worker in the middle of a loop inside wasm, nor for certain
/// in a call of compiled JavaScript.
pub(crate) fn is_cancelled() -> bool {
    let Some(job) = JOB.get() else { return false };
    WORD.with(|word| match word {
        Some(word) => Atomics::load(word, 0).is_ok_and(|number| number == job as i32),
        None => {
            // What is there does not matter.
            let _ = js_sys::Reflect::get_u32(&js_sys::global(), 0);
            false
        }
    })
}
