//! An application whose entry point lacks `#[threader::main]`, so that it runs inside its workers too. What its owner is told is the test.

#[cfg(target_arch = "wasm32")]
fn main() {
    threader_tests::suite::run_unguarded();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    println!("This program is for wasm: `cargo xtask test --suite node`.");
}
