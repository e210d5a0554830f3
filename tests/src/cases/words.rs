//! What errors, metrics and workers show of themselves: to programs, to developer tools, on the
//! console.

#[cfg(target_arch = "wasm32")]
use threader::Coordinator;
use threader::{ErrorKind, any, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::runner::{Needs, cases};
use crate::tasks::failing::half;
use crate::tasks::words::pass_error;
use crate::{Cx, Outcome};

#[cfg(target_arch = "wasm32")]
mod engine;

#[cfg(target_arch = "wasm32")]
const KINDS: [Coordinator; 2] = [Coordinator::Worker, Coordinator::MainThread];

cases![
    words_of_an_error_travel_whole.needs(Needs::Unwind),
    words_of_an_error_end_a_main_in_one_sentence.needs(Needs::Unwind),
    words_of_metrics_are_short,
];

/// Those of this module, and on wasm those of an engine: natively there is no console and no timeline
/// of ours.
pub(crate) fn all_cases() -> Vec<crate::Case> {
    #[cfg(target_arch = "wasm32")]
    return cases().into_iter().chain(engine::cases()).collect();
    #[cfg(not(target_arch = "wasm32"))]
    cases()
}

async fn words_of_an_error_travel_whole(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let odd = check_fails!(spawn!(in pool; half(3)).await, Panicked);
    let other = check_fails!(spawn!(in pool; half(5)).await, Panicked);
    // To a worker and back, where there is one: through `Serialize` and `Deserialize`.
    check_eq!(spawn!(in pool; pass_error(odd.clone())).await?, odd);
    check!(odd != other, "{odd} is taken for {other}");
    pool.close().await;
    let closed = check_fails!(spawn!(in pool; half(2)).await, Closed);
    check_eq!(
        spawn!(in cx.pool(); pass_error(closed.clone())).await?,
        closed
    );
    Ok(())
}

async fn words_of_an_error_end_a_main_in_one_sentence(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let error = check_fails!(spawn!(in pool; half(3)).await, Panicked);
    let line = format!("Error: {error:?}");
    check!(
        line.starts_with("Error: task `") && line.ends_with(": 3 is odd"),
        "it is {line}"
    );
    check!(
        format!("{error:#?}").starts_with("TaskError {"),
        "it is {error:#?}"
    );
    let Err(all) = any!(in pool; 1; half(3), half(5)).await else {
        return Err("both are odd".into());
    };
    check_eq!(format!("{all:?}"), all.to_string());
    let empty = check_fails!(
        threader::race(Vec::<threader::Task<u32>>::new()).await,
        Empty
    );
    check_eq!(empty.to_string(), "`race` was called with no tasks");
    check_eq!(
        ErrorKind::Closed.to_string(),
        "was submitted to a closed pool"
    );
    Ok(())
}

async fn words_of_metrics_are_short(cx: Cx) -> Outcome {
    let pool = cx.pool();
    spawn!(in pool; half(2)).await?;
    let text = format!("{:?}", pool.metrics());
    check!(!text.contains("0, 0, 0"), "it is {text}");
    check!(text.contains("run: Histogram { count: 1, "), "it is {text}");
    Ok(())
}
