//! The owner's side of workers: what is cut off there fails the one task whose turn it was, and
//! nothing else.
//!
//! Each harm is done with a coordinator and without, and followed by tasks that must work and a
//! pool that must close.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use threader::{Backend, Config, Coordinator, ErrorKind, Pool, TaskError, fire, settled, spawn};

use super::logs::{Heard, PANIC, THROW};
use crate::check::{check, check_eq, check_fails};
use crate::host::engine::{self, Caught};
use crate::host::{broken_glue, until};
use crate::runner::{Needs, Selection, cases};
use crate::tasks::failing::{half, trap};
use crate::tasks::faults::{reject, say};
use crate::tasks::hostile_owner::{
    Bottomless, Panics, PanicsWhenWritten, Throws, Traps, give, give_list, take_panicking,
};
use crate::tasks::{add, begin_and_spin, fill};
use crate::{Cx, Outcome, within};

cases![
    owner_outlives_a_panic_in_deserialize.needs(Needs::Isolation),
    owner_outlives_a_trap_in_deserialize.needs(Needs::Isolation),
    owner_outlives_a_full_stack_in_deserialize.needs(Needs::Isolation),
    owner_outlives_an_exception_in_deserialize.needs(Needs::Isolation),
    owner_outlives_a_panic_in_serialize.needs(Needs::Isolation),
    owner_outlives_deep_results.needs(Needs::Isolation),
    owner_without_memory_for_a_result_says_so
        .needs(Needs::Isolation)
        .unless(copies_memory),
    owner_outlives_hooks_that_panic.needs(Needs::Isolation),
    owner_outlives_hooks_that_trap.needs(Needs::Isolation),
    owner_outlives_a_logger_that_panics.needs(Needs::Isolation),
    owner_outlives_a_logger_that_throws.needs(Needs::Isolation),
    owner_keeps_tasks_that_a_hook_submits_while_the_coordinator_dies.needs(Needs::Nesting),
    owner_keeps_deadlines_while_the_coordinator_starts.needs(Needs::Nesting),
    owner_outlives_late_errors_of_stopped_workers.needs(Needs::Isolation),
    owner_reads_no_polluted_prototype
        .needs(Needs::Isolation)
        .unless(|_| reads_the_prototype()),
    owner_reads_no_clobbered_global.needs(Needs::Isolation),
    page_with_trusted_types_refuses_plain_text.only_in(Selection::Trusted),
    page_with_trusted_types_and_clobbered_names_runs_tasks.only_in(Selection::Trusted),
];

const KINDS: [Coordinator; 2] = [Coordinator::Worker, Coordinator::MainThread];

/// A pool of each kind; the case finishes its configuration. Without validation, which would read
/// results in the worker too.
fn pools(cx: &Cx, finish: impl Fn(Config) -> Config) -> Vec<Pool> {
    let pool = |kind| cx.pool_with(|config| finish(config.coordinator(kind).validation(false)));
    KINDS.map(pool).into()
}

/// What is left of a pool after the harm: it runs tasks, and it ends.
async fn well(pool: &Pool) -> Outcome {
    let sums = threader::all!(in pool; for n in 0..20 => add(n, 1));
    let sums = within(30, "the tasks behind it", sums).await??;
    check_eq!(sums, (1..21).collect::<Vec<i64>>());
    within(30, "the end of the pool", pool.close()).await?;
    let metrics = pool.metrics();
    check_eq!((metrics.queued, metrics.running), (0, 0));
    Ok(())
}

/// The harm is done in the middle of other tasks.
async fn harmed<T: Send + 'static>(
    pool: &Pool,
    harm: impl FnOnce() -> threader::Task<T>,
) -> Result<TaskError, crate::Wrong> {
    let (before, harmed, behind) = (
        settled!(in pool; for n in 0..10 => add(n, 1)),
        pool.spawn(harm()),
        settled!(in pool; for n in 0..10 => add(n, 2)),
    );
    let ended = within(30, "the task itself", harmed).await?;
    for (n, sum) in (0..).zip(within(30, "those before it", before).await?) {
        check_eq!(sum?, n + 1);
    }
    for (n, sum) in (0..).zip(within(30, "those behind it", behind).await?) {
        check_eq!(sum?, n + 2);
    }
    Ok(crate::check::failure(ended)?)
}

async fn owner_outlives_a_panic_in_deserialize(cx: Cx) -> Outcome {
    for pool in pools(&cx, |config| config) {
        for _ in 0..3 {
            let error = harmed(&pool, || threader::prepare!(give::<Panics>())).await?;
            check_eq!(error.kind(), ErrorKind::Panicked, "{error}");
            check_eq!(error.message(), "this one does not want to be read");
        }
        well(&pool).await?;
    }
    Ok(())
}

async fn owner_outlives_a_trap_in_deserialize(cx: Cx) -> Outcome {
    for pool in pools(&cx, |config| config) {
        let error = harmed(&pool, || threader::prepare!(give::<Traps>())).await?;
        check_eq!(error.kind(), ErrorKind::Crashed, "{error}");
        let text = error.message();
        check!(
            text.contains("cut off while its result was decoded: "),
            "{text}"
        );
        well(&pool).await?;
    }
    Ok(())
}

/// More than once: each must leave the stack as it was.
async fn owner_outlives_a_full_stack_in_deserialize(cx: Cx) -> Outcome {
    for pool in pools(&cx, |config| config) {
        for _ in 0..5 {
            let error = harmed(&pool, || threader::prepare!(give::<Bottomless>())).await?;
            check_eq!(error.kind(), ErrorKind::Crashed, "{error}");
            let text = error.message();
            check!(text.contains("while its result was decoded"), "{text}");
        }
        well(&pool).await?;
    }
    Ok(())
}

async fn owner_outlives_an_exception_in_deserialize(cx: Cx) -> Outcome {
    for pool in pools(&cx, |config| config) {
        let error = harmed(&pool, || threader::prepare!(give::<Throws>())).await?;
        check_eq!(error.kind(), ErrorKind::Crashed, "{error}");
        let text = error.message();
        check!(text.ends_with("Error: thrown on the way"), "{text}");
        well(&pool).await?;
    }
    Ok(())
}

async fn owner_outlives_a_panic_in_serialize(cx: Cx) -> Outcome {
    for pool in pools(&cx, |config| config) {
        let harm = || threader::prepare!(take_panicking(PanicsWhenWritten));
        let error = harmed(&pool, harm).await?;
        check_eq!(error.kind(), ErrorKind::Panicked, "{error}");
        check_eq!(error.message(), "this one does not want to be written");
        well(&pool).await?;
    }
    Ok(())
}

/// Somewhere among them is what a worker can write and its owner cannot read.
async fn owner_outlives_deep_results(cx: Cx) -> Outcome {
    for pool in pools(&cx, |config| config) {
        let mut ends = Vec::new();
        for length in [100, 6_000, 12_000, 24_000, 48_000, 200_000] {
            let list = within(60, "the list", spawn!(in &pool; give_list(length))).await?;
            ends.push(list.map_err(|error| error.kind()).err());
        }
        check_eq!(ends[0], None, "{ends:?}");
        let deepest = [Some(ErrorKind::Crashed), Some(ErrorKind::Codec)];
        check!(deepest.contains(&ends[5]), "{ends:?}");
        well(&pool).await?;
    }
    Ok(())
}

fn copies_memory(_: Backend) -> Option<&'static str> {
    let copies = !crate::host::stops_loops();
    copies.then_some("JavaScriptCore copies memory that grows: the whole of it would be used")
}

/// The memory is only asked for, and never written to.
async fn owner_without_memory_for_a_result_says_so(cx: Cx) -> Outcome {
    const RESULT: usize = 100 << 20;
    for pool in pools(&cx, |config| config) {
        check_eq!(spawn!(in &pool; fill(10, 1)).await?.len(), 10);
        let mut taken: Vec<Vec<u8>> = Vec::new();
        for size in [1 << 30, 256 << 20, RESULT / 2] {
            loop {
                let mut block = Vec::new();
                match block.try_reserve_exact(size) {
                    Ok(()) => taken.push(std::hint::black_box(block)),
                    Err(_) => break,
                }
            }
        }
        let result = spawn!(in &pool; fill(RESULT as u64, 1));
        let result = within(60, "the large result", result).await;
        drop(taken);
        let error = check_fails!(result?, Codec);
        check!(error.message().contains("no memory left"), "{error}");
        well(&pool).await?;
    }
    Ok(())
}

async fn owner_outlives_hooks_that_panic(cx: Cx) -> Outcome {
    outlives_hooks(&cx, || panic!("the hook's own panic")).await
}

async fn owner_outlives_hooks_that_trap(cx: Cx) -> Outcome {
    outlives_hooks(&cx, crate::host::trap).await
}

async fn outlives_hooks(cx: &Cx, harm: fn()) -> Outcome {
    let calls = Arc::new(AtomicU32::new(0));
    let hook = |config: Config| {
        let calls = Arc::clone(&calls);
        config.on_error(move |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            harm();
        })
    };
    for pool in pools(cx, hook) {
        calls.store(0, Ordering::Relaxed);
        fire!(in &pool; for n in 0..10 => half(n));
        fire!(in &pool; trap(1));
        // Before it is sent, too.
        fire!(in &pool; take_panicking(PanicsWhenWritten));
        well(&pool).await?;
        check_eq!(calls.load(Ordering::Relaxed), 7);
        check_eq!(pool.metrics().failed, 7);
    }
    Ok(())
}

async fn owner_outlives_a_logger_that_panics(cx: Cx) -> Outcome {
    outlives_loggers(&cx, PANIC, ErrorKind::Panicked, "the logger's own panic").await
}

async fn owner_outlives_a_logger_that_throws(cx: Cx) -> Outcome {
    outlives_loggers(
        &cx,
        THROW,
        ErrorKind::Crashed,
        "passed on: Error: thrown by the logger",
    )
    .await
}

async fn outlives_loggers(cx: &Cx, text: &'static str, kind: ErrorKind, ends: &str) -> Outcome {
    let _heard = Heard::of(text, log::LevelFilter::Info);
    for pool in pools(cx, |config| config) {
        let error = harmed(&pool, || threader::prepare!(say(text))).await?;
        check_eq!(error.kind(), kind, "{error}");
        check!(error.message().ends_with(ends), "{error}");
        well(&pool).await?;
    }
    Ok(())
}

/// The most obvious use of a hook: to try again.
async fn owner_keeps_tasks_that_a_hook_submits_while_the_coordinator_dies(cx: Cx) -> Outcome {
    let caught = Caught::begin();
    let again = Arc::new(OnceLock::<Pool>::new());
    let hook = Arc::clone(&again);
    let pool = cx.pool_with(|config| {
        config.coordinator(Coordinator::Worker).on_error(move |_| {
            if let Some(pool) = hook.get() {
                fire!(in pool; add(1, 2));
            }
        })
    });
    again.get_or_init(|| pool.clone());
    let running = spawn!(in pool; begin_and_spin(u64::MAX));
    let control = running.control();
    until("it begins", || control.progress().is_some()).await?;
    fire!(in pool; for _ in 0..5 => begin_and_spin(u64::MAX));
    // They leave this thread before it dies.
    crate::turn().await;
    caught.terminate(0);
    check_fails!(within(30, "its own end", running).await?, Crashed);
    until("the hook's tasks", || pool.metrics().completed == 5).await?;
    check_eq!(pool.metrics().failed, 6);
    well(&pool).await
}

/// A coordinator that never finishes loading sends nothing.
async fn owner_keeps_deadlines_while_the_coordinator_starts(cx: Cx) -> Outcome {
    let glue = broken_glue("silence")?;
    let pool = cx.pool_with(|config| config.coordinator(Coordinator::Worker).glue_url(glue));
    let without = spawn!(in pool; add(1, 1));
    let (long, short) = (
        spawn!(in pool; add(1, 2).deadline(Duration::from_millis(80))),
        spawn!(in pool; add(3, 4).deadline(Duration::from_millis(20))),
    );
    let short = check_fails!(within(30, "the shorter one", short).await?, TimedOut);
    check_eq!(short.attempts(), 0);
    check!(short.message().contains("20ms"), "{short}");
    check_fails!(within(30, "the longer one", long).await?, TimedOut);
    drop(without);
    pool.shutdown();
    Ok(within(30, "the end of the pool", pool.close()).await?)
}

/// What a task leaves behind fails when its worker has been stopped already and its owner has not
/// been told.
async fn owner_outlives_late_errors_of_stopped_workers(cx: Cx) -> Outcome {
    let uncaught = engine::Uncaught::begin();
    for kind in KINDS {
        for _ in 0..15 {
            let pool = cx.pool_with(|config| config.coordinator(kind).max_workers(1));
            let left = spawn!(in pool; reject()).await;
            engine::block(2);
            pool.shutdown();
            // The worker may be gone before the value: it is about what comes behind that.
            if let Err(error) = left {
                check_eq!(error.kind(), ErrorKind::Crashed, "{error}");
            }
            within(30, "the end of the pool", pool.close()).await?;
            crate::turn().await;
        }
    }
    check_eq!(uncaught.count(), 0);
    Ok(())
}

fn reads_the_prototype() -> Option<&'static str> {
    let bun = crate::host::text("typeof Bun").is_ok_and(|kind| kind == "object");
    bun.then_some("Bun's own `Worker` reads options from the prototype")
}

async fn owner_reads_no_polluted_prototype(cx: Cx) -> Outcome {
    for kind in KINDS {
        let polluted = engine::Polluted::begin();
        let pool = cx.pool_with(|config| config.coordinator(kind));
        let sum = spawn!(in pool; add(1, 2));
        check_eq!(polluted.end(), 0, "setters that were called");
        check_eq!(within(30, "the sum", sum).await??, 3);
        well(&pool).await?;
    }
    Ok(())
}

async fn owner_reads_no_clobbered_global(cx: Cx) -> Outcome {
    let clobbered = engine::Clobbered::begin();
    for pool in pools(&cx, |config| config) {
        let sum = spawn!(in pool; add(1, 2));
        check_eq!(within(30, "the sum", sum).await??, 3);
        well(&pool).await?;
    }
    drop(clobbered);
    Ok(())
}

/// Else the next case means nothing.
async fn page_with_trusted_types_refuses_plain_text(cx: Cx) -> Outcome {
    check_eq!(cx.backend(), Backend::Web);
    check_eq!(
        engine::starts_a_worker_by_plain_text(),
        !engine::has_trusted_types()
    );
    Ok(())
}

async fn page_with_trusted_types_and_clobbered_names_runs_tasks(cx: Cx) -> Outcome {
    check_eq!(cx.backend(), Backend::Web);
    for pool in pools(&cx, |config| config) {
        well(&pool).await?;
    }
    for pool in pools(&cx, |config| {
        config.worker_url("/worker/threader-worker.js")
    }) {
        well(&pool).await?;
    }
    Ok(())
}
