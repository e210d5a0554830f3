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

/// `false` where no memory is shared: then nothing is known, and the worker is stopped after the grace.
pub(crate) fn is_cancelled() -> bool {
    let Some(job) = JOB.get() else { return false };
    let cancelled = |word: &Option<Int32Array>| {
        let number = word.as_ref().and_then(|word| Atomics::load(word, 0).ok());
        number == Some(job as i32)
    };
    WORD.with(cancelled)
}
