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

/// Counts, while it lives, what is not caught in this thread; without it that would end the
/// program.
pub(crate) struct Uncaught(JsValue);

impl Uncaught {
    /// From now on.
    pub(crate) fn begin() -> Self {
        let body = "
            const seen = { count: 0 };
            const note = (event) => { seen.count += 1; event?.preventDefault?.(); };
            if (typeof process === 'object') {
                process.on('uncaughtException', note);
                seen.end = () => process.off('uncaughtException', note);
            } else {
                addEventListener('error', note);
                seen.end = () => removeEventListener('error', note);
            }
            return seen;";
        Self(run("_", body, &JsValue::NULL))
    }

    /// So far.
    pub(crate) fn count(&self) -> u32 {
        run("seen", "return seen.count", &self.0)
            .as_f64()
            .unwrap_or(f64::NAN) as u32
    }
}

impl Drop for Uncaught {
    fn drop(&mut self) {
        run("seen", "seen.end()", &self.0);
    }
}

/// While it lives every plain object has what options of workers and messages are called, of no
/// use, and a setter for what is private.
pub(crate) struct Polluted(JsValue);

impl Polluted {
    /// From now on.
    pub(crate) fn begin() -> Self {
        let body = "
            const names = {
                argv: 1, env: { NODE_OPTIONS: '--nonsense' }, execArgv: ['--nonsense'], resourceLimits: { maxOldGenerationSizeMb: -1 },
                stdin: true, credentials: 'nonsense', type: 'nonsense', endings: 'nonsense', steal: true, mode: 'nonsense',
            };
            const seen = { calls: 0, names: [...Object.keys(names), 'port', 'threader', 'glue', 'module', 'workerData'] };
            for (const name of seen.names) {
                const of = name in names ? { value: names[name], writable: true } : { set() { seen.calls += 1; }, get() {} };
                Object.defineProperty(Object.prototype, name, { ...of, configurable: true });
            }
            return seen;";
        Self(run("_", body, &JsValue::NULL))
    }

    /// Takes it all away, and tells how often something private was set.
    pub(crate) fn end(self) -> u32 {
        run("seen", "return seen.calls", &self.0)
            .as_f64()
            .unwrap_or(f64::NAN) as u32
    }
}

impl Drop for Polluted {
    fn drop(&mut self) {
        run(
            "seen",
            "for (const name of seen.names) delete Object.prototype[name]",
            &self.0,
        );
    }
}

/// While it lives there are globals by names that scripts of other programs, or of a page's own
/// text, may have made.
pub(crate) struct Clobbered(JsValue);

impl Clobbered {
    /// From now on.
    pub(crate) fn begin() -> Self {
        let body = "
            const names = ['__threader_worker', '__filename', 'wasm_bindgen', 'require'];
            const had = names.filter((name) => name in globalThis);
            const mine = names.filter((name) => !had.includes(name));
            for (const name of mine) {
                globalThis[name] = name === '__filename' ? '/nonsense.js' : Object.assign(() => {}, { role: 'serve' });
            }
            return mine;";
        Self(run("_", body, &JsValue::NULL))
    }
}

impl Drop for Clobbered {
    fn drop(&mut self) {
        run(
            "mine",
            "for (const name of mine) delete globalThis[name]",
            &self.0,
        );
    }
}

/// Whether this engine knows Trusted Types.
pub(crate) fn has_trusted_types() -> bool {
    Reflect::has(&js_sys::global(), &"trustedTypes".into()).unwrap_or(false)
}

/// Whether a worker can be started from a plain text. Nothing is evaluated for it: that is
/// forbidden where this is.
pub(crate) fn starts_a_worker_by_plain_text() -> bool {
    let arguments = Array::of1(&"/glue/silence.js".into());
    let constructor = Reflect::get(&js_sys::global(), &"Worker".into()).unwrap_or_default();
    let worker = constructor.dyn_into::<Function>();
    worker.is_ok_and(|worker| Reflect::construct(&worker, &arguments).is_ok())
}

fn run(parameter: &str, body: &str, argument: &JsValue) -> JsValue {
    let function = Function::new_with_args(parameter, body);
    function
        .call1(&Object::new(), argument)
        .unwrap_or_else(|error| wasm_bindgen::throw_val(error))
}
