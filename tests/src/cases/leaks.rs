//! Nothing is left: threads, memory and wakers return to where they were, after many tasks, pools
//! and polls.
//!
//! In a process of their own, one after the other: `tests/tests/leaks.rs`, and in Node the
//! selection `leaks`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use futures_util::{FutureExt, Stream, StreamExt};
use threader::{Backend, Config, Pool, TaskError, all, prepare, settled, spawn};

use crate::check::{check, check_eq};
use crate::held::Held;
use crate::host::until;
use crate::runner::{Needs, Selection, cases};
use crate::tasks::failing::half;
use crate::tasks::{add, begin_and_spin, count_up, echo, spin};
use crate::{Cx, Outcome, Wrong, soak};

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

/// The first time fills what a program or a pool has once: tables, the timer's thread. After the
/// second time no more is held.
async fn returns(work: impl AsyncFn(u64) -> Outcome, amount: u64) -> Outcome {
    work(amount).await?;
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
            // One value, the others cancelled; then handles that are not kept.
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

/// Many pools of two workers. `one` makes a pool, has it run something and ends it; what it gives
/// back is kept until the threads have returned.
async fn pools<K>(cx: &Cx, one: impl AsyncFn(Config) -> Result<K, Wrong>) -> Outcome {
    let most = match cx.backend() {
        Backend::Inline => 0,
        _ => 2,
    };
    let work = async |amount: u64| {
        let before = Held::now()?;
        let mut kept = Vec::new();
        for _ in 0..amount {
            kept.push(one(Config::new().max_workers(most)).await?);
        }
        before.threads_return().await
    };
    // The timer's thread is started once.
    spawn!(in cx.pool(); add(1, 2).timeout(Duration::from_secs(60))).await?;
    cx.forget();
    returns(work, POOLS).await
}

/// A pool whose workers are up.
async fn started(config: Config) -> Result<Pool, Wrong> {
    let pool = Pool::new(config);
    check_eq!(all!(in pool; add(1, 2), add(3, 4)).await?, (3, 7));
    Ok(pool)
}

async fn leaks_nothing_of_pools_that_are_dropped(cx: Cx) -> Outcome {
    let one = async |config: Config| {
        let pool = started(config.on_error(|error| drop(error.clone()))).await?;
        drop(pool);
        Ok(())
    };
    pools(&cx, one).await
}

async fn leaks_nothing_of_pools_that_are_dropped_at_work(cx: Cx) -> Outcome {
    let one = async |config: Config| {
        let pool = started(config.cancel_grace(Duration::ZERO)).await?;
        drop(settled!(in pool; for n in 0..10 => spin(n)));
        Ok(())
    };
    pools(&cx, one).await
}

async fn leaks_nothing_of_pools_that_are_shut_down(cx: Cx) -> Outcome {
    let one = async |config: Config| {
        let pool = started(config).await?;
        let left = settled!(in pool; for n in 0..10 => spin(n));
        pool.shutdown();
        left.await;
        Ok(pool)
    };
    pools(&cx, one).await
}

async fn leaks_nothing_of_pools_that_are_closed(cx: Cx) -> Outcome {
    let one = async |config: Config| {
        let pool = started(config.prewarm(true)).await?;
        threader::fire!(in pool; for n in 0..10 => spin(n));
        pool.close().await;
        Ok(pool)
    };
    pools(&cx, one).await
}

/// A pool, its hook, and the pool again are a circle of the program's own: the threads end all the
/// same, and the memory returns when the program breaks it.
async fn leaks_nothing_of_pools_with_a_hook_that_knows_them(cx: Cx) -> Outcome {
    type Slot = Arc<Mutex<Option<Pool>>>;
    struct Circle(Slot);
    impl Drop for Circle {
        fn drop(&mut self) {
            let pool = self.0.lock().map(|mut slot| slot.take());
            drop(pool);
        }
    }
    let one = async |config: Config| {
        let slot = Slot::default();
        let known = Arc::clone(&slot);
        let hook = move |_: &TaskError| drop(known.lock().map(|pool| pool.clone()));
        let pool = started(config.on_error(hook)).await?;
        if let Ok(mut slot) = slot.lock() {
            *slot = Some(pool.clone());
        }
        pool.shutdown();
        Ok(Circle(slot))
    };
    pools(&cx, one).await
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

/// Polled again and again, and made, polled once and dropped again and again: the library keeps one
/// waker for one that waits.
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
