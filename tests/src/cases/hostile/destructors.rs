//! Destructors of arguments and results that panic, block, or call threader again.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use threader::{Backend, ErrorKind, Status, TaskControl, TaskHandle, all, prepare, spawn};

use super::{LONG, SOON, check_closes, check_whole, lock, occupy, unharmed};
use crate::check::{check, check_eq, check_fails};
use crate::host::{until, within};
use crate::runner::{Needs, cases};
use crate::tasks::failing::panic_with_text;
use crate::tasks::hostile::{
    Act, OnDrop, drop_a_bomb, give_a_bomb, panic_guarded, perform_and_give, ready, spin_guarded,
    take,
};
use crate::tasks::{add, identity};
use crate::{Cx, Outcome};

cases![
    argument_that_panics_when_dropped_lets_a_cancelled_task_settle.needs(Needs::Native),
    argument_that_panics_when_dropped_lets_an_overdue_task_settle.needs(Needs::Native),
    argument_that_panics_when_dropped_does_not_stop_a_shutdown.needs(Needs::Native),
    argument_that_panics_when_dropped_does_not_save_the_losers.needs(Needs::Native),
    argument_that_panics_when_dropped_does_not_save_a_dropped_strategy.needs(Needs::Native),
    argument_that_panics_when_dropped_is_refused_in_peace.needs(Needs::Native),
    argument_that_panics_when_dropped_may_never_start.needs(Needs::Native),
    argument_is_dropped_after_its_task_has_settled,
    argument_may_start_cancel_and_close_when_dropped,
    argument_may_hold_its_own_pool,
    value_that_panics_when_dropped_inside_fails_its_task.needs(Needs::Unwind),
    result_that_panics_when_dropped_spares_the_worker.needs(Needs::Unwind),
    result_that_panics_when_dropped_unread_spares_the_rest.needs(Needs::Native),
    result_that_panics_when_dropped_late_spares_the_thread.needs(Needs::Threads),
    result_that_panics_when_dropped_leaves_all_its_error.needs(Needs::Native),
    results_that_panic_when_dropped_do_not_stop_a_half_done_any.needs(Needs::Native),
    result_may_call_threader_when_dropped_unread.needs(Needs::Native),
    result_that_blocks_when_dropped_holds_up_no_other_worker.needs(Needs::Threads),
    checkpoint_in_a_destructor_does_not_end_the_program.needs(Needs::Unwind),
];

async fn argument_that_panics_when_dropped_lets_a_cancelled_task_settle(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = occupy(&cx, &pool).await?;
    let handle = spawn!(in pool; take(OnDrop::panics()));
    let control = handle.control();
    unharmed("cancel", || control.cancel())?;
    check_eq!(control.status(), Status::Cancelled);
    check_fails!(within(30, "the cancelled task", handle).await?, Cancelled);
    drop(stuck);
    check_whole(&pool).await
}

async fn argument_that_panics_when_dropped_lets_an_overdue_task_settle(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = occupy(&cx, &pool).await?;
    let handle = spawn!(in pool; take(OnDrop::panics()).deadline(SOON));
    let control = handle.control();
    until("its time is over", || control.status() == Status::TimedOut).await?;
    check_fails!(within(30, "the overdue task", handle).await?, TimedOut);
    drop(stuck);
    check_whole(&pool).await
}

async fn argument_that_panics_when_dropped_does_not_stop_a_shutdown(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = occupy(&cx, &pool).await?;
    let handles: Vec<_> = (0..6)
        .map(|n| match n % 2 {
            0 => spawn!(in pool; take(OnDrop::panics())),
            _ => spawn!(in pool; take(OnDrop::default())),
        })
        .collect();
    unharmed("shutdown", || pool.shutdown())?;
    for handle in handles {
        check_fails!(within(30, "a task of the pool", handle).await?, Cancelled);
    }
    drop(stuck);
    check_closes(&pool).await?;
    check_eq!(pool.metrics().completed, 0);
    Ok(())
}

async fn argument_that_panics_when_dropped_does_not_save_the_losers(cx: Cx) -> Outcome {
    let pool = cx.single();
    let race = pool.race([
        prepare!(take(OnDrop::default())),
        prepare!(take(OnDrop::panics())),
        prepare!(take(OnDrop::panics())),
        prepare!(take(OnDrop::default())),
    ]);
    let controls = race.controls();
    let (first, value) = within(30, "the race", race).await??;
    check_eq!((first, value), (0, 1));
    let open =
        |control: &TaskControl| matches!(control.status(), Status::Pending | Status::Running);
    check!(!controls.iter().any(open), "{controls:?}");
    check_whole(&pool).await
}

async fn argument_that_panics_when_dropped_does_not_save_a_dropped_strategy(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = occupy(&cx, &pool).await?;
    let tasks = pool.all((0..3).map(|n| match n {
        0 | 1 => prepare!(take(OnDrop::panics())),
        _ => prepare!(take(OnDrop::default())),
    }));
    let controls = tasks.controls();
    unharmed("dropping a strategy", || drop(tasks))?;
    let cancelled = |control: &TaskControl| control.status() == Status::Cancelled;
    check!(controls.iter().all(cancelled), "{controls:?}");
    stuck.control().cancel();
    check_closes(&pool).await?;
    check_eq!(pool.metrics().completed, 0);
    Ok(())
}

async fn argument_that_panics_when_dropped_is_refused_in_peace(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(0));
    let stuck = occupy(&cx, &pool).await?;
    let full = unharmed("spawn", || spawn!(in pool; take(OnDrop::panics())))?;
    check_fails!(within(30, "the refused task", full).await?, QueueFull);
    drop(stuck);
    check_closes(&pool).await?;
    let closed = unharmed("spawn", || spawn!(in pool; take(OnDrop::panics())))?;
    check_fails!(within(30, "the refused task", closed).await?, Closed);
    unharmed("fire", || pool.fire([prepare!(take(OnDrop::panics()))]))?;
    check_eq!((pool.metrics().refused, pool.metrics().unattended), (3, 1));
    Ok(())
}

async fn argument_that_panics_when_dropped_may_never_start(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let task = prepare!(take(OnDrop::panics()));
    let control = task.control();
    // It is dropped where the case drops it: whether that panics is not for the runtime to say.
    let _ = unharmed("dropping a task", || drop(task));
    check_eq!(control.status(), Status::Cancelled);
    check_whole(&pool).await
}

/// The destructor finds the task settled, its future ready, and the books closed over it.
async fn argument_is_dropped_after_its_task_has_settled(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = occupy(&cx, &pool).await?;
    let slot = Arc::new(Mutex::new(None::<TaskHandle<u64>>));
    let found = Arc::new(Mutex::new(None));
    let deed = {
        let (slot, found, pool) = (Arc::clone(&slot), Arc::clone(&found), pool.clone());
        move || {
            let handle = lock(&slot).take();
            let end = handle.and_then(ready);
            let kind = end.map(|end| end.map_err(|error| error.kind()));
            *lock(&found) = Some((kind, pool.metrics().cancelled));
        }
    };
    let handle = spawn!(in pool; take(OnDrop::new(deed)));
    let control = handle.control();
    *lock(&slot) = Some(handle);
    control.cancel();
    until("the argument is dropped", || lock(&found).is_some()).await?;
    check_eq!(*lock(&found), Some((Some(Err(ErrorKind::Cancelled)), 1)));
    drop(stuck);
    check_whole(&pool).await
}

async fn argument_may_start_cancel_and_close_when_dropped(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = occupy(&cx, &pool).await?;
    let sibling = spawn!(in pool; take(OnDrop::default()));
    let deed = {
        let (pool, sibling) = (pool.clone(), sibling.control());
        let stuck = stuck.control();
        move || {
            sibling.cancel();
            stuck.cancel();
            spawn!(in pool; add(1, 1)).detach();
            drop(pool.close());
        }
    };
    let handle = spawn!(in pool; take(OnDrop::new(deed)));
    handle.control().cancel();
    check_fails!(within(30, "the sibling", sibling).await?, Cancelled);
    check_closes(&pool).await?;
    let metrics = pool.metrics();
    check_eq!((metrics.completed, metrics.cancelled), (1, 3));
    Ok(())
}

/// The last hold on the pool is an argument of its own task, which a worker drops.
async fn argument_may_hold_its_own_pool(cx: Cx) -> Outcome {
    let kept = Arc::new(());
    let pool = {
        let kept = Arc::clone(&kept);
        cx.own_pool(|config| {
            config
                .max_workers(1)
                .on_error(move |_| drop(Arc::clone(&kept)))
        })
    };
    let held = pool.clone();
    let handle = spawn!(in &pool; take(OnDrop::new(move || drop(held))));
    drop(pool);
    check_eq!(within(30, "the task", handle).await??, 1);
    until("the pool is gone", || Arc::strong_count(&kept) == 1).await
}

async fn value_that_panics_when_dropped_inside_fails_its_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    let error = check_fails!(spawn!(in pool; drop_a_bomb()).await, Panicked);
    check_eq!(error.message(), "a destructor's own panic");
    check_whole(&pool).await
}

/// Where results are written, the worker drops the value; natively it is moved.
async fn result_that_panics_when_dropped_spares_the_worker(cx: Cx) -> Outcome {
    let pool = cx.single();
    match within(30, "the task", spawn!(in pool; give_a_bomb())).await? {
        Ok(value) => std::mem::forget(value),
        Err(error) => check_eq!(error.kind(), ErrorKind::Panicked, "{error}"),
    }
    check_whole(&pool).await
}

async fn result_that_panics_when_dropped_unread_spares_the_rest(cx: Cx) -> Outcome {
    let pool = cx.single();
    let read = spawn!(in pool; give_a_bomb());
    spawn!(in pool; give_a_bomb()).detach();
    let several = pool.settled((0..3).map(|_| prepare!(give_a_bomb())));
    let controls = several.controls();
    unharmed("detaching a strategy", || several.detach())?;
    let over = |control: &TaskControl| control.status() == Status::Completed;
    until("all have ended", || controls.iter().all(over)).await?;
    until("the first has ended", || over(&read.control())).await?;
    // Whether the panic goes to whoever drops the handle is not what counts.
    let _ = unharmed("dropping a handle", || drop(read));
    check_whole(&pool).await?;
    if cx.backend() == Backend::Threads {
        check_eq!(pool.metrics().workers_started, 1);
    }
    Ok(())
}

async fn result_that_panics_when_dropped_late_spares_the_thread(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).cancel_grace(LONG));
    let stage = Arc::new(AtomicUsize::new(0));
    let deed = {
        let stage = Arc::clone(&stage);
        move || {
            stage.store(1, Ordering::Release);
            while stage.load(Ordering::Acquire) == 1 {
                std::thread::yield_now();
            }
        }
    };
    let handle =
        spawn!(in pool; perform_and_give(Act::new(deed), OnDrop::default(), OnDrop::panics()));
    until("it runs", || stage.load(Ordering::Acquire) == 1).await?;
    handle.control().cancel();
    stage.store(2, Ordering::Release);
    check_fails!(handle.await, Cancelled);
    check_whole(&pool).await?;
    let metrics = pool.metrics();
    check_eq!((metrics.workers_started, metrics.detached), (1, 0));
    Ok(())
}

async fn result_that_panics_when_dropped_leaves_all_its_error(cx: Cx) -> Outcome {
    let pool = cx.single();
    let both = all!(in pool; give_a_bomb(), panic_with_text("after the bomb"));
    let mut both = Box::pin(both);
    let end = poll_fn(|cx| match unharmed("`all`", || both.as_mut().poll(cx)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(end)) => Poll::Ready(Ok(end)),
        Err(panicked) => Poll::Ready(Err(panicked)),
    });
    let end = within(30, "all", end).await??;
    check_eq!(check_fails!(end, Panicked).message(), "after the bomb");
    check_whole(&pool).await
}

/// It holds two values when the third one that it needs is out of reach, and when it is dropped.
async fn results_that_panic_when_dropped_do_not_stop_a_half_done_any(cx: Cx) -> Outcome {
    for fails in [true, false] {
        if !fails && cx.backend() == Backend::Inline {
            // There one poll runs all three.
            continue;
        }
        let pool = cx.single();
        let (go_on, waits) = std::sync::mpsc::channel::<()>();
        let last = Act::new(move || match fails {
            true => panic!("no value"),
            false => drop(waits.recv().is_err()),
        });
        let last = prepare!(perform_and_give(last, OnDrop::default(), OnDrop::default()));
        let mut any = pool.any(3, [prepare!(give_a_bomb()), prepare!(give_a_bomb()), last]);
        let controls = any.controls();
        if fails {
            let end = within(30, "any", &mut any).await?;
            check!(end.is_err(), "three succeeded");
        } else {
            until("two have ended, and it holds them", || {
                let pending = ready(&mut any).is_none();
                let over = |task: &TaskControl| task.status() == Status::Completed;
                pending && controls[..2].iter().all(over)
            })
            .await?;
        }
        unharmed("dropping a strategy", || drop(any))?;
        drop(go_on);
        check_whole(&pool).await?;
    }
    Ok(())
}

async fn result_may_call_threader_when_dropped_unread(cx: Cx) -> Outcome {
    let pool = cx.single();
    let dropped = Arc::new(AtomicUsize::new(0));
    let deed = {
        let (pool, dropped) = (pool.clone(), Arc::clone(&dropped));
        move || {
            spawn!(in pool; add(1, 1)).detach();
            dropped.fetch_add(1, Ordering::Release);
        }
    };
    spawn!(in pool; identity(OnDrop::new(deed))).detach();
    until("the value is dropped", || {
        dropped.load(Ordering::Acquire) == 1
    })
    .await?;
    check_closes(&pool).await?;
    check_eq!(pool.metrics().completed, 2);
    Ok(())
}

/// The worker that drops it is busy with that, and there is another.
async fn result_that_blocks_when_dropped_holds_up_no_other_worker(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (go_on, waits) = std::sync::mpsc::channel::<()>();
    let (reached, reaches) = std::sync::mpsc::channel::<()>();
    let deed = move || {
        let _ = reached.send(());
        let _ = waits.recv();
    };
    spawn!(in pool; identity(OnDrop::new(deed))).detach();
    until("the value is dropped", || reaches.try_recv().is_ok()).await?;
    for n in 0..5 {
        let other = within(30, "another task", spawn!(in pool; add(n, 1)));
        check_eq!(other.await??, n + 1);
    }
    drop(go_on);
    check_whole(&pool).await
}

/// A second panic while the first one unwinds would end the program, so natively a child runs it.
async fn checkpoint_in_a_destructor_does_not_end_the_program(cx: Cx) -> Outcome {
    #[cfg(not(target_arch = "wasm32"))]
    return super::child::survives("guards", cx.backend());
    #[cfg(target_arch = "wasm32")]
    guards(cx).await
}

/// Tasks whose destructors ask for a cancel are cancelled, overdue, and panic.
pub(super) async fn guards(cx: Cx) -> Outcome {
    let pool = cx.single();
    if cx.backend() != Backend::Inline {
        for task in [prepare!(spin_guarded(u64::MAX)), prepare!(panic_guarded())] {
            let handle = pool.spawn(task);
            let control = handle.control();
            until("it begins", || control.progress().is_some()).await?;
            control.cancel();
            check_fails!(handle.await, Cancelled);
        }
    }
    for task in [prepare!(spin_guarded(u64::MAX)), prepare!(panic_guarded())] {
        let end = within(60, "a task with a timeout", pool.spawn(task.timeout(SOON))).await?;
        check_fails!(end, TimedOut);
    }
    check_whole(&pool).await
}
