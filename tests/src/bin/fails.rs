//! A program that fails. Its entry point is also the proof that one for wasm-bindgen may return a
//! `TaskError`.

#[cfg(target_arch = "wasm32")]
#[threader::main]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
async fn start() -> Result<(), threader::TaskError> {
    threader_tests::fails::run().await
}

/// An export that ends in an error of its own: what JavaScript catches.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn half(n: u32) -> Result<u32, threader::TaskError> {
    threader::spawn!(threader_tests::tasks::failing::half(n)).await
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    println!("This program is for wasm: `cargo xtask test --suite node,browser`.");
}
