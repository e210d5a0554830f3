//! The wasm half of `host`.

use js_sys::{Function, JsString, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Lets the event loop go round once, so that messages of workers arrive.
pub async fn turn() {
    timer(0).await;
}

/// Ready after so many seconds.
pub(super) async fn limit(seconds: u32) {
    timer(seconds * 1000).await;
}

/// Writes one line to the console.
pub(crate) fn print(line: &str) {
    log(line);
}

/// What the one who started the suite chose: an environment variable in Node, a parameter of the page's address in a browser.
pub(crate) fn option(variable: &str, parameter: &str) -> Option<String> {
    let global = js_sys::global();
    let environment = get(&global, "process").and_then(|process| get(&process, "env"));
    if let Some(environment) = environment {
        return get(&environment, variable)?.as_string();
    }
    let search = get(&get(&global, "location")?, "search")?.as_string()?;
    search
        .trim_start_matches('?')
        .split('&')
        .find_map(|pair| pair.strip_prefix(parameter)?.strip_prefix('='))
        .map(str::to_owned)
}

/// Tells whoever started the suite that it failed, where there is a way (Node's exit code).
pub(crate) fn exit_with_failure() {
    if let Some(process) = get(&js_sys::global(), "process") {
        // A frozen `process` loses the exit code; the printed lines still say it.
        let _ = Reflect::set(&process, &"exitCode".into(), &1.into());
    }
}

/// Whether this engine ends a worker in the middle of a loop inside wasm. JavaScriptCore (WebKit, Bun) does so only where the loop calls
/// JavaScript: see docs/engines.md.
pub(crate) fn stops_loops() -> bool {
    let global = js_sys::global();
    let text = |of: &str, key: &str| get(&get(&global, of)?, key)?.as_string();
    let apple = text("navigator", "vendor").is_some_and(|vendor| vendor.starts_with("Apple"));
    let bun = get(&global, "Bun").is_some();
    !apple && !bun
}

/// The text that a GET of this address answers with.
pub(crate) async fn fetch_text(url: &str) -> Result<String, String> {
    async {
        let response = JsFuture::from(fetch(url)).await?;
        let text: Function = Reflect::get(&response, &"text".into())?.dyn_into()?;
        let text: Promise = text.call0(&response)?.dyn_into()?;
        JsFuture::from(text).await?.dyn_into::<JsString>()
    }
    .await
    .map(String::from)
    .map_err(|error: JsValue| format!("{url}: {error:?}"))
}

/// The number under a key of a JSON object, and the sum over all keys that end so.
pub(crate) fn sum_of_keys_ending(json: &str, ending: &str) -> Result<f64, String> {
    let object: Object = js_sys::JSON::parse(json)
        .and_then(wasm_bindgen::JsCast::dyn_into)
        .map_err(|error| format!("{json}: {error:?}"))?;
    let entries = Object::entries(&object);
    let sum = entries
        .iter()
        .map(|entry| js_sys::Array::from(&entry))
        .filter(|entry| {
            entry
                .get(0)
                .as_string()
                .is_some_and(|key| key.ends_with(ending))
        })
        .filter_map(|entry| entry.get(1).as_f64())
        .sum();
    Ok(sum)
}

/// Whether workers can be relied on to start workers: in Firefox and WebKit they can not, see `Config::coordinator`.
pub(crate) fn nests() -> bool {
    let agent = agent();
    let is_webkit = agent.contains("AppleWebKit/") && !agent.contains("Chrome/");
    !agent.contains("Firefox/") && !is_webkit
}

fn agent() -> String {
    get(&js_sys::global(), "navigator")
        .and_then(|navigator| get(&navigator, "userAgent")?.as_string())
        .unwrap_or_default()
}

/// Runs a script; what it throws goes through the caller, as any exception of JavaScript's does.
pub(crate) fn evaluate(script: &str) {
    if let Err(error) = Function::new_no_args(script).call0(&JsValue::UNDEFINED) {
        wasm_bindgen::throw_val(error);
    }
}

/// Evaluates an expression.
pub(crate) fn value(expression: &str) -> Result<JsValue, String> {
    Function::new_no_args(&format!("return {expression}"))
        .call0(&JsValue::UNDEFINED)
        .map_err(|error| format!("{expression}: {error:?}"))
}

/// Evaluates an expression whose value is a text.
pub(crate) fn text(expression: &str) -> Result<String, String> {
    let value = value(expression)?;
    value
        .as_string()
        .ok_or_else(|| format!("{expression}: {value:?}"))
}

/// JavaScript that stands in for the program's own and does not work, in this way.
pub(crate) fn broken_glue(name: &str) -> Result<String, String> {
    match in_page() {
        true => Ok(format!("/glue/{name}.js")),
        false => Ok(format!(
            "{}/tests/js/glue/{name}.cjs",
            text("process.cwd()")?
        )),
    }
}

/// Paths that differ from machine to machine and may stand in a text.
pub(crate) fn places() -> Vec<String> {
    let place = text(if in_page() {
        "location.origin"
    } else {
        "process.cwd()"
    });
    place.into_iter().collect()
}

/// Writes one line to the console.
pub(crate) fn say(line: &str) {
    print(line);
}

/// The bytes of memory that this process holds (Node and its like), or all of this page's browser, as the page's server tells.
pub(crate) async fn memory() -> Option<f64> {
    // Where the engine was started so that it can be asked to.
    let _ = value("globalThis.gc?.()");
    match in_page() {
        true => fetch_text("/memory").await.ok()?.trim().parse().ok(),
        false => value("process.memoryUsage().rss").ok()?.as_f64(),
    }
}

/// Of a clock that runs evenly.
pub(crate) fn milliseconds() -> f64 {
    value("performance.now()")
        .ok()
        .and_then(|now| now.as_f64())
        .unwrap_or_default()
}

/// What keeps the engine's loop going, by kind, where it tells.
pub(crate) fn runners() -> Vec<String> {
    let kinds = text("globalThis.process?.getActiveResourcesInfo?.().sort().join(' ') ?? ''");
    let kinds = kinds.unwrap_or_default();
    kinds.split_whitespace().map(str::to_owned).collect()
}

/// The bytes of the engine's heap, and what its objects hold outside of it, where it tells.
pub(crate) fn engine_bytes() -> f64 {
    let bytes = "(globalThis.gc?.(), globalThis.process?.memoryUsage) ? \
                 (({ heapUsed, external }) => heapUsed + external)(process.memoryUsage()) : 0";
    value(bytes)
        .ok()
        .and_then(|bytes| bytes.as_f64())
        .unwrap_or_default()
}

/// The pages of this instance's memory.
pub(crate) fn pages() -> usize {
    core::arch::wasm32::memory_size(0)
}

fn in_page() -> bool {
    get(&js_sys::global(), "document").is_some()
}

/// The end of this worker, in Node and its like.
pub(crate) fn exit(code: u32) {
    evaluate(&format!("process.exit({code})"));
}

/// The end of this worker.
pub(crate) fn trap() {
    core::arch::wasm32::unreachable();
}

/// Says a line that is meant for whoever reads the output as a whole.
pub(crate) fn note(line: &str) {
    print(line);
}

async fn timer(milliseconds: u32) {
    /// Stops the clock when the wait is given up: in Node a running one would keep the program alive. Then it rings at once,
    /// because what waits for a promise is only let go of when the promise settles.
    struct Timer(JsValue, Option<Function>);
    impl Drop for Timer {
        fn drop(&mut self) {
            clear_timeout(&self.0);
            if let Some(ring) = &self.1 {
                // Settling a promise does not throw.
                let _ = ring.call0(&JsValue::UNDEFINED);
            }
        }
    }
    let mut running = Timer(JsValue::UNDEFINED, None);
    let rung = Promise::new(&mut |resolve, _| {
        running.0 = set_timeout(&resolve, milliseconds);
        running.1 = Some(resolve);
    });
    // It is never rejected.
    let _ = JsFuture::from(rung).await;
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(object, &key.into())
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn log(line: &str);
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
    fn fetch(url: &str) -> Promise;
}
