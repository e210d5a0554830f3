//! Tasks on the worker's performance timeline: `Config::profile`.

use std::time::Duration;

use wasm_bindgen::prelude::*;

use super::task_name;
use crate::backend::worker::host;
use crate::backend::worker::js::object;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = measure, catch)]
    fn measure(name: &str, span: &JsValue) -> Result<JsValue, JsValue>;
}

thread_local! {
    static WANTED: bool = host::profiles();
}

pub(super) fn is_wanted() -> bool {
    WANTED.with(|wanted| *wanted)
}

/// Adds the task that runs here.
pub(super) fn add(start: Duration, end: Duration) {
    let milliseconds = |time: Duration| JsValue::from(time.as_secs_f64() * 1000.0);
    let span = object(&[("start", &milliseconds(start)), ("end", &milliseconds(end))]);
    // An engine without this has no timeline; its tasks run all the same.
    let _ = measure(&task_name().unwrap_or_default(), &span);
}
