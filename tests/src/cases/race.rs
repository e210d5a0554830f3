//! `race`: the first to settle decides, whether it succeeded or failed.

use threader::{Status, Task, prepare, race};

use crate::check::{check, check_eq, check_fails};
use crate::cx::Told;
use crate::runner::{Needs, cases};
use crate::tasks::failing::{half, panic_with_text, spin_and_panic};
use crate::tasks::{add, spin};
use crate::{Cx, Outcome};

cases![
    race_of_one_gives_its_value,
    race_gives_the_first_to_settle_and_its_index
        .needs(Needs::Parallel)
        .smoke(),
    race_over_for_gives_the_first_to_settle,
    race_as_a_function_gives_the_first_to_settle,
    race_as_a_method_runs_on_its_pool,
    race_of_one_worker_gives_the_first_in_input_order,
    race_fails_when_the_first_to_settle_failed.needs(Needs::Parallel),
    race_of_one_failure_fails.needs(Needs::Unwind),
    race_of_nothing_is_an_error_at_once,
    race_cancels_the_losers.needs(Needs::Parallel),
    race_never_starts_losers_that_are_queued,
    race_with_keep_losers_lets_them_finish,
    race_ignores_a_failure_after_the_first_value.needs(Needs::Unwind),
    race_counts_a_cancelled_task_as_settled.needs(Needs::Parallel),
    race_starts_before_it_is_awaited,
    race_dropped_cancels_everything,
];

/// test262: race/S25.4.4.3_A6.2_T1.js
async fn race_of_one_gives_its_value(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(race!(in pool; add(1, 2)).await?, (0, 3));
    Ok(())
}

/// test262: race/S25.4.4.3_A7.3_T2.js
async fn race_gives_the_first_to_settle_and_its_index(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(
        race!(in pool; spin(cx.slow()), spin(1)).await?,
        (1, spin(1))
    );
    Ok(())
}

async fn race_over_for_gives_the_first_to_settle(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (index, value) = race!(in pool; for n in 0..5 => add(n, 100)).await?;
    check_eq!(value, index as i64 + 100);
    Ok(())
}

async fn race_as_a_function_gives_the_first_to_settle(_cx: Cx) -> Outcome {
    let (index, value) = race((0..5).map(|n| prepare!(add(n, 100)))).await?;
    check_eq!(value, index as i64 + 100);
    Ok(())
}

async fn race_as_a_method_runs_on_its_pool(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(pool.race([prepare!(add(1, 2))]).await?, (0, 3));
    check_eq!(pool.metrics().completed, 1);
    Ok(())
}

/// test262: race/S25.4.4.3_A7.1_T1.js to T3
async fn race_of_one_worker_gives_the_first_in_input_order(cx: Cx) -> Outcome {
    let pool = cx.single();
    check_eq!(
        race!(in pool; add(1, 1), add(2, 2), add(3, 3)).await?,
        (0, 2)
    );
    Ok(())
}

/// test262: race/S25.4.4.3_A7.3_T1.js
async fn race_fails_when_the_first_to_settle_failed(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = [
        prepare!(spin_and_panic(cx.slow(), "late")),
        prepare!(panic_with_text("early")),
    ];
    check_eq!(
        check_fails!(pool.race(tasks).await, Panicked).message(),
        "early"
    );
    Ok(())
}

/// test262: race/S25.4.4.3_A6.1_T1.js
async fn race_of_one_failure_fails(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(race!(in pool; panic_with_text("alone")).await, Panicked);
    check_eq!(error.message(), "alone");
    Ok(())
}

/// test262: race/S25.4.4.3_A5.1_T1.js, where it never settles; here nothing ever hangs
async fn race_of_nothing_is_an_error_at_once(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_fails!(pool.race(Vec::<Task<u8>>::new()).await, Empty);
    check_fails!(race(std::iter::empty::<Task<u8>>()).await, Empty);
    check_fails!(race!(in pool; for n in [] => add(n, n)).await, Empty);
    Ok(())
}

async fn race_cancels_the_losers(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = race!(in pool; spin(1), spin(cx.slow()), spin(cx.slow()));
    let controls = tasks.controls();
    check_eq!(tasks.await?.0, 0);
    check_eq!(controls[1].status(), Status::Cancelled);
    check_eq!(controls[2].status(), Status::Cancelled);
    check_eq!(pool.metrics().cancelled, 2);
    Ok(())
}

async fn race_never_starts_losers_that_are_queued(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = race!(in pool; spin(1), spin(cx.slow()), spin(cx.slow()), spin(cx.slow()));
    let last = tasks.controls().remove(3);
    check_eq!(tasks.await?, (0, spin(1)));
    check_eq!(last.status(), Status::Cancelled);
    check_eq!(pool.metrics().completed, 1);
    Ok(())
}

async fn race_with_keep_losers_lets_them_finish(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = race!(in pool; add(1, 1), add(2, 2), add(3, 3)).keep_losers();
    check_eq!(tasks.await?, (0, 2));
    pool.close().await;
    check_eq!(pool.metrics().completed, 3);
    Ok(())
}

/// test262: race/resolve-ignores-late-rejection.js and resolve-ignores-late-rejection-deferred.js
async fn race_ignores_a_failure_after_the_first_value(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config.max_workers(1)));
    let tasks = [prepare!(half(2)), prepare!(panic_with_text("late"))];
    check_eq!(pool.race(tasks).await?, (0, 1));
    pool.close().await;
    check!(
        told.errors().is_empty(),
        "the hook was told of {:?}",
        told.errors()
    );
    Ok(())
}

async fn race_counts_a_cancelled_task_as_settled(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = race!(in pool; spin(cx.slow()), spin(cx.slow()));
    tasks.controls()[1].cancel();
    check_fails!(tasks.await, Cancelled);
    Ok(())
}

async fn race_starts_before_it_is_awaited(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = race!(in pool; add(1, 1), add(2, 2));
    pool.close().await;
    check_eq!(pool.metrics().completed, 2);
    check_eq!(tasks.await?, (0, 2));
    Ok(())
}

async fn race_dropped_cancels_everything(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = race!(in pool; spin(cx.slow()), spin(cx.slow()), spin(cx.slow()));
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
