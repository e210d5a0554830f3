//! Panics whose payloads misbehave.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use threader::{Backend, ErrorKind, Status, TaskHandle, spawn};

use super::{check_closes, check_whole, lock};
use crate::check::{check_eq, check_fails};
use crate::host::{until, within};
use crate::runner::{Needs, cases};
use crate::tasks::add;
use crate::tasks::hostile::{Act, OnDrop, panic_with_deed, panic_with_payload, perform, ready};
use crate::{Cx, Outcome};

cases![
    payload_that_panics_when_dropped_fails_its_task_only.needs(Needs::Unwind),
    payload_that_panics_when_dropped_inside_a_task_fails_the_inner_one.needs(Needs::Native),
    payload_is_dropped_after_its_task_has_settled.needs(Needs::Native),
    payload_may_start_and_cancel_when_dropped.needs(Needs::Native),
    payload_that_blocks_when_dropped_holds_up_no_other_worker.needs(Needs::Threads),
];

/// The third level ends a program whose runtime drops it: natively a child runs it.
async fn payload_that_panics_when_dropped_fails_its_task_only(cx: Cx) -> Outcome {
    #[cfg(not(target_arch = "wasm32"))]
    return super::child::survives("payloads", cx.backend());
    #[cfg(target_arch = "wasm32")]
    levels(cx).await
}

pub(super) async fn levels(cx: Cx) -> Outcome {
    let pool = cx.single();
    for levels in 0..4 {
        let handle = spawn!(in pool; panic_with_payload(levels));
        let end = within(30, "the task", handle).await?;
        check_eq!(
            check_fails!(end, Panicked).message(),
            "a panic whose payload is not a text"
        );
        check_eq!(
            within(30, "the next task", spawn!(in pool; add(1, 2))).await??,
            3
        );
    }
    check_whole(&pool).await?;
    if cx.backend() == Backend::Threads {
        check_eq!(pool.metrics().workers_started, 1);
    }
    Ok(())
}

async fn payload_that_panics_when_dropped_inside_a_task_fails_the_inner_one(cx: Cx) -> Outcome {
    let pool = cx.single();
    let kind = Arc::new(Mutex::new(None));
    let deed = {
        let (pool, kind) = (pool.clone(), Arc::clone(&kind));
        move || {
            let end = ready(spawn!(in pool; panic_with_payload(2)));
            *lock(&kind) = end.and_then(Result::err).map(|error| error.kind());
        }
    };
    let outer = spawn!(in pool; perform(Act::new(deed)));
    check_eq!(within(30, "the outer task", outer).await??, 1);
    check_eq!(*lock(&kind), Some(ErrorKind::Panicked));
    check_whole(&pool).await
}

async fn payload_is_dropped_after_its_task_has_settled(cx: Cx) -> Outcome {
    let pool = cx.single();
    let slot = Arc::new(Mutex::new(None::<TaskHandle<u64>>));
    let (submitted, waits) = std::sync::mpsc::channel();
    let found = Arc::new(Mutex::new(None));
    let deed = {
        let (slot, found, pool) = (Arc::clone(&slot), Arc::clone(&found), pool.clone());
        move || {
            let _ = waits.recv();
            let end = lock(&slot).take().and_then(ready);
            let kind = end.map(|end| end.map_err(|error| error.kind()));
            *lock(&found) = Some((kind, pool.metrics().failed));
        }
    };
    let handle = spawn!(in pool; panic_with_deed(OnDrop::new(deed)));
    let control = handle.control();
    *lock(&slot) = Some(handle);
    submitted.send(())?;
    // Where the pool is inline this runs it.
    within(30, "the next task", spawn!(in pool; add(1, 2))).await??;
    until("the payload is dropped", || lock(&found).is_some()).await?;
    check_eq!(*lock(&found), Some((Some(Err(ErrorKind::Panicked)), 1)));
    check_eq!(control.status(), Status::Failed);
    check_whole(&pool).await
}

async fn payload_may_start_and_cancel_when_dropped(cx: Cx) -> Outcome {
    let pool = cx.single();
    let dropped = Arc::new(AtomicBool::new(false));
    let last = Arc::new(Mutex::new(None::<TaskHandle<i64>>));
    let deed = {
        let (pool, dropped, last) = (pool.clone(), Arc::clone(&dropped), Arc::clone(&last));
        move || {
            spawn!(in pool; add(1, 1)).detach();
            drop(lock(&last).take());
            dropped.store(true, Ordering::Release);
        }
    };
    let handle = spawn!(in pool; panic_with_deed(OnDrop::new(deed)));
    *lock(&last) = Some(spawn!(in pool; add(2, 2)));
    check_fails!(within(30, "the task", handle).await?, Panicked);
    until("the payload is dropped", || dropped.load(Ordering::Acquire)).await?;
    check_closes(&pool).await?;
    check_eq!(pool.metrics().submitted, 3);
    Ok(())
}

/// The task that panics has settled, so its payload is all that the worker waits for.
async fn payload_that_blocks_when_dropped_holds_up_no_other_worker(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (go_on, waits) = std::sync::mpsc::channel::<()>();
    let deed = move || {
        let _ = waits.recv();
    };
    let handle = spawn!(in pool; panic_with_deed(OnDrop::new(deed)));
    check_fails!(within(30, "the task", handle).await?, Panicked);
    for n in 0..5 {
        check_eq!(
            within(30, "the others", spawn!(in pool; add(n, 1))).await??,
            n + 1
        );
    }
    check_closes(&pool).await?;
    drop(go_on);
    Ok(())
}
