//! `settled`: how every task ended, in input order; it never fails itself.

use threader::{Status, TaskError, prepare, settled};

use crate::check::{check, check_eq, check_fails};
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::failing::{half, panic_with_text};
use crate::tasks::{add, identity, spin};
use crate::{Cx, Outcome};

cases![
    settled_gives_a_tuple_when_all_succeed,
    settled_gives_a_tuple_when_some_fail
        .needs(Needs::Unwind)
        .smoke(),
    settled_gives_a_tuple_when_all_fail.needs(Needs::Unwind),
    settled_of_no_items_is_an_empty_tuple,
    settled_over_for_keeps_input_order.needs(Needs::Unwind),
    settled_as_a_function_takes_any_iterator,
    settled_as_a_function_of_nothing_is_empty,
    settled_as_a_method_runs_on_its_pool,
    settled_keeps_input_order_when_the_last_ends_first.needs(Needs::Parallel),
    settled_cancels_nobody_after_a_failure.needs(Needs::Unwind),
    settled_shows_a_cancelled_task_as_cancelled,
    settled_starts_before_it_is_awaited,
    settled_dropped_cancels_what_is_left,
];

/// test262: allSettled/resolved-all-fulfilled.js and resolved-immed.js
async fn settled_gives_a_tuple_when_all_succeed(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (sum, letter) = settled!(in pool; add(1, 2), identity('x')).await;
    check_eq!(sum?, 3);
    check_eq!(letter?, 'x');
    Ok(())
}

/// test262: allSettled/resolved-all-mixed.js
async fn settled_gives_a_tuple_when_some_fail(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (first, second, third) =
        settled!(in pool; add(1, 2), panic_with_text("no"), identity('x')).await;
    check_eq!(first?, 3);
    check_eq!(check_fails!(second, Panicked).message(), "no");
    check_eq!(third?, 'x');
    Ok(())
}

/// test262: allSettled/resolved-all-rejected.js
async fn settled_gives_a_tuple_when_all_fail(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (first, second) = settled!(in pool; panic_with_text("a"), half(3)).await;
    check_eq!(check_fails!(first, Panicked).message(), "a");
    check_eq!(check_fails!(second, Panicked).message(), "3 is odd");
    Ok(())
}

/// test262: allSettled/resolves-empty-array.js
async fn settled_of_no_items_is_an_empty_tuple(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(settled!(in pool;).await, ());
    check_eq!(settled!().await, ());
    Ok(())
}

/// test262: allSettled/resolved-sequence-mixed.js
async fn settled_over_for_keeps_input_order(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let results = settled!(in pool; for n in 0..7 => half(n)).await;
    check_eq!(results.len(), 7);
    for (n, result) in results.into_iter().enumerate() {
        if n % 2 == 0 {
            check_eq!(result?, n as u32 / 2);
        } else {
            check_eq!(
                check_fails!(result, Panicked).message(),
                format!("{n} is odd")
            );
        }
    }
    Ok(())
}

async fn settled_as_a_function_takes_any_iterator(_cx: Cx) -> Outcome {
    let results = settled((0..3).map(|n| prepare!(add(n, n)))).await;
    let values: Result<Vec<i64>, TaskError> = results.into_iter().collect();
    check_eq!(values?, vec![0, 2, 4]);
    Ok(())
}

/// test262: allSettled/resolves-to-array.js
async fn settled_as_a_function_of_nothing_is_empty(cx: Cx) -> Outcome {
    let none: Vec<Result<i64, TaskError>> = settled(Vec::new()).await;
    check!(none.is_empty(), "there are {none:?}");
    let pool = cx.pool();
    let none = settled!(in pool; for n in [] => add(n, n)).await;
    check!(none.is_empty(), "there are {none:?}");
    Ok(())
}

async fn settled_as_a_method_runs_on_its_pool(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let results = pool
        .settled([prepare!(add(1, 2)), prepare!(add(3, 4))])
        .await;
    let values: Result<Vec<i64>, TaskError> = results.into_iter().collect();
    check_eq!(values?, vec![3, 7]);
    check_eq!(pool.metrics().completed, 2);
    Ok(())
}

async fn settled_keeps_input_order_when_the_last_ends_first(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (long, short) = (prepare!(spin(cx.long())), prepare!(spin(1)));
    let fast = short.control();
    let both = pool.settled([long, short]);
    until("the short task ends", || fast.status() == Status::Completed).await?;
    let mut results = both.await;
    check_eq!(results.pop().ok_or("there is no result")??, spin(1));
    check!(
        results.pop().ok_or("there is no first result")?.is_ok(),
        "the long task failed"
    );
    Ok(())
}

/// test262: allSettled/resolved-all-mixed.js (one rejection ends nothing)
async fn settled_cancels_nobody_after_a_failure(cx: Cx) -> Outcome {
    let pool = cx.single();
    let results = settled!(in pool; for n in [1, 2, 3, 4] => half(n)).await;
    check_eq!(results.iter().filter(|result| result.is_ok()).count(), 2);
    let metrics = pool.metrics();
    check_eq!(
        (metrics.completed, metrics.failed, metrics.cancelled),
        (2, 2, 0)
    );
    Ok(())
}

async fn settled_shows_a_cancelled_task_as_cancelled(cx: Cx) -> Outcome {
    let pool = cx.single();
    let kept = prepare!(add(1, 1));
    let cancelled = prepare!(add(2, 2));
    cancelled.control().cancel();
    let (first, second) = settled!(in pool; kept, cancelled).await;
    check_eq!(first?, 2);
    check_fails!(second, Cancelled);
    Ok(())
}

async fn settled_starts_before_it_is_awaited(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let results = settled!(in pool; add(1, 1), add(2, 2));
    pool.close().await;
    check_eq!(pool.metrics().completed, 2);
    let (first, second) = results.await;
    check_eq!((first?, second?), (2, 4));
    Ok(())
}

async fn settled_dropped_cancels_what_is_left(cx: Cx) -> Outcome {
    let pool = cx.single();
    let results = settled!(in pool; for _ in 0..4 => spin(cx.slow()));
    let controls = results.controls();
    drop(results);
    pool.close().await;
    check_eq!(controls[3].status(), Status::Cancelled);
    check_eq!(controls[2].status(), Status::Cancelled);
    Ok(())
}
