//! What cases do to the engine that they run in: block its thread, catch its workers, end them.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

/// Whether memory can be shared with workers here.
pub(crate) fn shares_memory() -> bool {
    Reflect::has(&js_sys::global(), &"SharedArrayBuffer".into()).unwrap_or(false)
}

/// Blocks this thread for so long and uses nothing of it: Node may wait on memory, a page waits for its server.
pub(crate) fn block(milliseconds: u32) {
    let body = "
        if (typeof process === 'object') {
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
        } else {
            const request = new XMLHttpRequest();
            request.open('GET', `/delay/${milliseconds}`, false);
            request.send();
        }";
    run("milliseconds", body, &milliseconds.into());
}

/// Milliseconds, with as much behind the point as the engine gives.
pub(crate) fn clock() -> f64 {
    run("_", "return performance.now()", &JsValue::NULL)
        .as_f64()
        .unwrap_or_default()
}

/// Milliseconds since 1970, the same in all threads.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

/// Ends the worker that calls it, as its platform's own word for that does.
pub(crate) fn leave() {
    run(
        "_",
        "typeof process === 'object' ? process.exit(3) : close()",
        &JsValue::NULL,
    );
}

/// Leaves a rejected promise behind that nobody looks at.
pub(crate) fn reject() {
    run(
        "_",
        "Promise.reject(new Error('nobody looks at this'))",
        &JsValue::NULL,
    );
}

/// The workers that this thread has started since.
pub(crate) struct Caught(JsValue);

impl Caught {
    /// From now on.
    pub(crate) fn begin() -> Self {
        let body = "
            const Original = place.Worker, made = [];
            place.Worker = class extends Original {
                constructor(...given) { super(...given); made.push(this); }
            };
            return { made, end() { place.Worker = Original; } };";
        Self(run("place", body, &place()))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.made().length()
    }

    /// Ends one from outside, as its owner would.
    pub(crate) fn terminate(&self, index: u32) {
        run(
            "worker",
            "worker.onerror = null; worker.terminate()",
            &self.made().get(index),
        );
    }

    fn made(&self) -> Array {
        Reflect::get(&self.0, &"made".into())
            .ok()
            .and_then(|made| made.dyn_into().ok())
            .unwrap_or_default()
    }
}

impl Drop for Caught {
    fn drop(&mut self) {
        run("caught", "caught.end()", &self.0);
    }
}

/// While it lives the first worker that is started is refused.
pub(crate) struct Refused(JsValue);

impl Refused {
    /// From now on.
    pub(crate) fn begin() -> Self {
        let body = "
            const Original = place.Worker;
            place.Worker = class { constructor() { place.Worker = Original; throw new Error('not this one'); } };
            return { end() { place.Worker = Original; } };";
        Self(run("place", body, &place()))
    }
}

impl Drop for Refused {
    fn drop(&mut self) {
        run("refused", "refused.end()", &self.0);
    }
}

/// What `Worker` is a property of.
fn place() -> JsValue {
    let body = "return typeof process === 'object' ? process.getBuiltinModule('node:worker_threads') : globalThis";
    run("_", body, &JsValue::NULL)
}

fn run(parameter: &str, body: &str, argument: &JsValue) -> JsValue {
    let function = Function::new_with_args(parameter, body);
    function
        .call1(&Object::new(), argument)
        .unwrap_or_else(|error| wasm_bindgen::throw_val(error))
}
