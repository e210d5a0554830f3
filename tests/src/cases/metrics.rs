//! What a pool counts.

use std::time::Duration;

use threader::{Backend, Config, Pool, Status, all, settled, spawn};

use crate::check::{check, check_eq};
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::{add, begin_and_spin, echo, spin};
use crate::{Cx, Outcome};

cases![
    metrics_of_a_new_pool_are_zero,
    metrics_tell_what_is_queued_and_what_runs.needs(Needs::Parallel),
    metrics_count_every_wait_and_every_run.smoke(),
    metrics_add_up_whatever_tasks_end_in,
    metrics_name_the_workers.needs(Needs::Parallel),
    metrics_of_a_busy_pool_show_its_use.needs(Needs::Parallel),
    metrics_count_bytes_where_bytes_are_sent,
    metrics_of_a_prewarmed_pool_show_its_workers.needs(Needs::Parallel),
    metrics_show_that_idle_workers_end_but_the_fewest.needs(Needs::Threads),
];

async fn metrics_of_a_new_pool_are_zero(cx: Cx) -> Outcome {
    let metrics = cx.pool().metrics();
    check_eq!(
        (metrics.submitted, metrics.queued, metrics.running),
        (0, 0, 0)
    );
    check_eq!((metrics.wait.count(), metrics.run.count()), (0, 0));
    check_eq!(metrics.run.percentile(99.0), Duration::ZERO);
    check_eq!(metrics.utilization, 0.0);
    check!(metrics.workers.is_empty(), "{:?}", metrics.workers);
    Ok(())
}

async fn metrics_tell_what_is_queued_and_what_runs(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = spawn!(in pool; begin_and_spin(cx.slow()));
    let queued = all!(in pool; for n in 0..4 => add(n, 1));
    let control = stuck.control();
    until("it begins", || control.status() == Status::Running).await?;
    let metrics = pool.metrics();
    check_eq!((metrics.queued, metrics.running), (4, 1));
    control.cancel();
    queued.await?;
    let metrics = pool.metrics();
    check_eq!((metrics.queued, metrics.running), (0, 0));
    Ok(())
}

async fn metrics_count_every_wait_and_every_run(cx: Cx) -> Outcome {
    let pool = cx.pool();
    all!(in pool; for n in 0..100 => spin(n)).await?;
    let metrics = pool.metrics();
    check_eq!((metrics.wait.count(), metrics.run.count()), (100, 100));
    for times in [&metrics.wait, &metrics.run] {
        let [half, most, all] = [50.0, 99.0, 100.0].map(|share| times.percentile(share));
        check!(
            half <= most && most <= all && all == times.max(),
            "{times:?}"
        );
        check!(times.mean() <= times.max(), "{times:?}");
        check!(times.sum() >= times.max(), "{times:?}");
        check_eq!(times.buckets().map(|(_, count)| count).sum::<u64>(), 100);
    }
    Ok(())
}

async fn metrics_add_up_whatever_tasks_end_in(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = settled!(in pool; for n in 0..60 => spin(n));
    for control in tasks.controls().iter().step_by(3) {
        control.cancel();
    }
    tasks.await;
    pool.close().await;
    let metrics = pool.metrics();
    let ended = metrics.completed + metrics.cancelled + metrics.failed + metrics.timed_out;
    check_eq!((metrics.submitted, ended), (60, 60));
    check_eq!((metrics.queued, metrics.running), (0, 0));
    Ok(())
}

async fn metrics_name_the_workers(cx: Cx) -> Outcome {
    let pool = cx.single();
    all!(in pool; for n in 0..10 => spin(n)).await?;
    let metrics = pool.metrics();
    check_eq!(metrics.workers.len(), 1);
    let worker = &metrics.workers[0];
    check_eq!(worker.name, format!("{}-1", cx.backend()));
    check_eq!(worker.tasks, 10);
    check!(worker.busy <= worker.alive, "{worker:?}");
    Ok(())
}

async fn metrics_of_a_busy_pool_show_its_use(cx: Cx) -> Outcome {
    let pool = cx.single();
    spawn!(in pool; spin(1_000_000)).await?;
    let metrics = pool.metrics();
    check!(
        metrics.utilization > 0.0 && metrics.utilization <= 1.0,
        "{}",
        metrics.utilization
    );
    Ok(())
}

async fn metrics_count_bytes_where_bytes_are_sent(cx: Cx) -> Outcome {
    let pool = cx.pool();
    spawn!(in pool; echo(vec![1; 10_000])).await?;
    let metrics = pool.metrics();
    match cx.backend() {
        Backend::Inline | Backend::Threads => {
            check_eq!((metrics.bytes_sent, metrics.bytes_received), (0, 0));
        }
        _ => check!(
            metrics.bytes_sent >= 10_000 && metrics.bytes_received >= 10_000,
            "{metrics:?}"
        ),
    }
    Ok(())
}

async fn metrics_of_a_prewarmed_pool_show_its_workers(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.prewarm(true));
    // A coordinator starts them, and takes its time.
    until("both have started", || pool.metrics().workers_started == 2).await?;
    let some = cx.pool_with(|config| config.prewarm(true).min_workers(1));
    until("one has started", || some.metrics().workers_started == 1).await?;
    check_eq!(spawn!(in some; add(1, 2)).await?, 3);
    Ok(())
}

async fn metrics_show_that_idle_workers_end_but_the_fewest(cx: Cx) -> Outcome {
    let idle = |config: Config| config.keep_alive(Duration::from_millis(5));
    let pool = cx.pool_with(|config| idle(config).min_workers(1));
    let clock = cx.pool_with(idle);
    all!(in pool; for n in 0..20 => spin(n + 10_000)).await?;
    let left = |pool: &Pool| pool.metrics().workers.len();
    until("all but one have ended", || left(&pool) == 1).await?;
    let started = pool.metrics().workers_started;
    // Other workers end after the same time, again and again, and this one stays.
    for _ in 0..5 {
        spawn!(in clock; add(1, 2)).await?;
        until("all have ended", || left(&clock) == 0).await?;
        check_eq!(left(&pool), 1);
    }
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    let metrics = pool.metrics();
    check_eq!(
        (metrics.workers_started, metrics.workers_lost),
        (started, 0)
    );
    Ok(())
}
