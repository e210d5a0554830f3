//! Programs that fail. What they write to the console is the test, in `xtask/src/suites/words.rs`.

use threader::{TaskError, spawn};

use crate::host::{option, print};
use crate::tasks::add;
use crate::tasks::failing::half;

/// `THREADER_FAILS`, or in a page the parameter `fails`, selects how it fails.
pub async fn run() -> Result<(), TaskError> {
    match option("THREADER_FAILS", "fails").as_deref() {
        Some("error") => {
            spawn!(half(3)).await?;
        }
        Some("early") => panic!("before there is a pool"),
        Some("hook") => {
            std::panic::set_hook(Box::new(|info| {
                print(&format!("a hook of its own: {info}"))
            }));
            assert_sum().await?;
        }
        _ => assert_sum().await?,
    }
    Ok(())
}

async fn assert_sum() -> Result<(), TaskError> {
    let sum = spawn!(add(1, 2)).await?;
    assert_eq!(sum, 4, "the sum is another");
    Ok(())
}

/// An entry point without `#[threader::main]`, whose author expects no error.
pub async fn run_unguarded() {
    spawn!(add(1, 2)).await.unwrap();
}
