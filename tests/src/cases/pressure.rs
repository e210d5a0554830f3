//! The limit of the queue, and waiting for room.

use std::future::poll_fn;
use std::task::Poll;

use threader::{all, fire, prepare, settled, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::cx::Told;
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::{add, spin, sum_of_tasks};
use crate::{Cx, Outcome};

cases![
    queue_limit_refuses_what_is_beyond_it.smoke(),
    queue_limit_of_zero_lets_the_workers_work,
    queue_limit_counts_a_batch_task_by_task,
    queue_limit_tells_the_hook_of_what_nobody_waits_for,
    queue_limit_is_not_for_tasks_inside_a_task.needs(Needs::Native),
    queue_has_room_again_when_a_task_ends,
    room_is_there_at_once_without_a_limit,
    room_is_waited_for_by_a_producer.smoke(),
    room_is_given_to_every_producer_that_waits,
];

async fn queue_limit_refuses_what_is_beyond_it(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(2));
    // One for the worker and two that wait.
    let open: Vec<_> = (0..3).map(|_| spawn!(in pool; spin(cx.slow()))).collect();
    let error = check_fails!(spawn!(in pool; add(1, 2)).await, QueueFull);
    check_eq!(
        error.message(),
        "3 tasks were open, as many as `Config::queue_limit` allows"
    );
    check_eq!((error.attempts(), error.worker()), (0, None));
    check!(
        error.to_string().contains("was rejected by a full queue"),
        "{error}"
    );
    let metrics = pool.metrics();
    check_eq!(
        (metrics.refused, metrics.submitted, metrics.failed),
        (1, 3, 0)
    );
    drop(open);
    Ok(())
}

async fn queue_limit_of_zero_lets_the_workers_work(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(0));
    for n in 0..5 {
        check_eq!(spawn!(in pool; add(n, 1)).await?, n + 1);
    }
    Ok(())
}

async fn queue_limit_counts_a_batch_task_by_task(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(4));
    let results = settled!(in pool; for n in 0..20 => add(n, 1)).await;
    for (n, result) in results.into_iter().enumerate() {
        match n {
            0..5 => check_eq!(result?, n as i64 + 1),
            _ => drop(check_fails!(result, QueueFull)),
        }
    }
    check_eq!((pool.metrics().completed, pool.metrics().refused), (5, 15));
    Ok(())
}

async fn queue_limit_tells_the_hook_of_what_nobody_waits_for(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config.max_workers(1).queue_limit(0)));
    let stuck = spawn!(in pool; spin(cx.slow()));
    fire!(in pool; add(1, 2));
    until("the hook is called", || !told.errors().is_empty()).await?;
    let kinds: Vec<_> = told.errors().iter().map(|error| error.kind()).collect();
    check_eq!(kinds, [threader::ErrorKind::QueueFull]);
    check_eq!(pool.metrics().unattended, 1);
    drop(stuck);
    Ok(())
}

/// They belong to the global pool, whose limit is as good as any: what counts is that they run.
async fn queue_limit_is_not_for_tasks_inside_a_task(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(0));
    check_eq!(
        spawn!(in pool; sum_of_tasks(30)).await?,
        (0..30).sum::<i64>()
    );
    Ok(())
}

async fn queue_has_room_again_when_a_task_ends(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(0));
    let stuck = spawn!(in pool; spin(cx.slow()));
    check_fails!(spawn!(in pool; add(1, 2)).await, QueueFull);
    // It has ended for the books, whatever its worker still does.
    stuck.control().cancel();
    pool.room().await;
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    Ok(())
}

async fn room_is_there_at_once_without_a_limit(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = all!(in pool; for _ in 0..50 => spin(cx.slow()));
    let mut room = std::pin::pin!(pool.room());
    let ready = poll_fn(|cx| Poll::Ready(room.as_mut().poll(cx).is_ready())).await;
    check!(ready, "it waits, and there is no limit");
    drop(stuck);
    Ok(())
}

async fn room_is_waited_for_by_a_producer(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.queue_limit(3));
    for n in 0..300 {
        pool.room().await;
        spawn!(in pool; add(n, 1)).detach();
    }
    pool.close().await;
    let metrics = pool.metrics();
    check_eq!((metrics.completed, metrics.refused), (300, 0));
    Ok(())
}

async fn room_is_given_to_every_producer_that_waits(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(0));
    let producer = |from: i64| {
        let pool = pool.clone();
        async move {
            let mut sum = 0;
            for n in from..from + 20 {
                // On one thread nothing comes between the wait and the submission, so no task is refused.
                pool.room().await;
                sum += pool.spawn(prepare!(add(n, 0))).await?;
            }
            Ok::<i64, threader::TaskError>(sum)
        }
    };
    let producers = (0..5).map(|k| producer(k * 20));
    let mut sum = 0;
    for result in futures_util::future::join_all(producers).await {
        sum += result?;
    }
    check_eq!(sum, (0..100).sum::<i64>());
    check_eq!(pool.metrics().refused, 0);
    Ok(())
}
