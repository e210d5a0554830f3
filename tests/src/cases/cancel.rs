//! Cancelling, at every moment of a task's life.

use threader::{Status, all, prepare, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::cx::Told;
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::failing::panic_with_text;
use crate::tasks::{add, begin_and_spin, spin};
use crate::{Cx, Outcome};

cases![
    cancel_ends_a_queued_task_that_then_never_starts
        .needs(Needs::Parallel)
        .smoke(),
    cancel_ends_a_running_task.needs(Needs::Parallel).smoke(),
    cancel_frees_the_worker_for_the_next_task.needs(Needs::Parallel),
    cancel_twice_is_cancel_once,
    cancel_after_the_end_keeps_the_value,
    cancel_after_a_failure_keeps_the_failure.needs(Needs::Unwind),
    cancel_of_one_leaves_its_neighbours_alone.needs(Needs::Parallel),
    cancel_of_one_item_fails_all_as_cancelled.needs(Needs::Parallel),
    cancel_of_all_queued_tasks_leaves_an_idle_pool,
    cancel_is_not_told_to_the_hook,
    drop_of_a_strategy_cancels_running_and_queued.needs(Needs::Parallel),
    drop_of_a_strategy_that_ended_does_nothing,
    detach_of_a_strategy_runs_on,
];

async fn cancel_ends_a_queued_task_that_then_never_starts(cx: Cx) -> Outcome {
    let pool = cx.single();
    let first = spawn!(in pool; spin(cx.slow()));
    let queued = spawn!(in pool; panic_with_text("it started"));
    queued.control().cancel();
    check_eq!(queued.control().status(), Status::Cancelled);
    let error = check_fails!(queued.await, Cancelled);
    check_eq!(error.attempts(), 0);
    check_eq!(error.worker(), None);
    check!(
        error.task().contains("panic_with_text"),
        "the task is {}",
        error.task()
    );
    first.control().cancel();
    pool.close().await;
    check_eq!((pool.metrics().cancelled, pool.metrics().failed), (2, 0));
    Ok(())
}

async fn cancel_ends_a_running_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    let handle = spawn!(in pool; begin_and_spin(cx.slow()));
    let control = handle.control();
    until("it begins", || control.progress().is_some()).await?;
    control.cancel();
    let error = check_fails!(handle.await, Cancelled);
    check_eq!(control.status(), Status::Cancelled);
    check_eq!(error.attempts(), 1);
    check!(
        error.worker().is_some(),
        "the worker is not named: {error:?}"
    );
    Ok(())
}

async fn cancel_frees_the_worker_for_the_next_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    for n in 0..3 {
        let stuck = spawn!(in pool; begin_and_spin(cx.slow()));
        let control = stuck.control();
        until("it begins", || control.progress().is_some()).await?;
        let next = spawn!(in pool; add(n, 1));
        control.cancel();
        check_eq!(next.await?, n + 1);
        check_fails!(stuck.await, Cancelled);
    }
    Ok(())
}

async fn cancel_twice_is_cancel_once(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let cancelled = prepare!(add(1, 1));
    let control = cancelled.control();
    control.cancel();
    control.clone().cancel();
    check_fails!(pool.spawn(cancelled).await, Cancelled);
    control.cancel();
    check_eq!(control.status(), Status::Cancelled);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    Ok(())
}

/// tokio: aborting a finished task does nothing, and the handle still gives the value
async fn cancel_after_the_end_keeps_the_value(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; add(1, 2));
    let control = handle.control();
    pool.close().await;
    control.cancel();
    check_eq!(control.status(), Status::Completed);
    check_eq!(handle.await?, 3);
    control.cancel();
    check_eq!(control.status(), Status::Completed);
    check_eq!(pool.metrics().cancelled, 0);
    Ok(())
}

/// test262: allSettled/reject-element-function-multiple-calls.js, all/call-resolve-element-after-return.js (an element settles once)
async fn cancel_after_a_failure_keeps_the_failure(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; panic_with_text("before"));
    let control = handle.control();
    pool.close().await;
    control.cancel();
    check_eq!(control.status(), Status::Failed);
    check_eq!(check_fails!(handle.await, Panicked).message(), "before");
    Ok(())
}

async fn cancel_of_one_leaves_its_neighbours_alone(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let stuck = spawn!(in pool; begin_and_spin(cx.slow()));
    let control = stuck.control();
    let neighbours = all!(in pool; for n in 0..20 => spin(n));
    until("it begins", || control.progress().is_some()).await?;
    control.cancel();
    check_eq!(neighbours.await?, (0..20).map(spin).collect::<Vec<u64>>());
    Ok(())
}

async fn cancel_of_one_item_fails_all_as_cancelled(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = all!(in pool; spin(cx.slow()), add(1, 1));
    let controls = tasks.controls();
    controls[1].cancel();
    let error = check_fails!(tasks.await, Cancelled);
    check!(error.task().contains("add"), "the task is {}", error.task());
    check_eq!(controls[0].status(), Status::Cancelled);
    Ok(())
}

async fn cancel_of_all_queued_tasks_leaves_an_idle_pool(cx: Cx) -> Outcome {
    let pool = cx.single();
    let handles: Vec<_> = (0..50).map(|n| spawn!(in pool; spin(n))).collect();
    for handle in &handles {
        handle.control().cancel();
    }
    drop(handles);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    pool.close().await;
    let metrics = pool.metrics();
    check_eq!(metrics.submitted, 51);
    check_eq!(metrics.completed + metrics.cancelled, 51);
    Ok(())
}

async fn cancel_is_not_told_to_the_hook(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config.max_workers(1)));
    let handle = spawn!(in pool; spin(cx.slow()));
    handle.control().cancel();
    drop(handle);
    drop(all!(in pool; spin(cx.slow()), spin(cx.slow())));
    pool.close().await;
    check!(
        told.errors().is_empty(),
        "the hook was told of {:?}",
        told.errors()
    );
    check_eq!(pool.metrics().unattended, 0);
    Ok(())
}

/// tokio: dropping a `JoinSet` aborts all of its tasks
async fn drop_of_a_strategy_cancels_running_and_queued(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = all!(in pool; for _ in 0..6 => begin_and_spin(cx.slow()));
    let controls = tasks.controls();
    until("one begins", || {
        controls.iter().any(|control| control.progress().is_some())
    })
    .await?;
    drop(tasks);
    check!(
        controls
            .iter()
            .all(|control| control.status() == Status::Cancelled),
        "{controls:?}"
    );
    check_eq!(pool.metrics().cancelled, 6);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    Ok(())
}

async fn drop_of_a_strategy_that_ended_does_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut tasks = std::pin::pin!(all!(in pool; add(1, 1), add(2, 2)));
    check_eq!(tasks.as_mut().await?, (2, 4));
    check_eq!((pool.metrics().completed, pool.metrics().cancelled), (2, 0));
    Ok(())
}

async fn detach_of_a_strategy_runs_on(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = all!(in pool; add(1, 1), add(2, 2), add(3, 3));
    let controls = tasks.controls();
    tasks.detach();
    pool.close().await;
    check!(
        controls
            .iter()
            .all(|control| control.status() == Status::Completed),
        "{controls:?}"
    );
    Ok(())
}
