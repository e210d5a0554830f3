//! Limits that hold whatever becomes of the tasks, and settings that are as large as can be.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use threader::{Backend, Pool, Status, TaskControl, prepare, settled, spawn};

use super::{check_whole, occupy};
use crate::check::{check, check_eq, check_fails};
use crate::host::{turn, until, within};
use crate::runner::{Needs, cases};
use crate::tasks::add;
use crate::tasks::hostile::{Act, Counted, perform, take_counted};
use crate::{Cx, Outcome, Wrong};

cases![
    queue_limit_bounds_what_cancelled_tasks_hold,
    queue_limit_bounds_what_overdue_tasks_hold.needs(Needs::Parallel),
    queue_of_cancelled_tasks_is_short_again,
    threads_that_were_detached_have_a_ceiling.needs(Needs::Threads),
    settings_of_the_largest_numbers_change_no_result,
    settings_of_the_largest_times_change_no_result,
    settings_of_no_time_at_all_settle_every_task,
];

const LIMIT: usize = 4;

/// Cancels make room, and leave nothing behind.
async fn queue_limit_bounds_what_cancelled_tasks_hold(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(LIMIT));
    let stuck = occupy(&cx, &pool).await?;
    let count = Arc::new(());
    for _ in 0..1_000 {
        let task = spawn!(in pool; take_counted(Counted::of(&count)));
        check_eq!(task.control().status(), Status::Pending);
        drop(task);
        let alive = Arc::strong_count(&count) - 1;
        check!(alive <= LIMIT + 1, "{alive} arguments are held");
    }
    check_eq!(pool.metrics().refused, 0);
    drop(stuck);
    check_whole(&pool).await?;
    check_eq!(Arc::strong_count(&count), 1);
    Ok(())
}

/// So do deadlines.
async fn queue_limit_bounds_what_overdue_tasks_hold(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(LIMIT));
    let stuck = occupy(&cx, &pool).await?;
    let count = Arc::new(());
    for _ in 0..40 {
        within(30, "room", pool.room()).await?;
        let task = prepare!(take_counted(Counted::of(&count))).deadline(Duration::from_millis(1));
        pool.spawn(task).detach();
        let metrics = pool.metrics();
        check!(metrics.queued <= LIMIT as u64, "{metrics:?}");
    }
    until("all but the first are over", || {
        pool.metrics().timed_out == 40
    })
    .await?;
    until("all arguments are gone", || Arc::strong_count(&count) == 1).await?;
    check_eq!(pool.metrics().refused, 0);
    drop(stuck);
    check_whole(&pool).await
}

/// A task behind many that were cancelled has its turn, and the urgent ones before it.
async fn queue_of_cancelled_tasks_is_short_again(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = occupy(&cx, &pool).await?;
    let many = pool.all((0..2_000).map(|n| prepare!(add(n, 1))));
    let last = spawn!(in pool; add(1, 2));
    let controls = many.controls();
    drop(many);
    let cancelled = |control: &TaskControl| control.status() == Status::Cancelled;
    check!(controls.iter().all(cancelled), "not all are cancelled");
    check_eq!(
        pool.metrics().queued,
        1 + u64::from(cx.backend() == Backend::Inline)
    );
    drop(stuck);
    check_eq!(last.await?, 3);
    check_whole(&pool).await
}

/// A thread that a cancelled task does not leave, until the sender is dropped.
async fn detach_one(pool: &Pool) -> Result<Sender<()>, Wrong> {
    let (go_on, waits) = channel::<()>();
    let (begun, begins) = channel::<()>();
    let before = pool.metrics().detached;
    let deaf = Act::new(move || {
        let _ = begun.send(());
        let _ = waits.recv();
    });
    let handle = spawn!(in pool; perform(deaf));
    until("it begins", || begins.try_recv().is_ok()).await?;
    handle.control().cancel();
    until("it is detached", || pool.metrics().detached == before + 1).await?;
    Ok(go_on)
}

async fn threads_that_were_detached_have_a_ceiling(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| {
        let config = config.max_workers(1).max_detached(1);
        config.cancel_grace(Duration::ZERO)
    });
    let first = detach_one(&pool).await?;
    check_eq!(
        within(30, "a substitute", spawn!(in pool; add(1, 2))).await??,
        3
    );
    let second = detach_one(&pool).await?;
    for _ in 0..3 {
        let refused = within(30, "the next task", spawn!(in pool; add(1, 2))).await?;
        let error = check_fails!(refused, Unavailable);
        check!(error.message().contains("max_detached"), "{error}");
    }
    // Two ran on, and one of them ends.
    drop(first);
    let again = async {
        while spawn!(in pool; add(1, 2)).await.is_err() {
            turn().await;
        }
    };
    within(30, "a worker again", again).await?;
    drop(second);
    check_whole(&pool).await
}

async fn settings_of_the_largest_numbers_change_no_result(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| {
        config
            .min_workers(usize::MAX)
            .queue_limit(usize::MAX)
            .retries(u32::MAX)
            .memory_limit(u64::MAX)
    });
    check_eq!(spawn!(in pool; add(1, 2).retries(u32::MAX)).await?, 3);
    let end = pool.any(usize::MAX, [prepare!(add(1, 2))]).await;
    check!(
        end.is_err_and(|error| error.needed() == usize::MAX),
        "one of one succeeded"
    );
    check_whole(&pool).await?;
    // As many workers as there is work for, and as many as there may be.
    for prewarm in [false, true] {
        let pool = cx.pool_with(|config| match prewarm {
            false => config.max_workers(usize::MAX),
            true => config.max_workers(2).min_workers(usize::MAX).prewarm(true),
        });
        check!(pool.workers() <= 1024, "{} workers", pool.workers());
        check_whole(&pool).await?;
        check!(pool.metrics().workers_started <= 5, "{:?}", pool.metrics());
    }
    Ok(())
}

async fn settings_of_the_largest_times_change_no_result(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| {
        config
            .keep_alive(Duration::MAX)
            .worker_timeout(Duration::MAX)
            .cancel_grace(Duration::MAX)
            .aging(Duration::MAX)
            .start_timeout(Duration::MAX)
            .heartbeat(Duration::MAX)
    });
    let task = prepare!(add(1, 2))
        .timeout(Duration::MAX)
        .deadline(Duration::MAX);
    check_eq!(pool.spawn(task).await?, 3);
    let urgent = prepare!(add(1, 2)).priority(threader::Priority::High);
    check_eq!(pool.spawn(urgent).await?, 3);
    check_whole(&pool).await
}

async fn settings_of_no_time_at_all_settle_every_task(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| {
        config
            .keep_alive(Duration::ZERO)
            .cancel_grace(Duration::ZERO)
            .aging(Duration::ZERO)
    });
    let tasks = settled!(in pool; for n in 0..20 => add(n, 1).timeout(Duration::ZERO));
    within(30, "tasks with a timeout of nothing", tasks).await?;
    let tasks = settled!(in pool; for n in 0..20 => add(n, 1).deadline(Duration::ZERO));
    for end in within(30, "tasks with a deadline of nothing", tasks).await? {
        check_fails!(end, TimedOut);
    }
    check_whole(&pool).await
}
