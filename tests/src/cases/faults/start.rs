//! Workers that never come to anything: their script is not there, or not the program, or not loadable.

use std::time::Duration;

use threader::{Config, ErrorKind, Pool, settled, spawn};

use super::scene::{coordinators, say, words};
use super::{needs_page, needs_worker};
use crate::check::{check_eq, failure};
use crate::runner::cases;
use crate::tasks::add;
use crate::{Cx, Outcome, host, within};

cases![
    fault_script_404.unless(needs_page),
    fault_glue_404.unless(needs_worker),
    fault_glue_with_a_syntax_error.unless(needs_worker),
    fault_module_that_does_not_compile.unless(needs_worker),
    fault_nonsense_at_the_start.unless(needs_worker),
    fault_silence_at_the_start.unless(needs_worker),
];

async fn fault_script_404(cx: Cx) -> Outcome {
    never_starts(&cx, "script_404", |config| {
        config.worker_url("/missing-worker.js")
    })
    .await
}

async fn fault_glue_404(cx: Cx) -> Outcome {
    glue(&cx, "glue_404", "missing").await
}

async fn fault_glue_with_a_syntax_error(cx: Cx) -> Outcome {
    glue(&cx, "glue_with_a_syntax_error", "syntax").await
}

async fn fault_module_that_does_not_compile(cx: Cx) -> Outcome {
    glue(&cx, "module_that_does_not_compile", "module").await
}

/// It loads, and the first thing that it says is no frame.
async fn fault_nonsense_at_the_start(cx: Cx) -> Outcome {
    glue(&cx, "nonsense_at_the_start", "nonsense").await
}

/// It loads, and never says a word.
async fn fault_silence_at_the_start(cx: Cx) -> Outcome {
    let file = host::broken_glue("silence")?;
    never_starts(&cx, "silence_at_the_start", |config| {
        config
            .glue_url(&file)
            .start_timeout(Duration::from_millis(300))
    })
    .await
}

async fn glue(cx: &Cx, name: &str, file: &str) -> Outcome {
    let file = host::broken_glue(file)?;
    never_starts(cx, name, |config| config.glue_url(&file)).await
}

/// Every task learns the reason, the next ones too; another pool knows nothing of it.
async fn never_starts(cx: &Cx, name: &str, broken: impl Fn(Config) -> Config) -> Outcome {
    let other = cx.pool();
    let mut said = Vec::new();
    for coordinator in coordinators(cx.backend()) {
        let pool = cx.pool_with(|config| broken(config).coordinator(coordinator));
        for attempt in 0..2 {
            let tasks = settled!(in pool; for n in 0..6 => add(n, attempt));
            for result in within(60, "a task without a worker", tasks).await? {
                let error = failure(result)?;
                check_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
                check_eq!((error.attempts(), error.worker()), (0, None));
                said.push(words(&error));
            }
        }
        check_books(&pool)?;
        within(30, "a pool without workers closes", pool.close()).await?;
    }
    said.dedup();
    check_eq!(said.len(), 1, "{said:?}");
    check_eq!(spawn!(in other; add(1, 2)).await?, 3);
    say(cx, name, &said[0]);
    Ok(())
}

fn check_books(pool: &Pool) -> Outcome {
    let metrics = pool.metrics();
    check_eq!(
        (metrics.submitted, metrics.failed, metrics.completed),
        (12, 12, 0)
    );
    check_eq!(
        (metrics.queued, metrics.running, metrics.workers_lost),
        (0, 0, 0)
    );
    Ok(())
}
