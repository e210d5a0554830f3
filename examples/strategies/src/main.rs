//! Every strategy once, each in a function of its own. Runs natively (`cargo run -p strategies`) and in Node.
//! A task that panics says so on standard error, as any panic does.

mod say;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use say::say;
use threader::{Config, ErrorKind, Pool, Status, TaskError};

/// Fails for `0`, with the panic's own text.
#[threader::task]
fn reciprocal(x: u32) -> f64 {
    assert!(x != 0, "0 has no reciprocal");
    1.0 / f64::from(x)
}

#[threader::task]
fn shout(text: &str) -> String {
    text.to_uppercase()
}

/// Takes long for a large `limit`, and says how far it is.
#[threader::task]
fn steps_of_collatz(limit: u64) -> u64 {
    let steps = |n: u64| {
        std::iter::successors(Some(n), |&n| {
            Some(if n % 2 == 0 { n / 2 } else { 3 * n + 1 })
        })
    };
    let count = |n| steps(n).take_while(|&n| n != 1).count() as u64;
    let mut longest = 0;
    for n in 1..=limit {
        if n % 10_000 == 0 {
            threader::progress(n, limit);
        }
        longest = count(n).max(longest);
    }
    longest
}

#[threader::main]
async fn main() -> Result<(), TaskError> {
    all().await?;
    settled().await;
    stream().await?;
    race().await?;
    any().await;
    spawn().await?;
    cancel().await;
    labels().await;
    pool_and_fire().await;
    Ok(())
}

/// `all!`: everything, in the order it was written in; the first failure ends it.
async fn all() -> Result<(), TaskError> {
    // Items may be of different types: a tuple comes back.
    let (half, hello) = threader::all!(reciprocal(2), shout("hello")).await?;
    assert_eq!((half, hello.as_str()), (0.5, "HELLO"));
    // One task for each element: a `Vec` comes back.
    let all = threader::all!(for x in [1, 2, 4] => reciprocal(x)).await?;
    assert_eq!(all, [1.0, 0.5, 0.25]);

    let error = threader::all!(reciprocal(0), reciprocal(2))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Panicked, "0 has no reciprocal")
    );
    say(&format!(
        "all!      {half}, {hello}, {all:?}; a failure: {error}"
    ));
    Ok(())
}

/// `settled!`: everything, failures included; never an error itself.
async fn settled() {
    let results = threader::settled!(for x in 0..3 => reciprocal(x)).await;
    assert!(results[0].is_err());
    assert!(matches!(results[1..], [Ok(1.0), Ok(0.5)]));
    let failed = results.iter().filter(|result| result.is_err()).count();
    say(&format!(
        "settled!  {} results, {failed} of them an error",
        results.len()
    ));
}

/// `stream!`: each as it gets ready, with the index that it has in the input.
async fn stream() -> Result<(), TaskError> {
    let limits = [30_000, 10, 10_000];
    let mut results = threader::stream!(for limit in limits => steps_of_collatz(limit));
    let mut longest = [0; 3];
    let mut order = Vec::new();
    while let Some((index, result)) = results.next().await {
        longest[index] = result?;
        order.push(index);
    }
    assert_eq!(longest, [307, 19, 261]);
    say(&format!("stream!   came in the order {order:?}"));
    Ok(())
}

/// `race!`: the first to settle, whether it has succeeded or failed. The others are cancelled.
async fn race() -> Result<(), TaskError> {
    let (winner, steps) = threader::race!(steps_of_collatz(200_000), steps_of_collatz(10)).await?;
    assert_eq!(steps, [382, 19][winner]);
    say(&format!("race!     number {winner} was first"));
    Ok(())
}

/// `any!`: the first `n` to succeed. Failures count only when `n` is out of reach.
async fn any() {
    let two = threader::any!(2; reciprocal(0), reciprocal(4), reciprocal(5))
        .await
        .unwrap();
    let mut indices: Vec<_> = two.iter().map(|(index, _)| *index).collect();
    indices.sort();
    assert_eq!(indices, [1, 2]);

    let error = threader::any!(2; reciprocal(0), reciprocal(4))
        .await
        .unwrap_err();
    assert_eq!(error.errors().len(), 1);
    say(&format!("any!      {two:?}; out of reach: {error}"));
}

/// `spawn!`: one task, running from now on, with a handle to await when its result is needed.
async fn spawn() -> Result<(), TaskError> {
    let handle = threader::spawn!(steps_of_collatz(100_000));
    let here = reciprocal(8); // still an ordinary function
    let control = handle.control();
    assert_eq!((here, handle.await?), (0.125, 350));
    assert_eq!(control.status(), Status::Completed);
    say(&format!(
        "spawn!    {:?}, progress {:?}",
        control.status(),
        control.progress()
    ));
    Ok(())
}

/// A task is cancelled by its control, or by dropping what waits for it. One that waits never starts.
async fn cancel() {
    let task = threader::prepare!(steps_of_collatz(1_000_000)); // not started yet
    let control = task.control();
    assert_eq!(control.status(), Status::Pending);
    let handle = threader::spawn(task);
    control.cancel();
    assert_eq!(handle.await.unwrap_err().kind(), ErrorKind::Cancelled);

    let all = threader::all!(steps_of_collatz(100_000), shout("hello"));
    let controls = all.controls();
    drop(all);
    assert!(
        controls
            .iter()
            .all(|control| control.status() == Status::Cancelled)
    );
    say("cancel    by the control, by dropping");
}

/// A label names one task among many of the same function.
async fn labels() {
    let tasks =
        [3, 0].map(|x| threader::prepare!(reciprocal(x)).label(format!("reciprocal of {x}")));
    let error = threader::all(tasks).await.unwrap_err();
    assert_eq!(error.task(), "reciprocal of 0");
    say(&format!("label     {error}"));
}

/// `in pool;`: a pool of one's own. `fire!`: no result wanted; a failure goes to the pool's error hook.
async fn pool_and_fire() {
    let failures = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&failures);
    let config = Config::new().max_workers(1).on_error(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let pool = Pool::new(config);
    let hello = threader::spawn!(in pool; shout("hello")).await.unwrap();
    threader::fire!(in pool; reciprocal(0), reciprocal(1));
    pool.close().await; // finishes what is queued
    assert_eq!(
        (hello.as_str(), failures.load(Ordering::Relaxed)),
        ("HELLO", 1)
    );
    say(&format!(
        "fire!     {} failure on {} worker ({})",
        1,
        pool.workers(),
        pool.backend()
    ));
}
