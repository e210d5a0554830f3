//! `all`: every value in input order, or the first failure in time.

use threader::{ErrorKind, Status, all, prepare};

use crate::check::{check, check_eq, check_fails};
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::failing::{half, panic_with_text, spin_and_panic};
use crate::tasks::{Tile, add, describe, identity, nothing, spin};
use crate::{Cx, Outcome};

cases![
    all_gives_a_tuple_in_input_order.smoke(),
    all_of_one_item_is_a_tuple_of_one,
    all_of_no_items_is_an_empty_tuple,
    all_takes_tasks_in_variables_and_options_behind_calls,
    all_over_for_gives_a_vec_in_input_order.smoke(),
    all_over_for_takes_patterns_blocks_and_paths,
    all_over_for_of_nothing_is_empty,
    all_as_a_function_gives_a_vec_in_input_order,
    all_as_a_function_of_nothing_is_a_new_empty_vec,
    all_as_a_method_runs_on_its_pool,
    all_without_a_pool_runs_on_the_global_one,
    all_keeps_input_order_when_the_last_ends_first.needs(Needs::Parallel),
    all_starts_before_it_is_awaited,
    all_trusts_the_iterator_and_not_its_size_hint,
    all_takes_two_thousand_tasks,
    all_fails_with_the_first_item.needs(Needs::Unwind),
    all_fails_with_the_second_item.needs(Needs::Unwind),
    all_fails_with_the_first_failure_in_time.needs(Needs::Parallel),
    all_fails_while_others_still_run.needs(Needs::Parallel),
    all_cancels_the_rest_after_a_failure.needs(Needs::Unwind),
    all_with_keep_losers_lets_the_rest_finish.needs(Needs::Unwind),
    all_ignores_a_failure_that_comes_too_late.needs(Needs::Unwind),
    all_gives_controls_in_input_order,
    all_survives_an_iterator_that_panics_half_way.needs(Needs::Native),
];

/// test262: all/S25.4.4.1_A8.1_T1.js
async fn all_gives_a_tuple_in_input_order(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tile = Tile {
        x: 0.5,
        y: -0.5,
        width: 3,
        height: 4,
    };
    let tags = vec!["a".to_owned(), "b".to_owned()];
    let (sum, text, unit) =
        all!(in pool; add(1, 2), describe(tile, tags, "tile", 9), nothing()).await?;
    check_eq!(sum, 3);
    check_eq!(text, "tile 3x4 [a, b] <= 9");
    check_eq!(unit, ());
    Ok(())
}

/// test262: all/S25.4.4.1_A7.1_T1.js
async fn all_of_one_item_is_a_tuple_of_one(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(all!(in pool; add(20, 22)).await?, (42,));
    Ok(())
}

async fn all_of_no_items_is_an_empty_tuple(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(all!(in pool;).await?, ());
    check_eq!(all!().await?, ());
    check_eq!(pool.metrics().submitted, 0);
    Ok(())
}

async fn all_takes_tasks_in_variables_and_options_behind_calls(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let ready = prepare!(add(1, 1));
    let values = all!(in pool; ready, add(2, 2).label("four"), (prepare!(add(3, 3))), { prepare!(identity("x".to_owned())) }, prepare!(add(4, 4)).label("eight")).await?;
    check_eq!(values, (2, 4, 6, "x".to_owned(), 8));
    Ok(())
}

async fn all_over_for_gives_a_vec_in_input_order(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let sums = all!(in pool; for n in 0..50 => add(n, 100)).await?;
    check_eq!(sums, (100..150).collect::<Vec<i64>>());
    Ok(())
}

async fn all_over_for_takes_patterns_blocks_and_paths(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let pairs = vec![(1, 10), (2, 20)];
    let sums =
        all!(in pool; for (a, b) in pairs => crate::tasks::add(a, b).label(format!("{a}+{b}")))
            .await?;
    check_eq!(sums, vec![11, 22]);
    let tasks = vec![prepare!(add(1, 2)), prepare!(add(3, 4))];
    check_eq!(
        all!(in pool; for ready in tasks => ready).await?,
        vec![3, 7]
    );
    let names = ["a", "b"];
    let texts = all!(in pool; for (index, name) in names.iter().enumerate() => identity(format!("{name}{index}"))).await?;
    check_eq!(texts, vec!["a0".to_owned(), "b1".to_owned()]);
    Ok(())
}

async fn all_over_for_of_nothing_is_empty(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let none: Vec<i64> = all!(in pool; for n in Vec::new() => add(n, n)).await?;
    check!(none.is_empty(), "there are {none:?}");
    check_eq!(pool.metrics().submitted, 0);
    Ok(())
}

async fn all_as_a_function_gives_a_vec_in_input_order(_cx: Cx) -> Outcome {
    let sums = all((0..8).map(|n| prepare!(add(n, n)))).await?;
    check_eq!(sums, vec![0, 2, 4, 6, 8, 10, 12, 14]);
    Ok(())
}

/// test262: all/S25.4.4.1_A2.3_T1.js to T3
async fn all_as_a_function_of_nothing_is_a_new_empty_vec(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let none: Vec<i64> = pool.all(Vec::new()).await?;
    check!(none.is_empty(), "there are {none:?}");
    let none: Vec<i64> = all(std::iter::empty()).await?;
    check!(none.is_empty(), "there are {none:?}");
    Ok(())
}

async fn all_as_a_method_runs_on_its_pool(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(
        pool.all([prepare!(add(1, 2)), prepare!(add(3, 4))]).await?,
        vec![3, 7]
    );
    check_eq!(pool.metrics().completed, 2);
    Ok(())
}

async fn all_without_a_pool_runs_on_the_global_one(_cx: Cx) -> Outcome {
    check_eq!(all!(add(1, 2), add(3, 4)).await?, (3, 7));
    check_eq!(all!(for n in 0..3 => add(n, 1)).await?, vec![1, 2, 3]);
    Ok(())
}

/// test262: all/call-resolve-element-items.js (each value goes to its own place, whenever it comes)
async fn all_keeps_input_order_when_the_last_ends_first(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let (long, short) = (prepare!(spin(cx.long())), prepare!(spin(1)));
    let (slow, fast) = (long.control(), short.control());
    let both = pool.all([long, short]);
    until("the short task ends", || fast.status() == Status::Completed).await?;
    let values = both.await?;
    check_eq!(slow.status(), Status::Completed);
    check_eq!(values.len(), 2);
    check!(values[0] != values[1], "the values are {values:?}");
    check_eq!(values[1], spin(1));
    Ok(())
}

async fn all_starts_before_it_is_awaited(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let sums = all!(in pool; for n in 0..5 => add(n, n));
    pool.close().await;
    check_eq!(pool.metrics().completed, 5);
    check_eq!(sums.await?, vec![0, 2, 4, 6, 8]);
    Ok(())
}

/// test262: all/resolve-before-loop-exit.js and resolve-before-loop-exit-from-same.js (nothing outside can make the count wrong)
async fn all_trusts_the_iterator_and_not_its_size_hint(cx: Cx) -> Outcome {
    struct Liar<I>(I, usize);
    impl<I: Iterator> Iterator for Liar<I> {
        type Item = I::Item;
        fn next(&mut self) -> Option<I::Item> {
            self.0.next()
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.1, Some(self.1))
        }
    }
    let pool = cx.pool();
    for claimed in [0, 1, 7] {
        let tasks = Liar((0..3).map(|n| prepare!(add(n, 1))), claimed);
        check_eq!(
            pool.all(tasks).await?,
            vec![1, 2, 3],
            "it claimed {claimed}"
        );
    }
    Ok(())
}

async fn all_takes_two_thousand_tasks(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let values = all!(in pool; for n in 0..2000 => add(n, 0)).await?;
    check_eq!(values, (0..2000).collect::<Vec<i64>>());
    check_eq!(pool.metrics().completed, 2000);
    Ok(())
}

/// test262: all/S25.4.4.1_A8.2_T1.js
async fn all_fails_with_the_first_item(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(
        all!(in pool; panic_with_text("first"), add(1, 1)).await,
        Panicked
    );
    check_eq!(error.message(), "first");
    Ok(())
}

/// test262: all/S25.4.4.1_A8.2_T2.js
async fn all_fails_with_the_second_item(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(
        all!(in pool; add(1, 1), panic_with_text("second")).await,
        Panicked
    );
    check_eq!(error.message(), "second");
    Ok(())
}

async fn all_fails_with_the_first_failure_in_time(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = [
        prepare!(spin_and_panic(cx.slow(), "late")),
        prepare!(panic_with_text("early")),
    ];
    let error = check_fails!(pool.all(tasks).await, Panicked);
    check_eq!(error.message(), "early");
    Ok(())
}

async fn all_fails_while_others_still_run(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let both = all!(in pool; spin(cx.slow()), panic_with_text("early"));
    let controls = both.controls();
    check_fails!(both.await, Panicked);
    check_eq!(controls[0].status(), Status::Cancelled);
    check_eq!(controls[1].status(), Status::Failed);
    Ok(())
}

async fn all_cancels_the_rest_after_a_failure(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks =
        all!(in pool; panic_with_text("x"), spin(cx.slow()), spin(cx.slow()), spin(cx.slow()));
    let controls = tasks.controls();
    check_fails!(tasks.await, Panicked);
    let states: Vec<Status> = controls.iter().map(threader::TaskControl::status).collect();
    check_eq!(
        states,
        vec![
            Status::Failed,
            Status::Cancelled,
            Status::Cancelled,
            Status::Cancelled
        ]
    );
    check_eq!(pool.metrics().cancelled, 3);
    Ok(())
}

async fn all_with_keep_losers_lets_the_rest_finish(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = all!(in pool; panic_with_text("x"), add(1, 1), add(2, 2)).keep_losers();
    let controls = tasks.controls();
    check_fails!(tasks.await, Panicked);
    pool.close().await;
    check_eq!(controls[1].status(), Status::Completed);
    check_eq!(controls[2].status(), Status::Completed);
    Ok(())
}

/// test262: all/reject-ignored-deferred.js and resolve-ignores-late-rejection-deferred.js
async fn all_ignores_a_failure_that_comes_too_late(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = all!(in pool; half(1), half(3), half(5)).keep_losers();
    let error = check_fails!(tasks.await, Panicked);
    pool.close().await;
    check_eq!(error.message(), "1 is odd");
    check_eq!(pool.metrics().failed, 3);
    Ok(())
}

async fn all_gives_controls_in_input_order(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = all!(in pool; add(1, 1), identity('x'), nothing());
    let controls = tasks.controls();
    check_eq!(controls.len(), 3);
    controls[1].cancel();
    match tasks.await {
        // The task was faster than the cancel: it had ended, so the cancel did nothing.
        Ok(values) => check_eq!(values, (2, 'x', ())),
        Err(error) => {
            check_eq!(error.kind(), ErrorKind::Cancelled);
            check!(
                error.task().contains("identity"),
                "the task is {}",
                error.task()
            );
        }
    }
    Ok(())
}

/// test262: all/S25.4.4.1_A5.1_T1.js
async fn all_survives_an_iterator_that_panics_half_way(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = (0..10).map(|n| {
        if n == 3 {
            panic!("the iterator's own panic")
        } else {
            prepare!(add(n, n))
        }
    });
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pool.all(tasks)));
    let Err(payload) = caught else {
        return Err("the iterator's panic did not come through".into());
    };
    check_eq!(
        payload.downcast_ref::<&str>(),
        Some(&"the iterator's own panic")
    );
    check_eq!(all!(in pool; add(1, 2)).await?, (3,));
    pool.close().await;
    Ok(())
}
