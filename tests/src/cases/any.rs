//! `any`: the first `n` that succeed; an error as soon as they cannot be reached any more.

use threader::{AggregateError, Status, Task, TaskError, any, prepare};

use crate::check::{check, check_eq};
use crate::cx::Told;
use crate::runner::{Needs, cases};
use crate::tasks::failing::{half, panic_with_text};
use crate::tasks::{add, spin};
use crate::{Cx, Outcome};

cases![
    any_gives_the_first_success_and_its_index
        .needs(Needs::Parallel)
        .smoke(),
    any_over_for_gives_as_many_as_asked_for,
    any_as_a_function_gives_as_many_as_asked_for,
    any_as_a_method_runs_on_its_pool,
    any_of_all_gives_all,
    any_gives_completion_order.needs(Needs::Parallel),
    any_of_one_worker_gives_input_order,
    any_passes_over_failures.needs(Needs::Unwind),
    any_of_zero_starts_nothing,
    any_of_more_than_there_are_fails_at_once_and_starts_nothing,
    any_of_nothing_fails_with_no_errors,
    any_fails_with_every_reason_in_input_order.needs(Needs::Unwind),
    any_fails_in_input_order_whatever_the_completion_order.needs(Needs::Parallel),
    any_fails_as_soon_as_the_number_is_out_of_reach.needs(Needs::Parallel),
    any_cancels_the_rest_when_it_has_enough.needs(Needs::Parallel),
    any_with_keep_losers_lets_them_finish,
    any_ignores_failures_after_it_has_enough.needs(Needs::Unwind),
    any_counts_a_cancelled_task_as_failed,
    any_dropped_cancels_everything,
];

/// test262: any/resolve-from-resolve-resolve.js
async fn any_gives_the_first_success_and_its_index(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(
        any!(in pool; 1; spin(cx.slow()), spin(1)).await?,
        vec![(1, spin(1))]
    );
    Ok(())
}

async fn any_over_for_gives_as_many_as_asked_for(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let wanted = 2;
    let values = any!(in pool; wanted; for n in 0..6 => add(n, 10)).await?;
    check_eq!(values.len(), 2);
    check!(
        values
            .iter()
            .all(|&(index, value)| value == index as i64 + 10),
        "{values:?}"
    );
    Ok(())
}

async fn any_as_a_function_gives_as_many_as_asked_for(_cx: Cx) -> Outcome {
    let values = any(3, (0..4).map(|n| prepare!(add(n, 10)))).await?;
    check_eq!(values.len(), 3);
    let values = any!(1; add(1, 1), add(1, 1)).await?;
    check_eq!(values[0].1, 2);
    Ok(())
}

async fn any_as_a_method_runs_on_its_pool(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(pool.any(1, [prepare!(add(1, 2))]).await?, vec![(0, 3)]);
    check_eq!(pool.metrics().completed, 1);
    Ok(())
}

async fn any_of_all_gives_all(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut values = any!(in pool; 3; add(0, 1), add(1, 1), add(2, 1)).await?;
    values.sort_unstable();
    check_eq!(values, vec![(0, 1), (1, 2), (2, 3)]);
    Ok(())
}

/// test262: any/resolved-sequence.js
async fn any_gives_completion_order(cx: Cx) -> Outcome {
    let pool = cx.pool();
    // With both workers up, each gets one of the next two.
    threader::all!(in pool; spin(1), spin(2)).await?;
    let values = any!(in pool; 2; spin(cx.long()), spin(1)).await?;
    check_eq!(values, vec![(1, spin(1)), (0, spin(cx.long()))]);
    Ok(())
}

async fn any_of_one_worker_gives_input_order(cx: Cx) -> Outcome {
    let pool = cx.single();
    check_eq!(
        any!(in pool; 2; add(1, 1), add(2, 2), add(3, 3)).await?,
        vec![(0, 2), (1, 4)]
    );
    Ok(())
}

/// test262: any/resolve-from-reject-catch.js and resolve-from-resolve-reject-catch.js
async fn any_passes_over_failures(cx: Cx) -> Outcome {
    let pool = cx.single();
    check_eq!(
        any!(in pool; 2; half(1), half(2), half(3), half(4), half(5)).await?,
        vec![(1, 1), (3, 2)]
    );
    Ok(())
}

async fn any_of_zero_starts_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(any!(in pool; 0; add(1, 1), add(2, 2)).await?, Vec::new());
    check_eq!(
        any!(in pool; 0; for n in 0..3 => add(n, n)).await?,
        Vec::new()
    );
    check_eq!(pool.any(0, Vec::<Task<u8>>::new()).await?, Vec::new());
    check_eq!(pool.metrics().submitted, 0);
    Ok(())
}

async fn any_of_more_than_there_are_fails_at_once_and_starts_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = out_of_reach(any!(in pool; 3; add(1, 1), add(2, 2)).await)?;
    check!(error.errors().is_empty(), "{error:?}");
    check_eq!(pool.metrics().submitted, 0);
    Ok(())
}

/// test262: any/iter-arg-is-empty-iterable-reject.js and iter-arg-is-empty-string-reject.js
async fn any_of_nothing_fails_with_no_errors(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = out_of_reach(pool.any(1, Vec::<Task<u8>>::new()).await)?;
    check!(error.errors().is_empty(), "{error:?}");
    let error = out_of_reach(any!(in pool; 1; for n in [] => add(n, n)).await)?;
    check!(!error.to_string().is_empty(), "the error says nothing");
    Ok(())
}

/// test262: any/reject-all-mixed.js, AggregateError/errors-iterabletolist.js
async fn any_fails_with_every_reason_in_input_order(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error =
        out_of_reach(any!(in pool; 1; panic_with_text("a"), half(3), panic_with_text("c")).await)?;
    check_eq!(
        texts(error.errors()),
        vec![(0, "a"), (1, "3 is odd"), (2, "c")]
    );
    let text = error.to_string();
    for part in ["a", "3 is odd", "c"] {
        check!(text.contains(part), "`{part}` is not in `{text}`");
    }
    let _: &dyn std::error::Error = &error;
    Ok(())
}

async fn any_fails_in_input_order_whatever_the_completion_order(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = any!(in pool; 1; spin_once_cancelled(cx.slow()), panic_fast(2), panic_fast(3));
    let slow = tasks.controls().remove(0);
    let last = tasks.controls().remove(2);
    crate::host::until("the last task fails", || last.status() == Status::Failed).await?;
    slow.cancel();
    let error = out_of_reach(tasks.await)?;
    let order: Vec<usize> = error.errors().iter().map(|&(index, _)| index).collect();
    check_eq!(order, vec![0, 1, 2]);
    Ok(())
}

#[threader::task]
fn spin_once_cancelled(iterations: u64) -> u64 {
    crate::tasks::turns(iterations)
}

#[threader::task]
fn panic_fast(n: u64) -> u64 {
    panic!("{n}")
}

/// test262: any/reject-immed.js; beyond it: two of three are out of reach when two have failed
async fn any_fails_as_soon_as_the_number_is_out_of_reach(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = any!(in pool; 2; spin_once_cancelled(cx.slow()), panic_fast(2), panic_fast(3));
    let slow = tasks.controls().remove(0);
    let error = out_of_reach(tasks.await)?;
    check_eq!(texts(error.errors()), vec![(1, "2"), (2, "3")]);
    check_eq!(slow.status(), Status::Cancelled);
    Ok(())
}

async fn any_cancels_the_rest_when_it_has_enough(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = any!(in pool; 1; spin(cx.slow()), spin(1), spin(cx.slow()), spin(cx.slow()));
    let controls = tasks.controls();
    check_eq!(tasks.await?, vec![(1, spin(1))]);
    let states: Vec<Status> = controls.iter().map(threader::TaskControl::status).collect();
    check_eq!(
        states,
        vec![
            Status::Cancelled,
            Status::Completed,
            Status::Cancelled,
            Status::Cancelled
        ]
    );
    Ok(())
}

async fn any_with_keep_losers_lets_them_finish(cx: Cx) -> Outcome {
    let pool = cx.single();
    let values = any!(in pool; 1; add(1, 1), add(2, 2), add(3, 3))
        .keep_losers()
        .await?;
    check_eq!(values, vec![(0, 2)]);
    pool.close().await;
    check_eq!(pool.metrics().completed, 3);
    Ok(())
}

/// test262: any/call-reject-element-after-return.js
async fn any_ignores_failures_after_it_has_enough(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config.max_workers(1)));
    check_eq!(
        any!(in pool; 1; half(2), half(3), half(5)).await?,
        vec![(0, 1)]
    );
    pool.close().await;
    check!(
        told.errors().is_empty(),
        "the hook was told of {:?}",
        told.errors()
    );
    Ok(())
}

async fn any_counts_a_cancelled_task_as_failed(cx: Cx) -> Outcome {
    let pool = cx.single();
    let cancelled = prepare!(add(1, 1));
    cancelled.control().cancel();
    let error = out_of_reach(any!(in pool; 2; cancelled, add(2, 2)).await)?;
    check_eq!(error.errors().len(), 1);
    check_eq!(error.errors()[0].0, 0);
    check_eq!(error.errors()[0].1.kind(), threader::ErrorKind::Cancelled);
    Ok(())
}

async fn any_dropped_cancels_everything(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = any!(in pool; 2; spin(cx.slow()), spin(cx.slow()), spin(cx.slow()));
    let controls = tasks.controls();
    drop(tasks);
    pool.close().await;
    check!(
        controls
            .iter()
            .skip(1)
            .all(|control| control.status() == Status::Cancelled),
        "{controls:?}"
    );
    Ok(())
}

fn out_of_reach<T: std::fmt::Debug>(
    result: Result<Vec<(usize, T)>, AggregateError>,
) -> Result<AggregateError, String> {
    match result {
        Ok(values) => Err(format!("this had to fail, and it gave {values:?}")),
        Err(error) => Ok(error),
    }
}

fn texts(errors: &[(usize, TaskError)]) -> Vec<(usize, &str)> {
    errors
        .iter()
        .map(|(index, error)| (*index, error.message()))
        .collect()
}
