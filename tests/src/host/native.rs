//! The native half of `host`.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::task::Poll;
use std::time::Duration;

use futures_util::task::AtomicWaker;

/// Lets the workers go on, then returns.
pub async fn turn() {
    let mut first = true;
    poll_fn(|context| {
        if !std::mem::take(&mut first) {
            return Poll::Ready(());
        }
        std::thread::yield_now();
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Ready after so many seconds. Dropping it ends its thread.
pub(super) async fn limit(seconds: u32) {
    let alarm = Arc::new((AtomicWaker::new(), AtomicBool::new(false)));
    let (_given_up, running) = mpsc::channel::<()>();
    let rings = Arc::clone(&alarm);
    std::thread::spawn(move || {
        if running.recv_timeout(Duration::from_secs(seconds.into()))
            == Err(RecvTimeoutError::Timeout)
        {
            rings.1.store(true, Ordering::Release);
            rings.0.wake();
        }
    });
    poll_fn(|context| {
        alarm.0.register(context.waker());
        if alarm.1.load(Ordering::Acquire) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// A native thread is never stopped from outside.
pub(crate) fn stops_loops() -> bool {
    false
}
