//! Nothing is left: threads, memory and wakers return to where they were, after many tasks, pools and polls.
//!
//! In a process of their own, one after the other: `tests/tests/leaks.rs`, and in Node the selection `leaks`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use futures_util::{FutureExt, Stream, StreamExt};
use threader::{Backend, Config, Pool, all, prepare, settled, spawn};

use crate::check::{check, check_eq};
use crate::held::Held;
use crate::host::until;
use crate::runner::{Needs, Selection, cases};
use crate::tasks::failing::half;
use crate::tasks::{add, begin_and_spin, count_up, echo, spin};
use crate::{Cx, Outcome, soak};

cases![
    leaks_nothing_of_tasks_whatever_they_end_in.only_in(Selection::Leaks),
    leaks_nothing_of_tasks_that_panic
        .needs(Needs::Unwind)
        .only_in(Selection::Leaks),
    leaks_nothing_of_time_that_tasks_do_not_take.only_in(Selection::Leaks),
    leaks_nothing_of_tasks_given_up_behind_a_busy_worker
        .needs(Needs::Parallel)
        .only_in(Selection::Leaks),
    leaks_nothing_of_pools_that_are_dropped.only_in(Selection::Leaks),
    leaks_nothing_of_pools_that_are_dropped_at_work.only_in(Selection::Leaks),
    leaks_nothing_of_pools_that_are_shut_down.only_in(Selection::Leaks),
    leaks_nothing_of_pools_that_are_closed.only_in(Selection::Leaks),
    leaks_nothing_of_pools_with_a_hook_that_knows_them.only_in(Selection::Leaks),
    leaks_nothing_of_workers_that_were_idle
        .needs(Needs::Threads)
        .only_in(Selection::Leaks),
    leaks_no_waker_of_progress
        .needs(Needs::Parallel)
        .only_in(Selection::Leaks),
    leaks_no_waker_of_close
        .needs(Needs::Parallel)
        .only_in(Selection::Leaks),
    leaks_no_waker_of_room
        .needs(Needs::Parallel)
        .only_in(Selection::Leaks),
    leaks_no_waker_of_a_result
        .needs(Needs::Parallel)
        .only_in(Selection::Leaks),
    leaks_nothing_of_a_soak
        .needs(Needs::Parallel)
        .only_in(Selection::Leaks),
];

const TASKS: u64 = 10_000;
/// A pool in a worker takes 100 ms to come up.
const POOLS: u64 = if cfg!(target_arch = "wasm32") {
    60
} else {
    300
};
const POLLS: u64 = 10_000;

/// `work` is done once to fill caches, and then leaves nothing behind. `before` is what there was before the pools.
async fn returns(work: impl AsyncFn(u64) -> Outcome, amount: u64) -> Outcome {
    // What a program has once: the timer's thread, tables.
    work(amount / 4).await?;
    settle_down().await;
    let before = Held::now()?;
    work(amount).await?;
    before.returns().await
}

/// What has a result may still be put away by the worker.
async fn settle_down() {
    for _ in 0..500 {
        crate::turn().await;
    }
}

async fn leaks_nothing_of_tasks_whatever_they_end_in(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let work = async |amount: u64| {
        for _ in 0..amount / 1000 {
            check_eq!(
                all!(in pool; for n in 0..400 => add(n, n)).await?.len(),
                400
            );
            let tasks = settled!(in pool; for n in 0..300 => spin(n));
            for control in tasks.controls().iter().step_by(2) {
                control.cancel();
            }
            tasks.await;
            check_eq!(
                pool.stream((0..100).map(|n| prepare!(add(n, 1))))
                    .count()
                    .await,
                100
            );
            // One value, the others cancelled; then handles that nobody keeps.
            pool.race((0..50).map(|n| prepare!(spin(n)))).await?;
            for n in 0..50 {
                drop(spawn!(in pool; spin(n)));
                spawn!(in pool; spin(n)).detach();
            }
            let counting = spawn!(in pool; count_up(20));
            let seen = counting.control().progress_stream();
            check_eq!(counting.await?, 20);
            seen.count().await;
            check_eq!(
                spawn!(in pool; echo(vec![1; 100_000])).await?.len(),
                100_000
            );
            let late = Duration::from_millis(1);
            for result in settled!(in pool; for _ in 0..20 => spin(1_000_000).timeout(late)).await {
                drop(result);
            }
        }
        until("all have ended", || {
            let metrics = pool.metrics();
            metrics.queued + metrics.running == 0
        })
        .await
    };
    returns(work, TASKS).await
}

async fn leaks_nothing_of_tasks_that_panic(cx: Cx) -> Outcome {
    let pool = cx.pool();
    // On wasm each costs a worker.
    let amount = if cfg!(target_arch = "wasm32") {
        100
    } else {
        TASKS
    };
    let work = async |amount: u64| {
        for result in settled!(in pool; for _ in 0..amount => half(1)).await {
            check!(result.is_err(), "it did not panic");
        }
        Ok(())
    };
    returns(work, amount).await
}

async fn leaks_nothing_of_time_that_tasks_do_not_take(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let hour = Duration::from_secs(3600);
    let work = async |amount: u64| {
        let tasks = (0..amount).map(|n| prepare!(spin(n % 8)).timeout(hour).deadline(hour));
        check_eq!(pool.all(tasks).await?.len() as u64, amount);
        Ok(())
    };
    returns(work, TASKS).await
}

async fn leaks_nothing_of_tasks_given_up_behind_a_busy_worker(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = spawn!(in pool; begin_and_spin(u64::MAX));
    let control = stuck.control();
    until("it begins", || control.progress().is_some()).await?;
    // A hundred at a time, as a program does that sets a limit.
    let work = async |amount: u64| {
        for _ in 0..amount / 100 {
            drop(settled!(in pool; for _ in 0..100 => echo(vec![1; 100])));
        }
        Ok(())
    };
    let end = returns(work, TASKS).await;
    control.cancel();
    let _ = stuck.await;
    end
}

/// So many pools, of two workers, that have all run something; `end` is what is done to each.
async fn pools(cx: &Cx, configure: impl Fn(Config) -> Config, end: impl AsyncFn(Pool)) -> Outcome {
    let most = if cx.backend() == Backend::Inline {
        0
    } else {
        2
    };
    let work = async |amount: u64| {
        for _ in 0..amount {
            let pool = Pool::new(configure(Config::new().max_workers(most)));
            check_eq!(all!(in pool; add(1, 2), add(3, 4)).await?, (3, 7));
            end(pool).await;
        }
        Ok(())
    };
    returns(work, POOLS).await
}

async fn leaks_nothing_of_pools_that_are_dropped(cx: Cx) -> Outcome {
    let hook = |config: Config| config.on_error(|error| drop(error.clone()));
    pools(&cx, hook, async |pool| drop(pool)).await
}

async fn leaks_nothing_of_pools_that_are_dropped_at_work(cx: Cx) -> Outcome {
    let grace = |config: Config| config.cancel_grace(Duration::ZERO);
    pools(&cx, grace, async |pool| {
        drop(settled!(in pool; for n in 0..10 => spin(n)));
    })
    .await
}

async fn leaks_nothing_of_pools_that_are_shut_down(cx: Cx) -> Outcome {
    pools(
        &cx,
        |config| config,
        async |pool| {
            let left = settled!(in pool; for n in 0..10 => spin(n));
            pool.shutdown();
            left.await;
        },
    )
    .await
}

async fn leaks_nothing_of_pools_that_are_closed(cx: Cx) -> Outcome {
    pools(
        &cx,
        |config| config.prewarm(true),
        async |pool| {
            threader::fire!(in pool; for n in 0..10 => spin(n));
            pool.close().await;
        },
    )
    .await
}

async fn leaks_nothing_of_pools_with_a_hook_that_knows_them(cx: Cx) -> Outcome {
    let most = if cx.backend() == Backend::Inline {
        0
    } else {
        2
    };
    let work = async |amount: u64| {
        for n in 0..amount {
            let known = Arc::new(std::sync::OnceLock::<Pool>::new());
            let own = Arc::clone(&known);
            let pool = Pool::new(Config::new().max_workers(most).on_error(move |_| {
                own.get().map(Pool::metrics);
            }));
            // It is empty, and nobody else sets it.
            let _ = known.set(pool.clone());
            check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
            match n % 2 {
                0 => pool.shutdown(),
                _ => pool.close().await,
            }
        }
        Ok(())
    };
    returns(work, POOLS).await
}

async fn leaks_nothing_of_workers_that_were_idle(cx: Cx) -> Outcome {
    let work = async |amount: u64| {
        for n in 0..amount / 10 {
            let fewest = (n % 2) as usize;
            let pool = cx.pool_with(|config| {
                let config = config.keep_alive(Duration::from_millis(1));
                config.max_workers(3).min_workers(fewest)
            });
            for _ in 0..3 {
                all!(in pool; for n in 0..20 => spin(n)).await?;
                until("only the fewest are left", || {
                    pool.metrics().workers.len() == fewest
                })
                .await?;
            }
            cx.forget();
        }
        Ok(())
    };
    returns(work, POOLS).await
}

/// A waker of its own for each poll; how many there are.
#[derive(Clone, Default)]
struct Wakers(Arc<AtomicUsize>);

struct Counted(Wakers);

impl Wake for Counted {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Wakers {
    fn waker(&self) -> Waker {
        self.0.fetch_add(1, Ordering::Relaxed);
        Waker::from(Arc::new(Counted(self.clone())))
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Polled again and again, and made, polled once and dropped again and again: the library keeps one waker for one that waits.
async fn check_wakers<S: Stream + Unpin>(mut wait: impl FnMut() -> S) -> Outcome {
    let wakers = Wakers::default();
    let pending = |stream: &mut S| {
        let poll = stream.poll_next_unpin(&mut Context::from_waker(&wakers.waker()));
        poll.is_pending()
    };
    let mut one = wait();
    for n in 0..POLLS {
        check!(pending(&mut one), "it is over after {n} polls");
        check!(
            wakers.count() <= 2,
            "{} wakers after {n} polls",
            wakers.count()
        );
        if n % 100 == 0 {
            crate::turn().await;
        }
    }
    drop(one);
    for n in 0..POLLS {
        check!(pending(&mut wait()), "it is over after {n} more");
        check!(
            wakers.count() <= 2,
            "{} wakers after {n} that waited",
            wakers.count()
        );
    }
    Ok(())
}

/// A pool of one worker that does not end its task until the check is over.
async fn stuck(
    cx: &Cx,
    config: impl FnOnce(Config) -> Config,
    check: impl AsyncFn(&Pool, &threader::TaskControl) -> Outcome,
) -> Outcome {
    let pool = cx.pool_with(|given| config(given.max_workers(1)));
    let stuck = spawn!(in pool; begin_and_spin(u64::MAX));
    let control = stuck.control();
    until("it begins", || control.progress().is_some()).await?;
    let outcome = check(&pool, &control).await;
    control.cancel();
    let _ = stuck.await;
    outcome
}

async fn leaks_no_waker_of_progress(cx: Cx) -> Outcome {
    stuck(
        &cx,
        |config| config,
        async |_, control| {
            check_wakers(|| {
                let mut stream = control.progress_stream();
                // The one step that was told of already.
                let _ = stream.next().now_or_never();
                stream
            })
            .await
        },
    )
    .await
}

async fn leaks_no_waker_of_close(cx: Cx) -> Outcome {
    stuck(
        &cx,
        |config| config,
        async |pool, _| check_wakers(|| Box::pin(pool.close()).into_stream()).await,
    )
    .await
}

async fn leaks_no_waker_of_room(cx: Cx) -> Outcome {
    stuck(
        &cx,
        |config| config.queue_limit(1),
        async |pool, _| {
            let full = spawn!(in pool; add(1, 2));
            check_wakers(|| Box::pin(pool.room()).into_stream()).await?;
            drop(full);
            Ok(())
        },
    )
    .await
}

async fn leaks_no_waker_of_a_result(cx: Cx) -> Outcome {
    stuck(
        &cx,
        |config| config,
        async |pool, _| check_wakers(|| spawn!(in pool; add(1, 2)).into_stream()).await,
    )
    .await
}

async fn leaks_nothing_of_a_soak(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let bytes = async || crate::held::bytes().map(|bytes| bytes as f64);
    let report = soak::run(&pool, 2000, bytes).await?;
    check!(report.looked_at_memory(), "the memory is not known");
    let complaint = report.complaint();
    check!(complaint.is_none(), "{complaint:?}\n{report}");
    Ok(())
}
