//! Tasks inside tasks, and what waits inside of them.

use std::sync::{Arc, Mutex};

use threader::{Backend, ErrorKind, Pool, TaskControl, TaskHandle, prepare, spawn};

use super::{LONG, SOON, check_closes, check_whole, lock};
use crate::check::{check, check_eq, check_fails};
use crate::host::{until, within};
use crate::runner::{Needs, cases};
use crate::tasks::add;
use crate::tasks::hostile::{
    Act, STRATEGIES, Tell, perform, pool_of_its_own, ready, wait_inside, work_far_inside,
    work_in_small_tasks, work_in_small_tasks_and_tell, work_inside,
};
use crate::{Cx, Outcome};

cases![
    cancel_reaches_every_strategy_inside.needs(Needs::Parallel),
    cancel_reaches_a_task_two_tasks_down.needs(Needs::Parallel),
    cancel_reaches_a_row_of_small_tasks_inside.needs(Needs::Parallel),
    cancel_from_inside_refuses_what_is_started_next.needs(Needs::Native),
    cancel_inside_leaves_the_outer_task_alone.needs(Needs::Native),
    timeout_reaches_what_runs_inside.needs(Needs::Unwind),
    timeout_refuses_what_is_started_next.needs(Needs::Native),
    deadline_reaches_what_runs_inside.needs(Needs::Unwind),
    shutdown_reaches_what_runs_inside.needs(Needs::Parallel),
    block_on_inside_a_task_is_ready,
    pool_inside_a_task_runs_its_tasks_there,
];

/// The worker is free for the next task, whatever the cancelled one had started. Natively without a detached thread: nothing
/// else than the task itself can have left it.
async fn check_left(cx: &Cx, handle: TaskHandle<bool>, pool: &Pool, what: &str) -> Outcome {
    let control = handle.control();
    until(what, || control.progress().is_some()).await?;
    control.cancel();
    check_fails!(within(30, what, handle).await?, Cancelled);
    let next = within(30, what, spawn!(in pool; add(1, 2))).await?;
    check_eq!(next?, 3, "{what}");
    if cx.backend() == Backend::Threads {
        let metrics = pool.metrics();
        check_eq!(
            (metrics.workers_started, metrics.detached),
            (1, 0),
            "{what}"
        );
    }
    Ok(())
}

/// Natively the grace is for ever.
fn patient(cx: &Cx) -> Pool {
    let threads = cx.backend() == Backend::Threads;
    cx.pool_with(|config| match threads {
        true => config.max_workers(1).cancel_grace(LONG),
        false => config.max_workers(1),
    })
}

async fn cancel_reaches_every_strategy_inside(cx: Cx) -> Outcome {
    let pool = patient(&cx);
    for strategy in STRATEGIES {
        let outer = spawn!(in pool; work_inside(strategy, u64::MAX));
        check_left(&cx, outer, &pool, strategy).await?;
    }
    check_whole(&pool).await
}

async fn cancel_reaches_a_task_two_tasks_down(cx: Cx) -> Outcome {
    let pool = patient(&cx);
    let outer = spawn!(in pool; work_far_inside("all", u64::MAX));
    check_left(&cx, outer, &pool, "two tasks down").await?;
    check_whole(&pool).await
}

async fn cancel_reaches_a_row_of_small_tasks_inside(cx: Cx) -> Outcome {
    let pool = patient(&cx);
    let outer = spawn!(in pool; work_in_small_tasks());
    check_left(&cx, outer, &pool, "a row of small tasks").await?;
    check_whole(&pool).await
}

/// A task that is over starts nothing more: its next task fails as it did itself.
async fn cancel_from_inside_refuses_what_is_started_next(cx: Cx) -> Outcome {
    let pool = patient(&cx);
    let slot = Arc::new(Mutex::new(None::<TaskControl>));
    let came = Arc::new(Mutex::new(None));
    let deed = {
        let (slot, came, pool) = (Arc::clone(&slot), Arc::clone(&came), pool.clone());
        move || {
            // Its own control is there as soon as the case has it.
            let control = loop {
                if let Some(control) = lock(&slot).take() {
                    break control;
                }
                std::thread::yield_now();
            };
            control.cancel();
            let next = spawn!(in pool; add(1, 1));
            *lock(&came) = Some(ready(next).map(|end| end.map_err(|error| error.kind())));
        }
    };
    let task = prepare!(perform(Act::new(deed)));
    *lock(&slot) = Some(task.control());
    check_fails!(
        within(30, "the outer task", pool.spawn(task)).await?,
        Cancelled
    );
    until("it has returned", || lock(&came).is_some()).await?;
    check_eq!(*lock(&came), Some(Some(Err(ErrorKind::Cancelled))));
    check_whole(&pool).await
}

async fn cancel_inside_leaves_the_outer_task_alone(cx: Cx) -> Outcome {
    let pool = cx.single();
    let came = Arc::new(Mutex::new(Vec::new()));
    let deed = {
        let (came, pool) = (Arc::clone(&came), pool.clone());
        move || {
            for cancel in [true, false] {
                let task = prepare!(add(1, 1));
                if cancel {
                    task.control().cancel();
                }
                let end = ready(pool.spawn(task));
                lock(&came).push(end.map(|end| end.map_err(|error| error.kind())));
            }
        }
    };
    let outer = spawn!(in pool; perform(Act::new(deed)));
    check_eq!(within(30, "the outer task", outer).await??, 1);
    check_eq!(*lock(&came), [Some(Err(ErrorKind::Cancelled)), Some(Ok(2))]);
    check_whole(&pool).await
}

async fn timeout_reaches_what_runs_inside(cx: Cx) -> Outcome {
    let pool = cx.single();
    for strategy in STRATEGIES {
        let outer = spawn!(in pool; work_inside(strategy, u64::MAX).timeout(SOON));
        check_fails!(within(60, strategy, outer).await?, TimedOut);
        let next = within(60, strategy, spawn!(in pool; add(1, 2))).await?;
        check_eq!(next?, 3, "{strategy}");
    }
    let outer = spawn!(in pool; work_far_inside("race", u64::MAX).timeout(SOON));
    check_fails!(within(60, "two tasks down", outer).await?, TimedOut);
    check_whole(&pool).await
}

/// What is started after the time is over fails; the thread may be detached by then.
async fn timeout_refuses_what_is_started_next(cx: Cx) -> Outcome {
    let pool = cx.single();
    let came = Arc::new(Mutex::new(None));
    let slot = Arc::clone(&came);
    let tell = Tell::new(move |kind| *lock(&slot) = Some(kind));
    let outer = spawn!(in pool; work_in_small_tasks_and_tell(tell).timeout(SOON));
    check_fails!(within(60, "the outer task", outer).await?, TimedOut);
    until("its next task fails", || lock(&came).is_some()).await?;
    check!(
        matches!(
            *lock(&came),
            Some(ErrorKind::Cancelled | ErrorKind::TimedOut)
        ),
        "{:?}",
        lock(&came)
    );
    check_whole(&pool).await
}

async fn deadline_reaches_what_runs_inside(cx: Cx) -> Outcome {
    let pool = cx.single();
    let outer = spawn!(in pool; work_inside("all", u64::MAX).deadline(SOON));
    check_fails!(within(60, "the outer task", outer).await?, TimedOut);
    check_whole(&pool).await
}

async fn shutdown_reaches_what_runs_inside(cx: Cx) -> Outcome {
    let pool = patient(&cx);
    let outer = spawn!(in pool; work_inside("settled", u64::MAX));
    let control = outer.control();
    until("it begins", || control.progress().is_some()).await?;
    pool.shutdown();
    check_fails!(within(30, "the outer task", outer).await?, Cancelled);
    check_closes(&pool).await?;
    until("its worker has ended", || pool.metrics().workers.is_empty()).await
}

async fn block_on_inside_a_task_is_ready(cx: Cx) -> Outcome {
    let pool = cx.single();
    for depth in [0, 1, 5] {
        let sum = within(30, "the task", spawn!(in pool; wait_inside(depth))).await?;
        check_eq!(sum?, 2, "{depth} tasks down");
    }
    check_whole(&pool).await
}

async fn pool_inside_a_task_runs_its_tasks_there(cx: Cx) -> Outcome {
    let pool = cx.single();
    for workers in [0, 1, 4] {
        let end = within(30, "the task", spawn!(in pool; pool_of_its_own(workers))).await?;
        check_eq!(end?, Some(3), "{workers} workers");
    }
    check_whole(&pool).await
}
