//! Pools: what they say of themselves, and what they count.

use threader::{Backend, Config, Pool, all, any, fire, prepare, race, settled, spawn, stream};

use crate::check::{check, check_eq, check_fails};
use crate::runner::{Needs, cases};
use crate::tasks::failing::{half, panic_with_text};
use crate::tasks::{add, begin_and_spin, spin};
use crate::{Cx, Outcome};

cases![
    pool_says_what_it_runs_on,
    pool_of_no_workers_runs_inline.smoke(),
    pool_starts_no_worker_before_there_is_work,
    pool_starts_no_more_workers_than_it_may,
    pool_runs_two_tasks_at_one_time.needs(Needs::Parallel),
    pool_of_one_worker_keeps_the_order_of_submission,
    pool_takes_many_more_tasks_than_workers,
    pool_is_picked_by_every_macro.smoke(),
    pool_is_picked_by_any_expression,
    pool_clones_are_the_same_pool,
    pools_are_apart,
    pool_counts_add_up.needs(Needs::Unwind),
    pool_names_only_its_own_workers.needs(Needs::Unwind),
    pool_is_not_waited_for_inside_its_own_tasks,
    global_pool_cannot_be_configured_once_it_is_there,
];

async fn pool_says_what_it_runs_on(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(pool.backend(), cx.backend());
    check_eq!(
        pool.workers(),
        if cx.backend() == Backend::Inline {
            0
        } else {
            2
        }
    );
    check!(
        format!("{pool:?}").contains("Pool"),
        "it looks like {pool:?}"
    );
    Ok(())
}

async fn pool_of_no_workers_runs_inline(_cx: Cx) -> Outcome {
    let pool = Pool::new(Config::new().max_workers(0));
    check_eq!(pool.backend(), Backend::Inline);
    check_eq!(pool.backend().to_string(), "inline");
    check_eq!(pool.workers(), 0);
    check_eq!(
        all!(in pool; for n in 0..5 => add(n, n)).await?,
        vec![0, 2, 4, 6, 8]
    );
    check_eq!(pool.metrics().workers_started, 0);
    Ok(())
}

async fn pool_starts_no_worker_before_there_is_work(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(pool.metrics().workers_started, 0);
    check_eq!(pool.metrics().submitted, 0);
    Ok(())
}

async fn pool_starts_no_more_workers_than_it_may(cx: Cx) -> Outcome {
    let pool = cx.pool();
    for _ in 0..3 {
        all!(in pool; for n in 0..50 => spin(n)).await?;
    }
    check!(
        pool.metrics().workers_started <= pool.workers() as u64,
        "{:?}",
        pool.metrics()
    );
    Ok(())
}

async fn pool_runs_two_tasks_at_one_time(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = all!(in pool; begin_and_spin(cx.slow()), begin_and_spin(cx.slow()));
    let controls = tasks.controls();
    let begun = || controls.iter().all(|control| control.progress().is_some());
    crate::host::until("both have begun", begun).await?;
    check!(
        controls
            .iter()
            .all(|control| control.status() == threader::Status::Running),
        "{controls:?}"
    );
    Ok(())
}

async fn pool_of_one_worker_keeps_the_order_of_submission(cx: Cx) -> Outcome {
    let pool = cx.single();
    let early = all!(in pool; spin(100_000), spin(1));
    let late = spawn!(in pool; add(1, 1));
    late.await?;
    let states: Vec<_> = early
        .controls()
        .iter()
        .map(threader::TaskControl::status)
        .collect();
    check_eq!(states, vec![threader::Status::Completed; 2]);
    Ok(())
}

async fn pool_takes_many_more_tasks_than_workers(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handles: Vec<_> = (0..500).map(|n| spawn!(in pool; add(n, 1))).collect();
    for (n, handle) in handles.into_iter().enumerate() {
        check_eq!(handle.await?, n as i64 + 1);
    }
    Ok(())
}

async fn pool_is_picked_by_every_macro(cx: Cx) -> Outcome {
    use futures_util::StreamExt;
    let pool = cx.pool();
    all!(in pool; add(1, 1)).await?;
    settled!(in pool; add(1, 1)).await.0?;
    stream!(in pool; add(1, 1))
        .next()
        .await
        .ok_or("it ended")?
        .1?;
    race!(in pool; add(1, 1)).await?;
    any!(in pool; 1; add(1, 1)).await?;
    spawn!(in pool; add(1, 1)).await?;
    fire!(in pool; add(1, 1));
    pool.close().await;
    check_eq!(pool.metrics().completed, 7);
    Ok(())
}

async fn pool_is_picked_by_any_expression(cx: Cx) -> Outcome {
    struct Owner {
        pools: Vec<Pool>,
    }
    let owner = Owner {
        pools: vec![cx.pool(), cx.pool()],
    };
    let pick = |index: usize| &owner.pools[index];
    all!(in owner.pools[1]; add(1, 1), add(2, 2)).await?;
    all!(in &owner.pools[1]; for n in 0..3 => add(n, n)).await?;
    spawn!(in pick(1); add(1, 1)).await?;
    any!(in owner.pools[1].clone(); 1; add(1, 1)).await?;
    check_eq!(owner.pools[0].metrics().submitted, 0);
    check_eq!(owner.pools[1].metrics().completed, 7);
    Ok(())
}

async fn pool_clones_are_the_same_pool(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let clone = pool.clone();
    spawn!(in clone; add(1, 1)).await?;
    check_eq!(pool.metrics().completed, 1);
    clone.close().await;
    check_fails!(spawn!(in pool; add(1, 1)).await, Closed);
    Ok(())
}

async fn pools_are_apart(cx: Cx) -> Outcome {
    let (left, right) = (cx.pool(), cx.pool());
    spawn!(in left; add(1, 1)).await?;
    check_eq!(
        (left.metrics().completed, right.metrics().completed),
        (1, 0)
    );
    left.shutdown();
    check_eq!(spawn!(in right; add(1, 2)).await?, 3);
    Ok(())
}

async fn pool_counts_add_up(cx: Cx) -> Outcome {
    let pool = cx.single();
    settled!(in pool; for n in 0..10 => half(n)).await;
    let cancelled = prepare!(add(1, 1));
    let control = cancelled.control();
    let handle = all!(in pool; spin(1000), spin(1000));
    let late = pool.spawn(cancelled);
    control.cancel();
    handle.await?;
    drop(late);
    pool.close().await;
    let metrics = pool.metrics();
    check_eq!(
        metrics.submitted,
        metrics.completed + metrics.failed + metrics.cancelled
    );
    check_eq!((metrics.submitted, metrics.failed), (13, 5));
    check_eq!(metrics.unattended, 0);
    Ok(())
}

async fn pool_names_only_its_own_workers(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut names = std::collections::BTreeSet::new();
    for result in settled!(in pool; for _ in 0..8 => panic_with_text("x")).await {
        let error = check_fails!(result, Panicked);
        names.insert(error.worker().ok_or("the worker is not named")?.to_owned());
    }
    let own = |name: &String| name.starts_with(&cx.backend().to_string());
    check!(names.iter().all(own), "the workers are {names:?}");
    Ok(())
}

/// Inside a task a strategy runs its tasks right there: a worker that waited for workers could wait for ever.
async fn pool_is_not_waited_for_inside_its_own_tasks(cx: Cx) -> Outcome {
    let pool = cx.single();
    check_eq!(
        all!(in pool; for n in 0..3 => sum_of_tasks(n)).await?,
        vec![0, 6, 12]
    );
    Ok(())
}

#[threader::task]
fn sum_of_tasks(n: i64) -> i64 {
    use futures_util::FutureExt;
    let sums = all!(add(n, n), add(n, n), add(n, n)).now_or_never();
    match sums {
        Some(Ok((a, b, c))) => a + b + c,
        other => panic!("it was not ready at once: {other:?}"),
    }
}

async fn global_pool_cannot_be_configured_once_it_is_there(_cx: Cx) -> Outcome {
    let pool = Pool::global();
    let workers = pool.workers();
    let error = threader::configure(Config::new().max_workers(workers + 1));
    check!(
        error.is_err_and(|error| !error.to_string().is_empty()),
        "it was configured"
    );
    check_eq!(Pool::global().workers(), workers);
    Ok(())
}
