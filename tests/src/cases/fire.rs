//! `fire`: off it goes; a failure reaches the pool's error hook and a counter.

use threader::{ErrorKind, Task, fire, prepare};

use crate::check::{check, check_eq};
use crate::cx::Told;
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::failing::{half, panic_with_text};
use crate::tasks::{add, nothing, spin};
use crate::{Cx, Outcome};

cases![
    fire_runs_what_nobody_waits_for,
    fire_over_for_runs_everything,
    fire_as_a_method_and_a_function_takes_any_iterator,
    fire_takes_items_of_different_types,
    fire_of_nothing_does_nothing,
    fire_runs_without_a_close,
    fire_tells_the_hook_of_a_failure
        .needs(Needs::Unwind)
        .smoke(),
    fire_tells_the_hook_of_every_failure_once.needs(Needs::Unwind),
    fire_without_a_hook_counts_failures.needs(Needs::Unwind),
    fire_tells_the_hook_what_came_too_late,
];

async fn fire_runs_what_nobody_waits_for(cx: Cx) -> Outcome {
    let pool = cx.pool();
    fire!(in pool; add(1, 2));
    pool.close().await;
    check_eq!(pool.metrics().completed, 1);
    check_eq!(pool.metrics().unattended, 0);
    Ok(())
}

async fn fire_over_for_runs_everything(cx: Cx) -> Outcome {
    let pool = cx.pool();
    fire!(in pool; for n in 0..30 => add(n, n));
    pool.close().await;
    check_eq!(pool.metrics().completed, 30);
    Ok(())
}

async fn fire_as_a_method_and_a_function_takes_any_iterator(cx: Cx) -> Outcome {
    let pool = cx.pool();
    pool.fire((0..3).map(|n| prepare!(add(n, n))));
    pool.close().await;
    check_eq!(pool.metrics().completed, 3);
    let task = prepare!(add(1, 1));
    let control = task.control();
    fire([task]);
    until("the global pool runs it", || {
        control.status() == threader::Status::Completed
    })
    .await
}

async fn fire_takes_items_of_different_types(cx: Cx) -> Outcome {
    let pool = cx.pool();
    fire!(in pool; add(1, 2), nothing(), spin(3));
    pool.close().await;
    check_eq!(pool.metrics().completed, 3);
    Ok(())
}

async fn fire_of_nothing_does_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    pool.fire(Vec::<Task<u8>>::new());
    fire!(in pool; for n in [] => add(n, n));
    check_eq!(pool.metrics().submitted, 0);
    Ok(())
}

async fn fire_runs_without_a_close(cx: Cx) -> Outcome {
    let pool = cx.pool();
    fire!(in pool; add(1, 2), add(3, 4));
    until("both tasks complete", || pool.metrics().completed == 2).await
}

async fn fire_tells_the_hook_of_a_failure(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config));
    fire!(in pool; panic_with_text("nobody waits"), add(1, 2));
    pool.close().await;
    let errors = told.errors();
    check_eq!(errors.len(), 1);
    check_eq!(errors[0].kind(), ErrorKind::Panicked);
    check_eq!(errors[0].message(), "nobody waits");
    check!(
        errors[0].task().contains("panic_with_text"),
        "the task is {}",
        errors[0].task()
    );
    check_eq!(pool.metrics().unattended, 1);
    Ok(())
}

async fn fire_tells_the_hook_of_every_failure_once(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config));
    fire!(in pool; for n in 0..8 => half(n).label(format!("half of {n}")));
    pool.close().await;
    let mut names: Vec<String> = told
        .errors()
        .iter()
        .map(|error| error.task().to_owned())
        .collect();
    names.sort_unstable();
    check_eq!(
        names,
        ["half of 1", "half of 3", "half of 5", "half of 7"]
            .map(str::to_owned)
            .to_vec()
    );
    check_eq!(pool.metrics().unattended, 4);
    Ok(())
}

async fn fire_without_a_hook_counts_failures(cx: Cx) -> Outcome {
    let pool = cx.pool();
    fire!(in pool; for n in [1, 3, 4] => half(n));
    pool.close().await;
    let metrics = pool.metrics();
    check_eq!(
        (metrics.completed, metrics.failed, metrics.unattended),
        (1, 2, 2)
    );
    Ok(())
}

async fn fire_tells_the_hook_what_came_too_late(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config));
    pool.close().await;
    fire!(in pool; add(1, 2));
    until("the hook is told", || !told.errors().is_empty()).await?;
    check_eq!(told.errors()[0].kind(), ErrorKind::Closed);
    Ok(())
}
