//! The little of JavaScript that both platforms share.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::frozen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;

    /// `--target no-modules` only: the global that its output declares.
    #[wasm_bindgen(thread_local_v2, js_name = wasm_bindgen)]
    static NO_MODULES: Option<Function>;

    type WorkerGlobalScope;
}

/// What the name `wasm_bindgen` means to this program's glue, where it means a function: its own,
/// or another program's.
pub(super) fn classic_glue() -> Option<JsValue> {
    let glue = NO_MODULES.with(|glue| glue.clone().map(JsValue::from));
    glue.filter(JsValue::is_function)
}

/// The stack of an `Error` made here.
pub(super) fn stack() -> Option<String> {
    let (errors, limit) = (get(&js_sys::global(), "Error"), "stackTraceLimit".into());
    // A program may want none. Where that cannot be changed there is none.
    let before = Reflect::get(&errors, &limit)
        .ok()
        .filter(|before| before.as_f64().is_some());
    if before.is_some() {
        let _ = Reflect::set(&errors, &limit, &10.into());
    }
    // In Bun's modules the frame of a function that does nothing but make an `Error` is left out.
    // This one is called by another.
    let constructor: &Function = errors.unchecked_ref();
    let error = Reflect::construct(constructor, &Array::new());
    let stack = error
        .ok()
        .and_then(|error| get(&error, "stack").as_string());
    if let Some(before) = before {
        let _ = Reflect::set(&errors, &limit, &before);
    }
    stack
}

/// Whether this is the global scope of a web worker.
pub(super) fn is_web_worker() -> bool {
    js_sys::global().is_instance_of::<WorkerGlobalScope>()
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

/// As a [`Timer`], but of the time in which the thread does not stand still; see `frozen.rs`.
pub(super) struct PatientTimer(Rc<RefCell<Option<Timer>>>);

impl PatientTimer {
    pub(super) fn after(delay: Duration, f: impl FnOnce() + 'static) -> Self {
        let timer = PatientTimer(Rc::default());
        wait(&timer.0, delay, Box::new(f));
        timer
    }
}

fn wait(slot: &Rc<RefCell<Option<Timer>>>, left: Duration, f: Box<dyn FnOnce()>) {
    let (step, began) = (left.min(frozen::STEP), now());
    let weak = Rc::downgrade(slot);
    let timer = Timer::after(step, move || {
        let Some(slot) = weak.upgrade() else { return };
        let passed = now().saturating_sub(began);
        let counts = passed.saturating_sub(frozen::lost(step, passed, is_hidden()));
        match left.saturating_sub(counts) {
            // Engines' timers may be early, by less than this.
            left if left < Duration::from_millis(1) => f(),
            left => wait(&slot, left, f),
        }
    });
    let before = slot.replace(Some(timer));
    drop(before);
}

/// Whether this is the thread of a page that is not seen.
pub(super) fn is_hidden() -> bool {
    get(&get(&js_sys::global(), "document"), "hidden").as_bool() == Some(true)
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

/// `{ __proto__: null, name: value, … }`. Without a prototype: what a script has added to that of
/// all objects is no option.
pub(super) fn object(entries: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::create(JsValue::NULL.unchecked_ref::<Object>());
    for (name, value) in entries {
        // Setting a property of such an object does not fail.
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
