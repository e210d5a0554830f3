//! Which failures are followed by another attempt.

use std::time::Duration;

use threader::{Status, all, prepare, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::failing::{panic_with_text, trap, trap_thrice};
use crate::tasks::{add, begin_and_spin, spin};
use crate::{Cx, Outcome};

cases![
    retries_of_a_task_that_succeeds_change_nothing,
    retries_follow_the_death_of_a_worker
        .needs(Needs::Isolation)
        .smoke(),
    retries_of_the_attribute_are_the_task_s.needs(Needs::Isolation),
    retries_of_the_pool_are_for_tasks_that_say_nothing.needs(Needs::Isolation),
    retries_follow_a_timeout.needs(Needs::Isolation),
    retries_never_follow_a_panic.needs(Needs::Unwind),
    retries_never_follow_a_deadline.needs(Needs::Isolation),
    retries_never_follow_a_cancel.needs(Needs::Parallel),
    retries_of_one_cost_its_neighbours_nothing.needs(Needs::Isolation),
];

async fn retries_of_a_task_that_succeeds_change_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let sums = pool.all((0..20).map(|n| prepare!(add(n, 1)).retries(5)));
    check_eq!(sums.await?, (1..21).collect::<Vec<i64>>());
    check_eq!(pool.metrics().retried, 0);
    Ok(())
}

async fn retries_follow_the_death_of_a_worker(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; trap(1).retries(2)).await, Crashed);
    check_eq!(error.attempts(), 3);
    check_eq!((pool.metrics().retried, pool.metrics().failed), (2, 1));
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    Ok(())
}

async fn retries_of_the_attribute_are_the_task_s(cx: Cx) -> Outcome {
    let pool = cx.single();
    check_eq!(
        check_fails!(spawn!(in pool; trap_thrice(1)).await, Crashed).attempts(),
        3
    );
    let once = spawn!(in pool; trap_thrice(1).retries(0));
    check_eq!(check_fails!(once.await, Crashed).attempts(), 1);
    Ok(())
}

async fn retries_of_the_pool_are_for_tasks_that_say_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.retries(1));
    check_eq!(
        check_fails!(spawn!(in pool; trap(1)).await, Crashed).attempts(),
        2
    );
    let once = spawn!(in pool; trap(1).retries(0));
    check_eq!(check_fails!(once.await, Crashed).attempts(), 1);
    Ok(())
}

async fn retries_follow_a_timeout(cx: Cx) -> Outcome {
    let pool = cx.single();
    let slow = spawn!(in pool; spin(cx.slow()).timeout(Duration::from_millis(20)).retries(2));
    check_eq!(check_fails!(slow.await, TimedOut).attempts(), 3);
    check_eq!(pool.metrics().timed_out, 1);
    Ok(())
}

async fn retries_never_follow_a_panic(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(
        spawn!(in pool; panic_with_text("no").retries(5)).await,
        Panicked
    );
    check_eq!((error.message(), error.attempts()), ("no", 1));
    check_eq!(pool.metrics().retried, 0);
    Ok(())
}

async fn retries_never_follow_a_deadline(cx: Cx) -> Outcome {
    let pool = cx.single();
    let slow = spawn!(in pool; spin(cx.slow()).deadline(Duration::from_millis(200)).retries(5));
    let error = check_fails!(slow.await, TimedOut);
    check!(
        error.attempts() <= 1,
        "it was tried {} times",
        error.attempts()
    );
    check_eq!(pool.metrics().retried, 0);
    Ok(())
}

async fn retries_never_follow_a_cancel(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = spawn!(in pool; begin_and_spin(cx.slow()).retries(5));
    let control = stuck.control();
    until("it begins", || control.progress().is_some()).await?;
    control.cancel();
    check_eq!(check_fails!(stuck.await, Cancelled).attempts(), 1);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    check_eq!(
        (control.status(), pool.metrics().retried),
        (Status::Cancelled, 0)
    );
    Ok(())
}

async fn retries_of_one_cost_its_neighbours_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let dying = spawn!(in pool; trap(1).retries(3));
    let neighbours = all!(in pool; for n in 0..40 => add(n, 1));
    check_eq!(neighbours.await?, (1..41).collect::<Vec<i64>>());
    check_eq!(check_fails!(dying.await, Crashed).attempts(), 4);
    Ok(())
}
