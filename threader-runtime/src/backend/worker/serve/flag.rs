//! What this worker and its owner tell each other in memory that both see, where memory can be shared: the owner, that the running
//! task has been cancelled; the worker, which task runs, for the case that it dies without a word.

use js_sys::{Atomics, Int32Array};

use super::JOB;
use crate::backend::worker::host::{self, CANCELLED, RUNNING};
use crate::backend::worker::js::get;
use crate::job::JobKey;

thread_local! {
    static SHARED: Option<Int32Array> = {
        let shared = get(&host::boot(), "shared");
        (!shared.is_undefined()).then(|| Int32Array::new(&shared))
    };
}

/// A task runs from now on, or none does.
pub(super) fn runs(job: Option<JobKey>) {
    JOB.set(job);
    SHARED.with(|shared| {
        if let Some(words) = shared {
            // It is an index that exists. No number is 0 within its lower half before 2^32 tasks.
            let _ = Atomics::store(words, RUNNING, job.unwrap_or(0) as i32);
        }
    });
}

/// `false` where no memory is shared: then nothing is known, and the worker is stopped after the grace. It calls JavaScript in
/// any case, and something that can throw: JavaScriptCore does not end a worker in the middle of a loop inside wasm, nor for certain
/// in a call of compiled JavaScript.
pub(crate) fn is_cancelled() -> bool {
    let Some(job) = JOB.get() else { return false };
    SHARED.with(|shared| match shared {
        Some(words) => Atomics::load(words, CANCELLED).is_ok_and(|number| number == job as i32),
        None => {
            // What is there does not matter.
            let _ = js_sys::Reflect::get_u32(&js_sys::global(), 0);
            false
        }
    })
}
