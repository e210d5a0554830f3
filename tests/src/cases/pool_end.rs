//! The end of a pool: `close`, `shutdown`, and what comes after.

use futures_util::StreamExt;
use threader::{Status, all, any, fire, prepare, race, settled, spawn, stream};

use crate::check::{check, check_eq, check_fails};
use crate::runner::{Needs, cases};
use crate::tasks::failing::half;
use crate::tasks::{add, spin};
use crate::{Cx, Outcome};

cases![
    close_finishes_what_is_queued.smoke(),
    close_of_an_idle_pool_is_ready,
    close_twice_waits_twice_for_the_same,
    close_begins_with_the_call,
    close_finishes_what_was_let_go,
    close_waits_for_failures_too.needs(Needs::Unwind),
    closed_pool_refuses_every_strategy,
    closed_pool_refuses_before_it_starts_anything,
    shutdown_cancels_what_is_queued,
    shutdown_cancels_what_runs.needs(Needs::Parallel),
    shutdown_pool_refuses_and_closes,
    pool_dropped_first_still_gives_its_values,
    pool_dropped_after_fire_finishes_what_was_let_go,
];

async fn close_finishes_what_is_queued(cx: Cx) -> Outcome {
    let pool = cx.single();
    let values = all!(in pool; for n in 0..20 => spin(n * 100));
    pool.close().await;
    check_eq!(pool.metrics().completed, 20);
    check_eq!(
        values.await?,
        (0..20).map(|n| spin(n * 100)).collect::<Vec<u64>>()
    );
    Ok(())
}

async fn close_of_an_idle_pool_is_ready(cx: Cx) -> Outcome {
    cx.pool().close().await;
    let pool = cx.pool();
    spawn!(in pool; add(1, 1)).await?;
    pool.close().await;
    Ok(())
}

async fn close_twice_waits_twice_for_the_same(cx: Cx) -> Outcome {
    let pool = cx.pool();
    fire!(in pool; for n in 0..10 => spin(n));
    let (first, second) = (pool.close(), pool.close());
    first.await;
    second.await;
    pool.close().await;
    check_eq!(pool.metrics().completed, 10);
    Ok(())
}

async fn close_begins_with_the_call(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let before = spawn!(in pool; add(1, 2));
    let closing = pool.close();
    let after = spawn!(in pool; add(3, 4));
    check_fails!(after.await, Closed);
    closing.await;
    check_eq!(before.await?, 3);
    Ok(())
}

async fn close_finishes_what_was_let_go(cx: Cx) -> Outcome {
    let pool = cx.single();
    all!(in pool; for n in 0..5 => add(n, n)).detach();
    spawn!(in pool; add(1, 1)).detach();
    fire!(in pool; add(1, 1));
    pool.close().await;
    check_eq!(pool.metrics().completed, 7);
    Ok(())
}

async fn close_waits_for_failures_too(cx: Cx) -> Outcome {
    let pool = cx.pool();
    fire!(in pool; for n in 0..6 => half(n));
    pool.close().await;
    check_eq!((pool.metrics().completed, pool.metrics().failed), (3, 3));
    Ok(())
}

async fn closed_pool_refuses_every_strategy(cx: Cx) -> Outcome {
    let pool = cx.pool();
    spawn!(in pool; add(1, 1)).await?;
    pool.close().await;
    check_fails!(all!(in pool; add(1, 1), add(2, 2)).await, Closed);
    check_fails!(all!(in pool; for n in 0..3 => add(n, n)).await, Closed);
    check_fails!(settled!(in pool; add(1, 1)).await.0, Closed);
    check_fails!(
        stream!(in pool; add(1, 1))
            .next()
            .await
            .ok_or("it ended")?
            .1,
        Closed
    );
    check_fails!(race!(in pool; add(1, 1)).await, Closed);
    let Err(error) = any!(in pool; 1; add(1, 1), add(2, 2)).await else {
        return Err("`any` succeeded".into());
    };
    let kinds: Vec<_> = error
        .errors()
        .iter()
        .map(|(_, error)| error.kind())
        .collect();
    check!(
        kinds
            .iter()
            .all(|&kind| kind == threader::ErrorKind::Closed)
            && !kinds.is_empty(),
        "{kinds:?}"
    );
    let error = check_fails!(spawn!(in pool; add(1, 1)).await, Closed);
    check!(
        error.task().ends_with("add"),
        "the task is {}",
        error.task()
    );
    Ok(())
}

async fn closed_pool_refuses_before_it_starts_anything(cx: Cx) -> Outcome {
    let pool = cx.pool();
    pool.close().await;
    let error = check_fails!(spawn!(in pool; add(1, 1)).await, Closed);
    check_eq!(error.attempts(), 0);
    check_eq!(error.worker(), None);
    let metrics = pool.metrics();
    check_eq!((metrics.submitted, metrics.workers_started), (0, 0));
    Ok(())
}

async fn shutdown_cancels_what_is_queued(cx: Cx) -> Outcome {
    let pool = cx.single();
    let values = settled!(in pool; for _ in 0..10 => spin(cx.slow()));
    pool.shutdown();
    let results = values.await;
    check_eq!(results.len(), 10);
    for result in results.into_iter().skip(1) {
        check_fails!(result, Cancelled);
    }
    Ok(())
}

async fn shutdown_cancels_what_runs(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; crate::tasks::begin_and_spin(cx.slow()));
    let control = handle.control();
    crate::host::until("it begins", || control.progress().is_some()).await?;
    pool.shutdown();
    check_eq!(control.status(), Status::Cancelled);
    check_fails!(handle.await, Cancelled);
    Ok(())
}

async fn shutdown_pool_refuses_and_closes(cx: Cx) -> Outcome {
    let pool = cx.pool();
    pool.shutdown();
    pool.shutdown();
    check_fails!(spawn!(in pool; add(1, 1)).await, Closed);
    pool.close().await;
    Ok(())
}

async fn pool_dropped_first_still_gives_its_values(_cx: Cx) -> Outcome {
    // Not a pool of `Cx`, which would keep it.
    for workers in [0, 2] {
        let pool = threader::Pool::new(threader::Config::new().max_workers(workers));
        let values = all!(in pool; for n in 0..10 => add(n, n));
        let handle = pool.spawn(prepare!(add(1, 2)));
        drop(pool);
        check_eq!(values.await?, (0..10).map(|n| 2 * n).collect::<Vec<i64>>());
        check_eq!(handle.await?, 3);
    }
    Ok(())
}

async fn pool_dropped_after_fire_finishes_what_was_let_go(_cx: Cx) -> Outcome {
    for workers in [0, 1] {
        let pool = threader::Pool::new(threader::Config::new().max_workers(workers));
        let last = prepare!(add(1, 2));
        let control = last.control();
        fire!(in pool; for n in 0..3 => add(n, n));
        pool.fire([last]);
        drop(pool);
        crate::host::until("the last task completes", || {
            control.status() == Status::Completed
        })
        .await?;
    }
    Ok(())
}
