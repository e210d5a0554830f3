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

/// Puts a class of ours in the place of `Worker`, for good: it keeps the workers that are started, or refuses one, when a case asks for it.
/// Before anything looks it up: late in a run WebKit goes on with the constructor that a script has found before, whatever came in its place.
pub(crate) fn replace_worker() {
    let body = "
        if (!place.Worker) return;
        const hook = { kept: undefined, refuse: false };
        globalThis.workersOfTheSuite = hook;
        const value = class extends place.Worker {
            constructor(...given) {
                if (hook.refuse) {
                    hook.refuse = false;
                    throw new Error('not this one');
                }
                super(...given);
                this.calledByTheSuite = given[1]?.name;
                hook.kept?.push(this);
            }
        };
        Object.defineProperty(place, 'Worker', { value, configurable: true, writable: true });";
    let place = "typeof process === 'object' ? process.getBuiltinModule('node:worker_threads') : globalThis";
    run(
        "_",
        &format!("const place = {place}; {body}"),
        &JsValue::NULL,
    );
}

/// The workers that this thread has started since.
pub(crate) struct Caught(Array);

impl Caught {
    /// From now on. One at a time.
    pub(crate) fn begin() -> Self {
        Self(run("_", "return workersOfTheSuite.kept = []", &JsValue::NULL).unchecked_into())
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.0.length()
    }

    /// The name that one was started with.
    pub(crate) fn name(&self, index: u32) -> String {
        let name = Reflect::get(&self.0.get(index), &"calledByTheSuite".into());
        name.ok()
            .and_then(|name| name.as_string())
            .unwrap_or_default()
    }

    /// Ends one from outside, as its owner would.
    pub(crate) fn terminate(&self, index: u32) {
        let worker = self.0.get(index);
        run(
            "worker",
            "worker.onerror = null; worker.terminate()",
            &worker,
        );
    }
}

impl Drop for Caught {
    fn drop(&mut self) {
        run("_", "workersOfTheSuite.kept = undefined", &JsValue::NULL);
    }
}

/// While it lives the first worker that is started is refused.
pub(crate) struct Refused(());

impl Refused {
    /// From now on.
    pub(crate) fn begin() -> Self {
        run("_", "workersOfTheSuite.refuse = true", &JsValue::NULL);
        Self(())
    }
}

impl Drop for Refused {
    fn drop(&mut self) {
        run("_", "workersOfTheSuite.refuse = false", &JsValue::NULL);
    }
}

/// While it lives nothing can be posted to a port: as where the engine has no memory left for the message.
pub(crate) struct Jammed(JsValue);

impl Jammed {
    /// From now on.
    pub(crate) fn begin() -> Self {
        let body = "
            const original = MessagePort.prototype.postMessage;
            const set = (value) => Object.defineProperty(MessagePort.prototype, 'postMessage', { value, configurable: true, writable: true });
            set(() => { throw new Error('no way through'); });
            return { end() { set(original); } };";
        Self(run("_", body, &JsValue::NULL))
    }
}

impl Drop for Jammed {
    fn drop(&mut self) {
        run("jammed", "jammed.end()", &self.0);
    }
}

fn run(parameter: &str, body: &str, argument: &JsValue) -> JsValue {
    let function = Function::new_with_args(parameter, body);
    function
        .call1(&Object::new(), argument)
        .unwrap_or_else(|error| wasm_bindgen::throw_val(error))
}
