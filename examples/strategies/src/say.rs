//! Printing, wherever this runs.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

// A wasm module has no standard output.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = log)]
    pub(crate) fn say(text: &str);
}
