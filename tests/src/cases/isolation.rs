//! What ends a worker that shares no memory with the program, and ends no more than that.

use threader::{Pool, Status, TaskError, all, settled, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::failing::{exhaust_memory, overflow_the_stack, trap};
use crate::tasks::{add, begin_and_spin, begin_and_spin_deaf};
use crate::{Cx, Outcome};

cases![
    crash_by_a_trap_is_reported.needs(Needs::Isolation).smoke(),
    crash_by_stack_overflow_is_reported.needs(Needs::Isolation),
    crash_by_exhausted_memory_is_reported.needs(Needs::Isolation),
    crash_of_one_leaves_its_neighbours_alone.needs(Needs::Isolation),
    crashes_in_a_row_leave_a_whole_pool_behind.needs(Needs::Isolation),
    endless_tasks_run_side_by_side.needs(Needs::Isolation),
    endless_task_s_worker_is_stopped_and_replaced.needs(Needs::Isolation),
    endless_tasks_on_every_worker_are_stopped_and_replaced.needs(Needs::Isolation),
    endless_task_ends_with_a_shutdown.needs(Needs::Isolation),
    endless_loop_that_never_asks_is_stopped_and_its_worker_replaced.needs(Needs::HardStop),
    loop_that_never_asks_holds_up_nobody_once_cancelled.needs(Needs::Isolation),
];

async fn crash_by_a_trap_is_reported(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; trap(1)).await, Crashed);
    check!(
        // Each engine in its own words: "unreachable", "unreachable executed", "Unreachable code should not be executed".
        error.message().to_lowercase().contains("unreachable"),
        "it says {}",
        error.message()
    );
    check!(
        error.task().ends_with("trap"),
        "the task is {}",
        error.task()
    );
    check_whole(&pool, &error).await
}

async fn crash_by_stack_overflow_is_reported(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; overflow_the_stack(0)).await, Crashed);
    check!(!error.message().is_empty(), "it says nothing");
    check_whole(&pool, &error).await
}

async fn crash_by_exhausted_memory_is_reported(cx: Cx) -> Outcome {
    let pool = cx.single();
    let error = check_fails!(spawn!(in pool; exhaust_memory(1 << 30)).await, Crashed);
    check!(!error.message().is_empty(), "it says nothing");
    check_whole(&pool, &error).await
}

async fn crash_of_one_leaves_its_neighbours_alone(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (before, crashed, after) = settled!(in pool; add(1, 1), trap(1), add(2, 2)).await;
    check_eq!((before?, after?), (2, 4));
    check_fails!(crashed, Crashed);
    Ok(())
}

async fn crashes_in_a_row_leave_a_whole_pool_behind(cx: Cx) -> Outcome {
    let pool = cx.single();
    for n in 0..4 {
        check_fails!(spawn!(in pool; trap(n)).await, Crashed);
    }
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    check_eq!(pool.metrics().workers_lost, 4);
    check_eq!(pool.metrics().workers_started, 5);
    Ok(())
}

async fn endless_tasks_run_side_by_side(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = all!(in pool; begin_and_spin(u64::MAX), begin_and_spin(u64::MAX));
    let controls = tasks.controls();
    until("both have begun", || {
        controls.iter().all(|control| control.progress().is_some())
    })
    .await?;
    check!(
        controls
            .iter()
            .all(|control| control.status() == Status::Running),
        "{controls:?}"
    );
    Ok(())
}

async fn endless_task_s_worker_is_stopped_and_replaced(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = spawn!(in pool; begin_and_spin(u64::MAX));
    let control = stuck.control();
    until("it begins", || control.progress().is_some()).await?;
    control.cancel();
    check_fails!(stuck.await, Cancelled);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    let metrics = pool.metrics();
    check_eq!((metrics.workers_started, metrics.workers_lost), (2, 1));
    Ok(())
}

async fn endless_tasks_on_every_worker_are_stopped_and_replaced(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = all!(in pool; for _ in 0..4 => begin_and_spin(u64::MAX));
    let controls = tasks.controls();
    until("two have begun", || {
        controls
            .iter()
            .filter(|control| control.progress().is_some())
            .count()
            == 2
    })
    .await?;
    drop(tasks);
    check_eq!(
        all!(in pool; for n in 0..10 => add(n, 1)).await?,
        (1..11).collect::<Vec<i64>>()
    );
    check_eq!(pool.metrics().workers_lost, 2);
    Ok(())
}

async fn endless_task_ends_with_a_shutdown(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let stuck = spawn!(in pool; begin_and_spin(u64::MAX));
    let control = stuck.control();
    until("it begins", || control.progress().is_some()).await?;
    pool.shutdown();
    check_fails!(stuck.await, Cancelled);
    pool.close().await;
    Ok(())
}

/// Unlike the tasks above it never comes by a checkpoint.
async fn endless_loop_that_never_asks_is_stopped_and_its_worker_replaced(cx: Cx) -> Outcome {
    cancel_in_a_deaf_loop(&cx, u64::MAX).await
}

/// The loop ends by itself some time: not every engine can stop it, and still nobody waits for it.
async fn loop_that_never_asks_holds_up_nobody_once_cancelled(cx: Cx) -> Outcome {
    cancel_in_a_deaf_loop(&cx, 10 * cx.long()).await
}

async fn cancel_in_a_deaf_loop(cx: &Cx, iterations: u64) -> Outcome {
    let pool = cx.single();
    let stuck = spawn!(in pool; begin_and_spin_deaf(iterations));
    let control = stuck.control();
    until("it begins", || control.progress().is_some()).await?;
    control.cancel();
    check_fails!(stuck.await, Cancelled);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    let metrics = pool.metrics();
    check_eq!((metrics.workers_started, metrics.workers_lost), (2, 1));
    Ok(())
}

/// The dead worker is named, counted and replaced.
async fn check_whole(pool: &Pool, error: &TaskError) -> Outcome {
    check!(
        error.worker().is_some(),
        "the worker is not named: {error:?}"
    );
    check_eq!(error.attempts(), 1);
    check_eq!(
        all!(in pool; for n in 0..10 => add(n, n)).await?,
        (0..10).map(|n| 2 * n).collect::<Vec<i64>>()
    );
    check_eq!(pool.metrics().workers_lost, 1);
    Ok(())
}
