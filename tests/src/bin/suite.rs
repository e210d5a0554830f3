//! The suite as a wasm program. It prints one line per case and a last one with the counts:
//!
//! ```text
//! run node::all_keeps_input_order
//! test node::all_keeps_input_order ... ok
//! suite finished: 1 passed, 0 failed, 0 not applicable
//! ```

// What is held is looked at in the selection `leaks`.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static COUNTING: threader_tests::held::Counting = threader_tests::held::Counting;

#[cfg(target_arch = "wasm32")]
#[threader::main]
async fn main() {
    threader_tests::suite::run().await;
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    use threader::{Config, Pool, block_on};

    let Some(tasks) = std::env::args().nth(1).and_then(|tasks| tasks.parse().ok()) else {
        println!(
            "The native suite is `cargo test -p threader-tests`; this program is for wasm: `cargo xtask test --suite node,browser`. \
             Natively it soaks: give the number of tasks."
        );
        return std::process::ExitCode::FAILURE;
    };
    // Every hundredth task panics.
    std::panic::set_hook(Box::new(|_| {}));
    let pool = Pool::new(Config::new().max_workers(2));
    match block_on(threader_tests::soak::program(pool, tasks)) {
        true => std::process::ExitCode::SUCCESS,
        false => std::process::ExitCode::FAILURE,
    }
}
