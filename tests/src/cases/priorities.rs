//! Who goes first. A pool of one worker that is busy until everybody waits shows the order.

use std::time::Duration;

use futures_util::StreamExt;
use threader::{Pool, Priority, Status, Task, prepare, spawn};

use crate::check::{check_eq, check_fails};
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::{add, add_first, add_last, begin_and_spin, spin};
use crate::{Cx, Outcome};

cases![
    priority_says_who_goes_first.smoke(),
    priority_of_equals_is_the_order_of_submission,
    priority_of_the_attribute_is_the_task_s,
    priority_grows_with_waiting.needs(Needs::Parallel),
    priorities_without_aging_steps_are_all_equal,
    priorities_with_an_endless_step_count_alone,
];

/// The order in which the tasks end that all wait for one worker.
async fn order(cx: &Cx, pool: &Pool, tasks: Vec<Task<i64>>) -> Vec<usize> {
    let stuck = spawn!(in pool; spin(cx.slow()).priority(Priority::High));
    let stream = pool.stream(tasks);
    drop(stuck);
    stream.map(|(index, _)| index).collect().await
}

fn with(priorities: &[Priority]) -> Vec<Task<i64>> {
    let tasks = priorities.iter();
    tasks
        .map(|&priority| prepare!(add(1, 2)).priority(priority))
        .collect()
}

const MIXED: [Priority; 6] = [
    Priority::Low,
    Priority::Normal,
    Priority::High,
    Priority::Low,
    Priority::High,
    Priority::Normal,
];

async fn priority_says_who_goes_first(cx: Cx) -> Outcome {
    let pool = cx.single();
    check_eq!(order(&cx, &pool, with(&MIXED)).await, [2, 4, 1, 5, 0, 3]);
    Ok(())
}

async fn priority_of_equals_is_the_order_of_submission(cx: Cx) -> Outcome {
    let pool = cx.single();
    let equals = with(&[Priority::Low; 12]);
    check_eq!(order(&cx, &pool, equals).await, (0..12).collect::<Vec<_>>());
    Ok(())
}

async fn priority_of_the_attribute_is_the_task_s(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = vec![
        prepare!(add_last(1, 2)),
        prepare!(add(1, 2)),
        prepare!(add_first(1, 2)),
        prepare!(add_first(1, 2).priority(Priority::Low)),
    ];
    check_eq!(order(&cx, &pool, tasks).await, [2, 1, 0, 3]);
    Ok(())
}

async fn priority_grows_with_waiting(cx: Cx) -> Outcome {
    let step = Duration::from_millis(10);
    let pool = cx.pool_with(|config| config.max_workers(1).aging(step));
    let stuck = spawn!(in pool; spin(cx.slow()));
    let low = spawn!(in pool; begin_and_spin(cx.slow()).priority(Priority::Low));
    // When this has gone, the low one has waited for more than two steps.
    let clock = spawn!(in pool; add(1, 1).deadline(4 * step));
    check_fails!(clock.await, TimedOut);
    let high = spawn!(in pool; add(1, 2).priority(Priority::High));
    drop(stuck);
    let control = low.control();
    until("the low one begins", || control.progress().is_some()).await?;
    check_eq!(high.control().status(), Status::Pending);
    drop(low);
    check_eq!(high.await?, 3);
    Ok(())
}

async fn priorities_without_aging_steps_are_all_equal(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).aging(Duration::ZERO));
    check_eq!(order(&cx, &pool, with(&MIXED)).await, [0, 1, 2, 3, 4, 5]);
    Ok(())
}

async fn priorities_with_an_endless_step_count_alone(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).aging(Duration::MAX));
    check_eq!(order(&cx, &pool, with(&MIXED)).await, [2, 4, 1, 5, 0, 3]);
    Ok(())
}
