//! Measures what a coordinator costs and gives, as a wasm program: `cargo xtask bench coordinator`.

#[cfg(target_arch = "wasm32")]
#[threader::main]
async fn main() {
    threader_tests::bench::run().await;
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    println!("This program is for wasm: `cargo xtask bench coordinator`.");
}
