//! The little of JavaScript that both platforms share.

use std::time::Duration;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;

    /// CommonJS only: the file of wasm-bindgen's output for `--target nodejs`.
    #[wasm_bindgen(thread_local_v2, js_name = __filename)]
    static FILENAME: Option<String>;

    /// `--target no-modules` only: the global that its output declares.
    #[wasm_bindgen(thread_local_v2, js_name = wasm_bindgen)]
    static NO_MODULES: Option<Function>;
}

/// The file that this program's glue is in, where it is CommonJS.
pub(super) fn filename() -> Option<String> {
    FILENAME.with(Clone::clone)
}

/// Whether this program's glue is a classic script.
pub(super) fn is_no_modules() -> bool {
    NO_MODULES.with(Option::is_some)
}

/// Runs `f` in a later turn of the event loop.
pub(crate) fn after_this_turn(f: impl FnOnce() + 'static) {
    set_timeout(Closure::once_into_js(f).unchecked_ref(), 0.0);
}

/// Something that is still to run; dropping this calls it off. In Node a timer alone does not keep the program alive.
pub(crate) struct Timer {
    id: JsValue,
    _rings: Closure<dyn FnMut()>,
}

impl Timer {
    /// Runs `f` when `delay` has passed.
    pub(crate) fn after(delay: Duration, f: impl FnOnce() + 'static) -> Self {
        /// More wraps around: engines count in 32 bits.
        const LONGEST: f64 = i32::MAX as f64;
        let milliseconds = (delay.as_secs_f64() * 1000.0).min(LONGEST);
        let rings = Closure::once(f);
        let id = set_timeout(rings.as_ref().unchecked_ref(), milliseconds.ceil());
        call(&id, "unref", &[]);
        Timer { id, _rings: rings }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// Runs `f` in a later turn, after the messages that have arrived by now.
pub(super) fn after_messages(f: impl FnOnce() + 'static) {
    let global = js_sys::global();
    // Node: behind the phase that delivers messages. In browsers a message of our own is behind those that are there.
    if get(&global, "setImmediate").is_function() {
        call(&global, "setImmediate", &[Closure::once_into_js(f)]);
        return;
    }
    let Ok(channel) = web_sys::MessageChannel::new() else {
        return after_this_turn(f);
    };
    let port = channel.port1();
    let f = {
        let port = port.clone();
        Closure::once_into_js(move || {
            // One that is open is never collected, and in WebKit each costs something with every message that the page gets.
            port.close();
            f();
        })
    };
    port.set_onmessage(Some(f.unchecked_ref()));
    // A number can be posted. If even that fails the port is of no use, and neither is this program's only link.
    let _ = channel.port2().post_message(&0.into());
}

/// For the program's own console.
pub(super) fn warn(text: &str) {
    web_sys::console::warn_1(&text.into());
}

/// Time since some moment before the first call.
pub(crate) fn now() -> Duration {
    Duration::from_secs_f64(performance_now().max(0.0) / 1000.0)
}

/// A property; `undefined` where there is none, or nothing to have one.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method if it is there; `None` if it is not, or throws.
pub(super) fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(object, method).dyn_into().ok()?;
    let arguments: Array = arguments.iter().collect();
    method.apply(object, &arguments).ok()
}

/// `{ name: value, … }`
pub(super) fn object(entries: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in entries {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// An error in words; nothing of the value is kept.
pub(super) fn words(error: &JsValue) -> String {
    let part = |name| get(error, name).as_string().filter(|text| !text.is_empty());
    match (part("name"), part("message")) {
        (Some(name), Some(message)) => format!("{name}: {message}"),
        (None, Some(message)) => message,
        _ => error
            .as_string()
            .unwrap_or_else(|| "no reason was given".to_owned()),
    }
}
