//! Functions that are exported to JavaScript as well, with the attributes in either order.
#![deny(warnings)]

use wasm_bindgen::prelude::wasm_bindgen;

#[threader::task]
#[wasm_bindgen]
pub fn above(x: u32) -> u32 {
    helper(x)
}

#[wasm_bindgen]
#[threader::task]
pub fn below(x: u32) -> u32 {
    helper(x) + 1
}

#[wasm_bindgen]
#[threader::pure]
pub fn helper(x: u32) -> u32 {
    x * 2
}

fn main() {
    let both = threader::block_on(threader::all!(above(1), below(1)));
    assert_eq!(both.unwrap(), (2, 3));
    assert_eq!((above(2), below(2)), (4, 5));
}
