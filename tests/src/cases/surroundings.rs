//! What the page, the server or the engine may withhold. Apart from the first, these cases mean a page or special surroundings.

use std::time::Duration;

use threader::{Backend, Config, Coordinator, Pool, all, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::host::text;
use crate::runner::{Needs, Selection, cases};
use crate::tasks::add;
use crate::{Cx, Outcome};

cases![
    worker_url_that_answers_404_is_unavailable.needs(Needs::Web),
    worker_url_that_answers_404_fails_every_task.needs(Needs::Web),
    worker_url_of_a_script_that_speaks_nonsense_is_an_error.needs(Needs::Web),
    worker_of_another_build_is_sent_nothing.needs(Needs::Web),
    worker_url_of_the_served_script_works.needs(Needs::Web),
    worker_start_fetches_the_module_only_once.needs(Needs::Web),
    csp_without_blobs_is_unavailable_and_names_the_option.only_in(Selection::Csp),
    csp_without_blobs_takes_a_served_worker_script.only_in(Selection::Csp),
    engine_without_workers_falls_back_to_inline.only_in(Selection::NoWorkers),
    engine_without_workers_runs_every_strategy.only_in(Selection::NoWorkers),
    page_that_is_isolated_shares_memory.only_in(Selection::Isolated),
    page_that_is_insecure_has_no_locks_and_runs_tasks.only_in(Selection::Insecure),
];

async fn worker_url_that_answers_404_is_unavailable(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.worker_url("/missing-worker.js"));
    let error = check_fails!(spawn!(in pool; add(1, 2)).await, Unavailable);
    check!(
        error.message().contains("/missing-worker.js") && error.message().contains("worker_url"),
        "it says {}",
        error.message()
    );
    Ok(())
}

async fn worker_url_that_answers_404_fails_every_task(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.worker_url("/missing-worker.js"));
    for result in threader::settled!(in pool; for n in 0..10 => add(n, n)).await {
        check_fails!(result, Unavailable);
    }
    // Not only the tasks that were there when it failed, and without an endless row of attempts.
    check_fails!(spawn!(in pool; add(1, 2)).await, Unavailable);
    pool.close().await;
    Ok(())
}

async fn worker_url_of_a_script_that_speaks_nonsense_is_an_error(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| {
        config
            .worker_url("/garbage-worker.js")
            .start_timeout(Duration::from_secs(5))
    });
    let error = crate::check::failure(spawn!(in pool; add(1, 2)).await)?;
    check!(
        matches!(
            error.kind(),
            threader::ErrorKind::Crashed | threader::ErrorKind::Unavailable
        ),
        "{error}"
    );
    pool.close().await;
    Ok(())
}

async fn worker_of_another_build_is_sent_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.worker_url("/other-build-worker.js"));
    let error = check_fails!(spawn!(in pool; add(1, 2)).await, Unavailable);
    check!(
        error.message().contains("another build"),
        "it says {}",
        error.message()
    );
    check_eq!(error.attempts(), 0);
    Ok(())
}

async fn worker_url_of_the_served_script_works(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.worker_url("/worker/threader-worker.js"));
    check_eq!(
        all!(in pool; for n in 0..10 => add(n, 1)).await?,
        (1..11).collect::<Vec<i64>>()
    );
    Ok(())
}

/// Workers get the compiled module in a message; only the page itself ever asked the server for it.
#[cfg(target_arch = "wasm32")]
async fn worker_start_fetches_the_module_only_once(cx: Cx) -> Outcome {
    use crate::host::{fetch_text, sum_of_keys_ending};

    let fetched = || async { sum_of_keys_ending(&fetch_text("/requests").await?, ".wasm") };
    let before = fetched().await?;
    let pool = cx.pool();
    all!(in pool; for n in 0..10 => add(n, 1)).await?;
    check_eq!(pool.metrics().workers_started, 2);
    check_eq!(fetched().await?, before);
    check_eq!(before, 1.0);
    Ok(())
}

#[cfg(not(target_arch = "wasm32"))]
async fn worker_start_fetches_the_module_only_once(_cx: Cx) -> Outcome {
    Err("this case is about a page".into())
}

async fn csp_without_blobs_is_unavailable_and_names_the_option(cx: Cx) -> Outcome {
    check_eq!(cx.backend(), Backend::Web);
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; add(1, 2)).await, Unavailable);
    check!(
        error.message().contains("worker_url"),
        "it says {}",
        error.message()
    );
    Ok(())
}

async fn csp_without_blobs_takes_a_served_worker_script(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.worker_url("/csp/worker/threader-worker.js"));
    check_eq!(
        all!(in pool; for n in 0..10 => add(n, 1)).await?,
        (1..11).collect::<Vec<i64>>()
    );
    Ok(())
}

async fn engine_without_workers_falls_back_to_inline(_cx: Cx) -> Outcome {
    let pool = Pool::new(Config::new().max_workers(2));
    check_eq!(pool.backend(), Backend::Inline);
    check_eq!(pool.workers(), 0);
    check_eq!(all!(in pool; add(1, 2), add(3, 4)).await?, (3, 7));
    Ok(())
}

async fn engine_without_workers_runs_every_strategy(_cx: Cx) -> Outcome {
    check_eq!(all!(for n in 0..5 => add(n, n)).await?, vec![0, 2, 4, 6, 8]);
    check_eq!(threader::race!(add(1, 2), add(3, 4)).await?, (0, 3));
    check_eq!(threader::any!(1; add(1, 2)).await?, vec![(0, 3)]);
    check_eq!(threader::settled!(add(1, 2)).await.0?, 3);
    check_eq!(spawn!(add(1, 2)).await?, 3);
    Ok(())
}

async fn page_that_is_isolated_shares_memory(cx: Cx) -> Outcome {
    check_eq!(cx.backend(), Backend::Web);
    check_eq!(text("String(crossOriginIsolated)")?, "true");
    check_eq!(text("typeof SharedArrayBuffer")?, "function");
    check!(
        Needs::SharedMemory.missing(cx.backend()).is_none(),
        "cases that need shared memory do not run"
    );
    Ok(())
}

async fn page_that_is_insecure_has_no_locks_and_runs_tasks(cx: Cx) -> Outcome {
    check_eq!(cx.backend(), Backend::Web);
    check_eq!(text("String(isSecureContext)")?, "false");
    check_eq!(text("typeof navigator.locks")?, "undefined");
    for kind in [Coordinator::Worker, Coordinator::MainThread] {
        let pool = cx.pool_with(|config| config.coordinator(kind));
        check_eq!(
            all!(in pool; for n in 0..100 => add(n, 1)).await?,
            (1..101).collect::<Vec<i64>>()
        );
        pool.close().await;
        check_eq!(pool.metrics().workers_lost, 0, "{kind:?}");
    }
    Ok(())
}
