//! Text about JavaScript, the target, and what was agreed to.
#![allow(unused)]

mod js_sys {
    pub fn eval(_: &str) -> bool {
        true
    }
}

#[threader::task]
fn quotes(text: &str) -> String {
    format!("js_sys::eval({text:?})")
}

#[threader::pure]
fn target() -> &'static str {
    if cfg!(target_arch = "wasm32") { "web_sys" } else { "native" }
}

#[threader::pure]
fn window(values: &[u8], width: usize) -> &[u8] {
    &values[..width.min(values.len())]
}

#[threader::pure]
fn calls_its_own(values: &[u8]) -> usize {
    window(values, 3).len()
}

#[threader::pure]
fn a_local_of_that_name(web_sys: u8) -> u8 {
    let js_sys = web_sys + 1;
    let document = |x: u8| x + js_sys;
    document(1)
}

#[threader::pure]
fn eval(x: u8) -> u8 {
    x
}

#[threader::pure]
fn evaluates(x: u8) -> u8 {
    eval(x)
}

#[threader::pure(allow(js))]
fn agreed(code: &str) -> bool {
    js_sys::eval(code)
}

#[threader::task(trust(js_sys::eval))]
fn trusted(code: &str) -> bool {
    js_sys::eval(code)
}

fn main() {
    assert_eq!(calls_its_own(&[1, 2]), 2);
}
