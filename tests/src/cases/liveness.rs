//! Workers that end without a word, each in its own way: the task settles, the others finish, the pool is whole again.

use std::time::Duration;

use threader::{Backend, Coordinator, ErrorKind, Pool, Status, all, settled, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::host::engine::Caught;
use crate::host::{silent_deaths, until};
use crate::runner::{Needs, cases};
use crate::tasks::faults::{leave, reject};
use crate::tasks::timed::busy_for;
use crate::tasks::{add, begin_and_spin, repeat};
use crate::{Cx, Outcome};

cases![
    worker_that_leaves_is_noticed_and_replaced
        .needs(Needs::Isolation)
        .smoke(),
    worker_that_leaves_takes_no_neighbour_along.needs(Needs::Isolation),
    worker_with_an_unhandled_rejection_is_replaced.needs(Needs::Isolation),
    worker_that_is_terminated_from_outside_is_noticed
        .needs(Needs::Isolation)
        .unless(silent_deaths),
    worker_that_is_terminated_while_idle_is_noticed
        .needs(Needs::Isolation)
        .unless(silent_deaths),
    worker_that_is_terminated_while_idle_is_noticed_by_heartbeats.needs(Needs::Isolation),
    task_without_end_times_out_and_its_worker_is_replaced.needs(Needs::Isolation),
    task_lost_with_its_worker_is_tried_again.needs(Needs::Isolation),
    idle_worker_answers_heartbeats.needs(Needs::Isolation),
    worker_that_holds_too_much_memory_is_replaced.needs(Needs::Isolation),
];

async fn worker_that_leaves_is_noticed_and_replaced(cx: Cx) -> Outcome {
    let pool = cx.single();
    let left = spawn!(in pool; leave()).await;
    match cx.backend() {
        // There the call does not return.
        Backend::Node => {
            let error = check_fails!(left, Crashed);
            check!(
                error.message().contains("code 3"),
                "it says {}",
                error.message()
            );
        }
        // There the worker ends after the task: its result still counts.
        _ => check_eq!(left?, 1),
    }
    check_lost(&pool, 1).await
}

async fn worker_that_leaves_takes_no_neighbour_along(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let left = spawn!(in pool; leave());
    let others = all!(in pool; for n in 0..40 => add(n, 1).retries(2));
    check_eq!(others.await?, (1..41).collect::<Vec<i64>>());
    // Either way it has settled.
    let _ = left.await;
    check_lost(&pool, 1).await
}

async fn worker_with_an_unhandled_rejection_is_replaced(cx: Cx) -> Outcome {
    let pool = cx.single();
    let _ = spawn!(in pool; reject()).await;
    check_lost(&pool, 1).await
}

async fn worker_that_is_terminated_from_outside_is_noticed(cx: Cx) -> Outcome {
    let caught = Caught::begin();
    let pool = cx.pool_with(|config| config.coordinator(Coordinator::MainThread));
    let tasks = settled!(in pool; begin_and_spin(u64::MAX), begin_and_spin(u64::MAX));
    let controls = tasks.controls();
    let are = |status| {
        let same = controls.iter().filter(|control| control.status() == status);
        same.count()
    };
    until("both begin", || {
        controls.iter().all(|control| control.progress().is_some())
    })
    .await?;
    // Which of the two it has got is its own affair.
    caught.terminate(0);
    until("one is lost", || are(Status::Failed) == 1).await?;
    check_eq!(are(Status::Running), 1);
    controls.iter().for_each(threader::TaskControl::cancel);
    let (first, second) = tasks.await;
    let lost = if first
        .as_ref()
        .is_err_and(|error| error.kind() == ErrorKind::Crashed)
    {
        first
    } else {
        second
    };
    check_fails!(lost, Crashed);
    check_lost(&pool, 2).await
}

async fn worker_that_is_terminated_while_idle_is_noticed(cx: Cx) -> Outcome {
    let caught = Caught::begin();
    let pool = cx.pool_with(|config| config.max_workers(1).coordinator(Coordinator::MainThread));
    spawn!(in pool; add(1, 1)).await?;
    caught.terminate(0);
    check_lost(&pool, 1).await
}

async fn worker_that_is_terminated_while_idle_is_noticed_by_heartbeats(cx: Cx) -> Outcome {
    let caught = Caught::begin();
    let pool = cx.pool_with(|config| {
        config
            .max_workers(1)
            .coordinator(Coordinator::MainThread)
            .heartbeat(Duration::from_millis(250))
    });
    spawn!(in pool; add(1, 1)).await?;
    caught.terminate(0);
    check_lost(&pool, 1).await
}

async fn task_without_end_times_out_and_its_worker_is_replaced(cx: Cx) -> Outcome {
    for kind in [Coordinator::Worker, Coordinator::MainThread] {
        let pool = cx.pool_with(|config| config.coordinator(kind));
        let stuck = spawn!(in pool; begin_and_spin(u64::MAX).timeout(Duration::from_millis(50)));
        let neighbours = all!(in pool; for n in 0..20 => add(n, n));
        let error = check_fails!(stuck.await, TimedOut);
        check_eq!(error.attempts(), 1, "{kind:?}");
        check_eq!(neighbours.await?.len(), 20, "{kind:?}");
        check_lost(&pool, 1).await?;
    }
    Ok(())
}

async fn task_lost_with_its_worker_is_tried_again(cx: Cx) -> Outcome {
    for kind in [Coordinator::Worker, Coordinator::MainThread] {
        let pool = cx.pool_with(|config| config.max_workers(1).coordinator(kind));
        let error = check_fails!(
            spawn!(in pool; crate::tasks::failing::trap(1).retries(2)).await,
            Crashed
        );
        check_eq!(error.attempts(), 3, "{kind:?}");
        check_eq!(pool.metrics().retried, 2, "{kind:?}");
        check_lost(&pool, 3).await?;
    }
    Ok(())
}

async fn idle_worker_answers_heartbeats(cx: Cx) -> Outcome {
    // Long enough that a busy machine is not taken for a dead worker.
    let pool = cx.pool_with(|config| config.heartbeat(Duration::from_millis(250)));
    all!(in pool; add(1, 1), add(2, 2)).await?;
    // Some beats later nobody has been taken for dead.
    spawn!(in pool; busy_for(1_000.0)).await?;
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    check_eq!(pool.metrics().workers_lost, 0);
    Ok(())
}

async fn worker_that_holds_too_much_memory_is_replaced(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).memory_limit(64 << 20));
    check_eq!(spawn!(in pool; add(1, 1)).await?, 2);
    check_eq!(pool.metrics().workers_recycled, 0);
    let text = spawn!(in pool; repeat("0123456789", 10_000_000)).await?;
    check_eq!(text.len(), 100_000_000);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    let metrics = pool.metrics();
    check_eq!(
        (
            metrics.workers_recycled,
            metrics.workers_started,
            metrics.workers_lost
        ),
        (1, 2, 0)
    );
    Ok(())
}

/// So many deaths are noticed, and the pool is whole.
async fn check_lost(pool: &Pool, count: u64) -> Outcome {
    until("the death is noticed", || {
        pool.metrics().workers_lost == count
    })
    .await
    .map_err(|error| format!("{error}: {:?}", pool.metrics()))?;
    check_eq!(
        all!(in pool; for n in 0..10 => add(n, n)).await?,
        (0..10).map(|n| 2 * n).collect::<Vec<i64>>()
    );
    check_eq!(pool.metrics().workers_lost, count);
    Ok(())
}
