//! JavaScript and the page.
#![allow(unused)]

mod js_sys {
    pub fn eval(_: &str) -> bool {
        true
    }
    pub struct Array;
    impl Array {
        pub fn new() -> Array {
            Array
        }
    }
    pub mod Reflect {
        pub fn has(_: &str) -> bool {
            true
        }
    }
}
mod web_sys {
    pub fn window() -> Option<u8> {
        None
    }
}
mod wasm_bindgen {
    pub fn memory() -> u8 {
        0
    }
    pub struct JsValue;
    impl JsValue {
        pub fn from_str(_: &str) -> JsValue {
            JsValue
        }
    }
}
mod gloo_utils {
    pub fn document() -> u8 {
        0
    }
}

#[threader::task]
fn evaluates(code: &str) -> bool {
    js_sys::eval(code)
}

#[threader::pure]
fn makes() {
    let _array = js_sys::Array::new();
}

#[threader::pure]
fn reflects(name: &str) -> bool {
    js_sys::Reflect::has(name)
}

#[threader::pure]
fn the_page() -> bool {
    web_sys::window().is_some()
}

#[threader::pure]
fn the_memory() -> u8 {
    wasm_bindgen::memory()
}

#[threader::pure]
fn a_value(text: &str) {
    let _value = wasm_bindgen::JsValue::from_str(text);
}

#[threader::pure]
fn the_document() -> u8 {
    gloo_utils::document()
}

#[threader::pure]
fn renamed() -> bool {
    use web_sys::window as page;
    page().is_some()
}

fn main() {}
