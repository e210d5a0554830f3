//! The suite as a wasm program. It prints one line per case and a last one with the counts:
//!
//! ```text
//! run node::all_keeps_input_order
//! test node::all_keeps_input_order ... ok
//! suite finished: 1 passed, 0 failed, 0 not applicable
//! ```

#[cfg(target_arch = "wasm32")]
#[threader::main]
async fn main() {
    threader_tests::suite::run().await;
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    println!(
        "The native suite is `cargo test -p threader-tests`; this program is for wasm: `cargo xtask test --suite node,browser`."
    );
}
