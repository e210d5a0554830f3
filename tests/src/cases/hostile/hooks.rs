//! Error hooks that panic, block, and call threader again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use threader::{Backend, Config, ErrorKind, Pool, Status, TaskError, fire, prepare, spawn};

use super::{LONG, SOON, check_closes, check_whole, lock, occupy, unharmed};
use crate::check::{check, check_eq, check_fails};
use crate::host::{until, within};
use crate::runner::{Needs, cases};
use crate::tasks::failing::panic_with_text;
use crate::tasks::hostile::{OnDrop, Payload, ready, take};
use crate::tasks::{add, begin_and_spin, spin};
use crate::{Cx, Outcome};

cases![
    hook_that_panics_spares_the_pool.needs(Needs::Native),
    hook_that_panics_with_a_hostile_payload_spares_the_pool.needs(Needs::Native),
    hook_that_panics_does_not_panic_in_the_caller.needs(Needs::Native),
    hook_that_blocks_holds_up_no_timeout_of_another_pool.needs(Needs::Threads),
    hook_that_blocks_holds_up_no_other_task.needs(Needs::Threads),
    hook_finds_its_task_settled.needs(Needs::Unwind),
    hook_may_fire_again.needs(Needs::Unwind),
    hook_that_fires_again_for_ever_does_not_hold_up_a_shutdown.needs(Needs::Unwind),
    hook_may_wait_for_its_own_pool_of_one.needs(Needs::Native),
    hook_may_wait_for_the_end_of_its_own_pool.needs(Needs::Unwind),
    hook_may_wait_for_room_in_its_own_pool.needs(Needs::Unwind),
    hook_may_close_shut_down_and_drop_its_own_pool.needs(Needs::Unwind),
    hook_may_cancel_other_tasks.needs(Needs::Unwind),
    hook_that_holds_its_pool_ends_with_a_shutdown.needs(Needs::Unwind),
];

/// A hook that knows its pool; the case puts the pool in when it is there.
#[derive(Clone, Default)]
struct Known(Arc<Mutex<Option<Pool>>>);

impl Known {
    fn hook(
        &self,
        config: Config,
        hook: impl Fn(&Pool, &TaskError) + Send + Sync + 'static,
    ) -> Config {
        let known = self.clone();
        config.on_error(move |error| {
            let pool = lock(&known.0).clone();
            if let Some(pool) = pool {
                hook(&pool, error);
            }
        })
    }

    fn is(&self, pool: &Pool) {
        *lock(&self.0) = Some(pool.clone());
    }

    /// So that a case that is over leaves no cycle behind.
    fn forget(&self) -> Option<Pool> {
        lock(&self.0).take()
    }
}

async fn hook_that_panics_spares_the_pool(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| {
        let config = config.max_workers(1);
        config.on_error(|error| panic!("the hook's own panic, of {error}"))
    });
    check_spared(&cx, &pool).await
}

async fn hook_that_panics_with_a_hostile_payload_spares_the_pool(cx: Cx) -> Outcome {
    for levels in 1..3 {
        let pool = cx.pool_with(|config| {
            let config = config.max_workers(1);
            config.on_error(move |_| std::panic::panic_any(Payload(levels)))
        });
        check_spared(&cx, &pool).await?;
    }
    Ok(())
}

async fn check_spared(cx: &Cx, pool: &Pool) -> Outcome {
    for _ in 0..3 {
        fire!(in pool; panic_with_text("nothing waits for this"));
        spawn!(in pool; panic_with_text("nor for this")).detach();
        check_eq!(
            within(30, "the next task", spawn!(in pool; add(1, 2))).await??,
            3
        );
    }
    check_whole(pool).await?;
    check_eq!((pool.metrics().failed, pool.metrics().unattended), (6, 6));
    if cx.backend() == Backend::Threads {
        check_eq!(pool.metrics().workers_started, 1);
    }
    Ok(())
}

/// Every way by which the hook is called from a call of the program.
async fn hook_that_panics_does_not_panic_in_the_caller(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| {
        let config = config.max_workers(1).queue_limit(0);
        config.on_error(|_| std::panic::panic_any(Payload(1)))
    });
    let stuck = occupy(&cx, &pool).await?;
    unharmed("fire at a full pool", || fire!(in pool; add(1, 1)))?;
    let full = spawn!(in pool; add(1, 1));
    unharmed("detach of what failed", || full.detach())?;
    drop(stuck);
    check_closes(&pool).await?;
    unharmed("fire at a closed pool", || fire!(in pool; add(1, 1)))?;
    // An inline pool has run its tasks when one was let go, and had room again.
    let failed = 3 - u64::from(cx.backend() == Backend::Inline);
    check_eq!(pool.metrics().unattended, failed);
    Ok(())
}

/// The hook of one pool waits until a task of another has timed out.
async fn hook_that_blocks_holds_up_no_timeout_of_another_pool(cx: Cx) -> Outcome {
    let other = cx.single();
    let (over, waits) = std::sync::mpsc::channel::<()>();
    let (waits, called) = (Mutex::new(waits), Arc::new(AtomicU64::new(0)));
    let calls = Arc::clone(&called);
    let pool = cx.pool_with(|config| {
        config.max_workers(1).on_error(move |_| {
            calls.fetch_add(1, Ordering::Release);
            let _ = lock(&waits).recv();
        })
    });
    let stuck = occupy(&cx, &pool).await?;
    // One on the way of a deadline, one on that of a timeout.
    pool.fire([prepare!(add(1, 1)).deadline(SOON)]);
    until("the hook is called", || called.load(Ordering::Acquire) == 1).await?;
    let slow = spawn!(in other; begin_and_spin(u64::MAX).timeout(SOON));
    check_fails!(within(30, "the other's timeout", slow).await?, TimedOut);
    let late = spawn!(in pool; add(1, 1).deadline(SOON));
    check_fails!(
        within(30, "a deadline of the same pool", late).await?,
        TimedOut
    );
    drop((over, stuck));
    check_whole(&pool).await?;
    check_whole(&other).await
}

async fn hook_that_blocks_holds_up_no_other_task(cx: Cx) -> Outcome {
    let (over, waits) = std::sync::mpsc::channel::<()>();
    let (waits, called) = (Mutex::new(waits), Arc::new(AtomicBool::new(false)));
    let flag = Arc::clone(&called);
    let pool = cx.pool_with(|config| {
        config.on_error(move |_| {
            flag.store(true, Ordering::Release);
            let _ = lock(&waits).recv();
        })
    });
    fire!(in pool; panic_with_text("nothing waits for this"));
    until("the hook is called", || called.load(Ordering::Acquire)).await?;
    for n in 0..5 {
        check_eq!(
            within(30, "another task", spawn!(in pool; add(n, 1))).await??,
            n + 1
        );
    }
    drop(over);
    check_whole(&pool).await
}

/// The books are closed over it, and it may be looked at.
async fn hook_finds_its_task_settled(cx: Cx) -> Outcome {
    let known = Known::default();
    let found = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&found);
    let pool = cx.pool_with(|config| {
        known.hook(config.max_workers(1), move |pool, error| {
            lock(&list).push((error.kind(), pool.metrics().failed));
        })
    });
    known.is(&pool);
    fire!(in pool; panic_with_text("first"), panic_with_text("second"));
    let calls = || lock(&found).len() == 2;
    within(30, "close", pool.close()).await?;
    until("the hook is called twice", calls).await?;
    known.forget();
    for (n, (kind, failed)) in (1..).zip(lock(&found).iter()) {
        check_eq!(*kind, ErrorKind::Panicked);
        check!(
            *failed >= n,
            "{failed} have failed, and the hook is called for number {n}"
        );
    }
    Ok(())
}

async fn hook_may_fire_again(cx: Cx) -> Outcome {
    let known = Known::default();
    let left = AtomicU64::new(5);
    let pool = cx.pool_with(|config| {
        known.hook(config.max_workers(1), move |pool, _| {
            let more =
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
            if more.is_ok() {
                fire!(in pool; panic_with_text("again"));
            }
        })
    });
    known.is(&pool);
    fire!(in pool; panic_with_text("first"));
    if cx.backend() == Backend::Inline {
        check_eq!(within(30, "a task", spawn!(in pool; add(1, 2))).await??, 3);
    }
    until("six have failed", || pool.metrics().failed == 6).await?;
    known.forget();
    check_whole(&pool).await?;
    check_eq!(pool.metrics().unattended, 6);
    Ok(())
}

async fn hook_that_fires_again_for_ever_does_not_hold_up_a_shutdown(cx: Cx) -> Outcome {
    let known = Known::default();
    let calls = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&calls);
    let pool = cx.pool_with(|config| {
        known.hook(config.max_workers(1), move |pool, error| {
            count.fetch_add(1, Ordering::Relaxed);
            // A hook that goes on when the pool is closed would call itself.
            if error.kind() != ErrorKind::Closed {
                fire!(in pool; panic_with_text("again"));
            }
        })
    });
    known.is(&pool);
    fire!(in pool; panic_with_text("first"));
    until("it goes round", || calls.load(Ordering::Relaxed) > 3).await?;
    pool.shutdown();
    check_closes(&pool).await?;
    known.forget();
    Ok(())
}

/// What the hook came to, by itself.
async fn in_the_hook<T: Send + 'static>(
    cx: &Cx,
    call: impl Fn(&Pool) -> T + Send + Sync + 'static,
) -> Result<T, crate::Wrong> {
    let known = Known::default();
    let (came, called) = (Arc::new(Mutex::new(None)), Arc::new(AtomicBool::new(false)));
    let slot = Arc::clone(&came);
    let pool = cx.pool_with(|config| {
        known.hook(config.max_workers(1), move |pool, _| {
            if !called.swap(true, Ordering::Relaxed) {
                let end = call(pool);
                *lock(&slot) = Some(end);
            }
        })
    });
    known.is(&pool);
    fire!(in pool; panic_with_text("nothing waits for this"));
    until("the hook returns", || lock(&came).is_some()).await?;
    known.forget();
    check_closes(&pool).await?;
    let end = lock(&came).take();
    end.ok_or_else(|| "the hook returned nothing".into())
}

/// The hook keeps none of the pool's workers. On wasm its thread cannot wait at all.
async fn hook_may_wait_for_its_own_pool_of_one(cx: Cx) -> Outcome {
    let sum = in_the_hook(&cx, |pool| threader::block_on(spawn!(in pool; add(1, 2)))).await?;
    check_eq!(sum?, 3);
    Ok(())
}

async fn hook_may_wait_for_the_end_of_its_own_pool(cx: Cx) -> Outcome {
    let end = in_the_hook(&cx, |pool| ready(pool.close())).await?;
    check!(
        end.is_some(),
        "the hook waits for the pool, which may wait for the hook"
    );
    Ok(())
}

async fn hook_may_wait_for_room_in_its_own_pool(cx: Cx) -> Outcome {
    let end = in_the_hook(&cx, |pool| ready(pool.room())).await?;
    check!(
        end.is_some(),
        "the hook waits for room, which its own worker may have to make"
    );
    Ok(())
}

async fn hook_may_close_shut_down_and_drop_its_own_pool(cx: Cx) -> Outcome {
    for way in 0..3 {
        let known = Known::default();
        let called = Arc::new(AtomicBool::new(false));
        let (slot, flag) = (known.clone(), Arc::clone(&called));
        let pool = cx.own_pool(|config| {
            known.hook(config.max_workers(1), move |pool, _| {
                match way {
                    0 => drop(pool.close()),
                    1 => pool.shutdown(),
                    _ => {}
                }
                drop(slot.forget());
                flag.store(true, Ordering::Release);
            })
        });
        known.is(&pool);
        let last = prepare!(panic_with_text("nothing waits for this"));
        let control = last.control();
        pool.fire([last]);
        drop(pool);
        until("the hook returns", || called.load(Ordering::Acquire)).await?;
        check_eq!(control.status(), Status::Failed);
    }
    Ok(())
}

async fn hook_may_cancel_other_tasks(cx: Cx) -> Outcome {
    let others = Arc::new(Mutex::new(Vec::<threader::TaskControl>::new()));
    let list = Arc::clone(&others);
    let pool = cx.pool_with(|config| {
        config.max_workers(1).on_error(move |_| {
            let controls = lock(&list).clone();
            controls.iter().for_each(threader::TaskControl::cancel);
        })
    });
    let stuck = occupy(&cx, &pool).await?;
    let strategy = pool.settled((0..3).map(|_| prepare!(take(OnDrop::default()))));
    lock(&others).extend(strategy.controls());
    lock(&others).push(stuck.control());
    let overdue = spawn!(in pool; spin(1).deadline(SOON));
    overdue.detach();
    if cx.backend() == Backend::Inline {
        // There all has run where it was let go.
        return check_whole(&pool).await;
    }
    for end in within(30, "the others", strategy).await? {
        check_fails!(end, Cancelled);
    }
    check_fails!(within(30, "the first", stuck).await?, Cancelled);
    lock(&others).clear();
    check_whole(&pool).await
}

/// A pool that its own hook holds is not dropped with the program's last hold; it ends when it is closed or shut down.
async fn hook_that_holds_its_pool_ends_with_a_shutdown(cx: Cx) -> Outcome {
    let known = Known::default();
    let pool = cx.own_pool(|config| known.hook(config.max_workers(1).keep_alive(LONG), |_, _| ()));
    known.is(&pool);
    check_eq!(spawn!(in &pool; add(1, 2)).await?, 3);
    let again = pool.clone();
    pool.shutdown();
    drop(pool);
    within(30, "close", again.close()).await?;
    until("its workers have ended", || {
        again.metrics().workers.is_empty()
    })
    .await?;
    known.forget();
    Ok(())
}
