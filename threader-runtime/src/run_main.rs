//! From a synchronous entry point to futures, natively and in an event loop.

use std::future::Future;

/// Waits for a future on this thread: the way from a synchronous `main`, test or callback into strategies.
///
/// It may be called anywhere, also inside a task, an error hook or another `block_on`. Inside a task strategies run
/// their tasks right there, so it returns without a wait.
///
/// On wasm only that works: there the thread cannot wait for its own event loop, so outside of tasks use an async
/// `main` with `#[threader::main]`, and `.await`.
///
/// # Panics
/// On wasm, if the future is not ready when it is polled.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// assert_eq!(threader::block_on(threader::spawn!(square(5))).unwrap(), 25);
/// ```
pub fn block_on<F: Future>(future: F) -> F::Output {
    #[cfg(not(target_family = "wasm"))]
    return pollster::block_on(future);
    #[cfg(target_family = "wasm")]
    ready_now(future)
}

/// Polls it for as long as it wakes itself.
#[cfg(target_family = "wasm")]
fn ready_now<F: Future>(future: F) -> F::Output {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Poll, Wake, Waker};

    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut future = std::pin::pin!(future);
    while woken.0.swap(false, Ordering::Relaxed) {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
    }
    panic!(
        "`threader::block_on` cannot wait here: this thread's event loop has to go on first; \
         use `.await` in an async function instead"
    );
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
        crate::console::report_panics();
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
        // As a native `main` ends: with the error on the console and a failure.
        #[cfg(target_family = "wasm")]
        if let Err(error) = self {
            crate::console::main_failed(&error);
        }
    }
}
