//! `stream`: every result as it comes, with its input index.

use std::collections::BTreeMap;

use futures_util::{FutureExt, StreamExt};
use threader::{Status, prepare, stream};

use crate::check::{check, check_eq, check_fails};
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::failing::half;
use crate::tasks::{add, spin};
use crate::{Cx, Outcome};

cases![
    stream_yields_each_task_once_with_its_index.smoke(),
    stream_over_for_yields_each_task_once_with_its_index,
    stream_as_a_function_takes_any_iterator,
    stream_as_a_method_runs_on_its_pool,
    stream_of_nothing_ends_at_once,
    stream_stays_ended,
    stream_keeps_going_after_a_failure.needs(Needs::Unwind),
    stream_of_one_worker_yields_in_input_order,
    stream_yields_a_fast_task_while_a_slow_one_runs.needs(Needs::Parallel),
    stream_yields_in_completion_order.needs(Needs::Parallel),
    stream_keeps_results_until_they_are_asked_for,
    stream_dropped_cancels_what_is_left,
    stream_dropped_early_leaves_its_pool_whole,
    stream_detached_runs_on,
];

async fn stream_yields_each_task_once_with_its_index(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut results = stream!(in pool; add(0, 10), add(1, 10), add(2, 10));
    let mut seen = BTreeMap::new();
    while let Some((index, result)) = results.next().await {
        check!(seen.insert(index, result?).is_none(), "{index} came twice");
    }
    check_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        vec![(0, 10), (1, 11), (2, 12)]
    );
    Ok(())
}

async fn stream_over_for_yields_each_task_once_with_its_index(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut results = stream!(in pool; for n in 0..40 => add(n, 1));
    let mut seen = BTreeMap::new();
    while let Some((index, result)) = results.next().await {
        check!(seen.insert(index, result?).is_none(), "{index} came twice");
    }
    check_eq!(
        seen,
        (0..40)
            .map(|n| (n as usize, n + 1))
            .collect::<BTreeMap<usize, i64>>()
    );
    Ok(())
}

async fn stream_as_a_function_takes_any_iterator(_cx: Cx) -> Outcome {
    let mut values = Vec::new();
    let mut results = stream([prepare!(add(1, 1)), prepare!(add(2, 2))]);
    while let Some((_, result)) = results.next().await {
        values.push(result?);
    }
    values.sort_unstable();
    check_eq!(values, vec![2, 4]);
    Ok(())
}

async fn stream_as_a_method_runs_on_its_pool(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let results = pool
        .stream((0..5).map(|n| prepare!(add(n, n))))
        .collect::<Vec<_>>()
        .await;
    check_eq!(results.len(), 5);
    check_eq!(pool.metrics().completed, 5);
    Ok(())
}

async fn stream_of_nothing_ends_at_once(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut none = stream!(in pool; for n in [] => add(n, n));
    check!(
        matches!(none.next().now_or_never(), Some(None)),
        "it did not end at once"
    );
    let mut none = pool.stream(Vec::<threader::Task<u8>>::new());
    check!(
        matches!(none.next().now_or_never(), Some(None)),
        "the method's did not end at once"
    );
    Ok(())
}

async fn stream_stays_ended(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut results = stream!(in pool; for n in 0..2 => add(n, n));
    while results.next().await.is_some() {}
    for _ in 0..3 {
        check!(
            results.next().await.is_none(),
            "something came after the end"
        );
    }
    Ok(())
}

async fn stream_keeps_going_after_a_failure(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut results = stream!(in pool; for n in 0..6 => half(n));
    let (mut values, mut errors) = (BTreeMap::new(), BTreeMap::new());
    while let Some((index, result)) = results.next().await {
        match result {
            Ok(value) => values.insert(index, value.to_string()),
            Err(error) => errors.insert(index, error.message().to_owned()),
        };
    }
    check_eq!(
        values,
        [(0, "0"), (2, "1"), (4, "2")]
            .map(|(at, text)| (at, text.to_owned()))
            .into()
    );
    check_eq!(
        errors,
        [(1, "1 is odd"), (3, "3 is odd"), (5, "5 is odd")]
            .map(|(at, text)| (at, text.to_owned()))
            .into()
    );
    Ok(())
}

/// test262: allSettled/resolved-sequence.js
async fn stream_of_one_worker_yields_in_input_order(cx: Cx) -> Outcome {
    let pool = cx.single();
    let order: Vec<usize> = stream!(in pool; for n in 0..20 => add(n, n))
        .map(|(index, _)| index)
        .collect()
        .await;
    check_eq!(order, (0..20).collect::<Vec<usize>>());
    Ok(())
}

async fn stream_yields_a_fast_task_while_a_slow_one_runs(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut results = stream!(in pool; spin(cx.slow()), spin(1));
    let slow = results.controls().remove(0);
    let (index, result) = results.next().await.ok_or("it ended")?;
    check_eq!(index, 1);
    check_eq!(result?, spin(1));
    check!(
        slow.status() != Status::Completed,
        "the slow one ended first"
    );
    slow.cancel();
    let (index, result) = results.next().await.ok_or("it ended")?;
    check_eq!(index, 0);
    check_fails!(result, Cancelled);
    check!(
        results.next().await.is_none(),
        "something came after the end"
    );
    Ok(())
}

async fn stream_yields_in_completion_order(cx: Cx) -> Outcome {
    let pool = cx.pool();
    // With both workers up, each gets one of the next two.
    threader::all!(in pool; spin(1), spin(2)).await?;
    let mut results = stream!(in pool; spin(cx.slow()), spin(1));
    let slow = results.controls().remove(0);
    let mut order = Vec::new();
    while let Some((index, _)) = results.next().await {
        order.push(index);
        if index == 1 {
            slow.cancel();
        }
    }
    check_eq!(order, vec![1, 0]);
    Ok(())
}

async fn stream_keeps_results_until_they_are_asked_for(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let results = stream!(in pool; for n in 0..10 => add(n, n));
    pool.close().await;
    let mut values: Vec<i64> = Vec::new();
    for (_, result) in results.collect::<Vec<_>>().await {
        values.push(result?);
    }
    values.sort_unstable();
    check_eq!(values, (0..10).map(|n| n * 2).collect::<Vec<i64>>());
    Ok(())
}

async fn stream_dropped_cancels_what_is_left(cx: Cx) -> Outcome {
    let pool = cx.single();
    let mut results = stream!(in pool; spin(1), spin(cx.slow()), spin(cx.slow()), spin(cx.slow()));
    let controls = results.controls();
    check_eq!(results.next().await.ok_or("it ended")?.0, 0);
    drop(results);
    pool.close().await;
    check_eq!(controls[0].status(), Status::Completed);
    check_eq!(controls[3].status(), Status::Cancelled);
    Ok(())
}

async fn stream_dropped_early_leaves_its_pool_whole(cx: Cx) -> Outcome {
    let pool = cx.pool();
    for _ in 0..20 {
        let mut results = stream!(in pool; for n in 0..4 => add(n, n));
        check!(results.next().await.is_some(), "it ended");
    }
    let metrics = pool.metrics();
    check_eq!(metrics.submitted, 80);
    check_eq!(pool.all([prepare!(add(1, 1))]).await?, vec![2]);
    Ok(())
}

async fn stream_detached_runs_on(cx: Cx) -> Outcome {
    let pool = cx.single();
    let mut results = stream!(in pool; for n in 0..4 => add(n, n));
    let controls = results.controls();
    check!(results.next().await.is_some(), "it ended");
    results.detach();
    until("all tasks complete", || {
        controls
            .iter()
            .all(|control| control.status() == Status::Completed)
    })
    .await?;
    check_eq!(pool.metrics().completed, 4);
    Ok(())
}
