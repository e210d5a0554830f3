//! From a synchronous entry point to futures, natively and in an event loop.

use std::future::Future;

/// Waits for a future on this thread: the way from a synchronous `main` into strategies.
///
/// Native only: a browser's or Node's main thread must not be blocked. There use an async `main` with
/// `#[threader::main]`.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// assert_eq!(threader::block_on(threader::spawn!(square(5))).unwrap(), 25);
/// ```
#[cfg(not(target_family = "wasm"))]
pub fn block_on<F: Future>(future: F) -> F::Output {
    futures_executor::block_on(future)
}

/// Runs an async entry point: natively to its end, on wasm from the event loop, to which it returns at once.
#[doc(hidden)]
pub fn run_main<F>(main: F) -> F::Output
where
    F: Future + 'static,
    F::Output: MainResult,
{
    #[cfg(not(target_family = "wasm"))]
    return block_on(main);
    #[cfg(target_family = "wasm")]
    {
        wasm_bindgen_futures::spawn_local(async { main.await.report() });
        F::Output::started()
    }
}

/// What an entry point may return.
#[doc(hidden)]
pub trait MainResult {
    /// What it returns where it does not run, or has only been started.
    fn started() -> Self;
    /// Shows an error to whoever runs the program, when there is no caller left to return it to.
    fn report(self);
}

impl MainResult for () {
    fn started() -> Self {}
    fn report(self) {}
}

impl<E: std::fmt::Debug> MainResult for Result<(), E> {
    fn started() -> Self {
        Ok(())
    }

    fn report(self) {
        if let Err(error) = self {
            // As a native `main` ends: with the error on the console and a failure. Here a panic is what fails a program.
            panic!("main failed: {error:?}");
        }
    }
}
