//! The scene of a fault: a pool of two workers, one busy for good, the other with small tasks before and behind the one that dies.

use threader::{Backend, Config, Coordinator, ErrorKind, Pool, Status, TaskError, TaskHandle};
use threader::{all, settled, spawn};

use super::has_workers;
use crate::check::{check, check_eq};
use crate::host::{self, until};
use crate::tasks::{add, begin_and_spin, spin};
use crate::{Cx, Outcome, within};

pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) start: Start,
    pub(super) end: End,
    /// How many workers it costs.
    pub(super) lost: u64,
}

/// Starts the task that dies.
pub(super) type Start = fn(&Pool, &Cx) -> TaskHandle<u64>;

/// What the task comes to.
pub(super) enum End {
    /// It was done before its worker died.
    Value,
    Fails(ErrorKind),
}

/// Lets it happen, with and without a coordinator, which must make no difference, and says what the task came to.
pub(super) async fn strike(cx: &Cx, fault: Fault) -> Outcome {
    #[cfg(not(target_arch = "wasm32"))]
    if let Some(end) = super::child::end_of_the_program(cx.backend(), fault.name)? {
        say(cx, fault.name, &end);
        return Ok(());
    }
    let mut words = Vec::new();
    for coordinator in coordinators(cx.backend()) {
        let end = once(cx, &fault, coordinator)
            .await
            .map_err(|error| format!("with {coordinator:?}: {error}"))?;
        words.push(end);
    }
    words.dedup();
    check_eq!(
        words.len(),
        1,
        "each coordinator has words of its own: {words:?}"
    );
    say(cx, fault.name, &words[0]);
    Ok(())
}

async fn once(cx: &Cx, fault: &Fault, coordinator: Coordinator) -> Result<String, crate::Wrong> {
    let pool = cx.pool_with(|config| config.coordinator(coordinator));
    within(
        30,
        "tasks before",
        all!(in pool; for n in 0..4 => add(n, n)),
    )
    .await??;
    let busy = busy(cx, &pool).await?;

    let before = settled!(in pool; for n in 0..6 => spin(n * 1000));
    let struck = (fault.start)(&pool, cx);
    let behind = settled!(in pool; for n in 0..6 => spin(n * 1000));

    let result = within(30, "the task that dies", struck).await?;
    let since = host::milliseconds();
    for neighbours in [before, behind] {
        let neighbours = within(30, "a neighbour", neighbours).await?;
        for (n, neighbour) in (0..).zip(neighbours) {
            check_eq!(neighbour?, spin(n * 1000), "neighbour {n}");
        }
    }
    until("the loss of the worker is noticed", || {
        pool.metrics().workers_lost >= fault.lost
    })
    .await?;
    if matches!(fault.end, End::Value) {
        let time = host::milliseconds() - since;
        host::note(&format!(
            "noticed {}::{} ... {time:.1} ms",
            cx.backend(),
            fault.name
        ));
    }

    let words = match (&fault.end, result) {
        (End::Value, Ok(value)) => {
            check_eq!(value, 1);
            "value".to_owned()
        }
        (End::Fails(kind), Err(error)) => {
            check_eq!(error.kind(), *kind, "{error}");
            check!(
                error.worker().is_some(),
                "the worker is not named: {error:?}"
            );
            check_eq!(error.attempts(), 1);
            words(&error)
        }
        (_, Ok(value)) => return Err(format!("it came to {value}").into()),
        (_, Err(error)) => return Err(error.into()),
    };
    let metrics = pool.metrics();
    let failed = matches!(fault.end, End::Fails(kind) if kind != ErrorKind::TimedOut);
    let timed_out = matches!(fault.end, End::Fails(ErrorKind::TimedOut));
    check_eq!(
        (metrics.failed, metrics.timed_out, metrics.workers_lost),
        (u64::from(failed), u64::from(timed_out), fault.lost)
    );
    if let Some(busy) = busy {
        let control = busy.control();
        check_eq!(control.status(), Status::Running, "the other worker's task");
        control.cancel();
    }
    check_whole(cx, &pool).await?;
    Ok(words)
}

/// A task that has one worker to itself until it is cancelled.
async fn busy(cx: &Cx, pool: &Pool) -> Result<Option<TaskHandle<u64>>, crate::Wrong> {
    if cx.backend() == Backend::Inline {
        return Ok(None);
    }
    let handle = spawn!(in pool; begin_and_spin(u64::MAX));
    let control = handle.control();
    until("a task begins", || control.progress().is_some()).await?;
    Ok(Some(handle))
}

/// It runs as many tasks at once as ever, and its books agree.
pub(super) async fn check_whole(cx: &Cx, pool: &Pool) -> Outcome {
    if cx.backend() != Backend::Inline {
        let pair = [busy(cx, pool).await?, busy(cx, pool).await?];
        drop(pair);
    }
    let values = within(
        30,
        "tasks afterwards",
        all!(in pool; for n in 0..10 => add(n, n)),
    )
    .await??;
    check_eq!(values, (0..10).map(|n| 2 * n).collect::<Vec<i64>>());
    until("nothing is queued or runs", || {
        let metrics = pool.metrics();
        metrics.queued == 0 && metrics.running == 0
    })
    .await?;
    let metrics = pool.metrics();
    check_eq!(
        metrics.submitted,
        metrics.completed + metrics.failed + metrics.cancelled + metrics.timed_out,
        "{metrics:?}"
    );
    check!(metrics.workers.len() <= 2, "{:?}", metrics.workers);
    Ok(())
}

/// Who may drive the workers here.
pub(super) fn coordinators(backend: Backend) -> Vec<Coordinator> {
    match has_workers(backend) {
        true => vec![Coordinator::Worker, Coordinator::MainThread],
        false => vec![Coordinator::Auto],
    }
}

/// An error as the page has it: kind and text, without what differs from run to run.
pub(super) fn words(error: &TaskError) -> String {
    let mut text = error.message().replace('\n', " ");
    for place in host::places() {
        text = text.replace(&place, "…");
    }
    // A worker's script from a Blob has another name each time.
    while let Some(start) = text.find("blob:") {
        let name = |c: char| c.is_ascii_hexdigit() || c == '-';
        let end = text[start + 5..].find(|c| !name(c));
        text.replace_range(start..end.map_or(text.len(), |end| start + 5 + end), "…");
    }
    format!("{:?}: {text}", error.kind())
}

/// A row of docs/faults.md.
pub(super) fn say(cx: &Cx, name: &str, end: &str) {
    host::note(&format!("fault {}::{name} ... {end}", cx.backend()));
}

/// A configuration with this coordinator.
pub(super) fn with(coordinator: Coordinator) -> impl FnOnce(Config) -> Config {
    move |config| config.coordinator(coordinator)
}
