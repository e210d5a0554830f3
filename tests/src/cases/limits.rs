//! Timeouts and deadlines.

use std::time::Duration;

use threader::{Status, all, prepare, settled, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::cx::Told;
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::gates::{Gate, hold};
use crate::tasks::{add, begin_and_spin, impatient, perishable, spin};
use crate::{Cx, Outcome};

cases![
    timeout_ends_a_task_that_runs_too_long
        .needs(Needs::Parallel)
        .smoke(),
    timeout_of_a_task_that_is_done_in_time_changes_nothing,
    timeout_counts_from_the_start.needs(Needs::Parallel),
    timeout_frees_the_worker_for_the_next_task.needs(Needs::Parallel),
    timeout_of_one_leaves_its_neighbours_alone.needs(Needs::Parallel),
    timeout_of_one_item_fails_all.needs(Needs::Parallel),
    timeout_of_a_task_that_nobody_waits_for_is_told_to_the_hook.needs(Needs::Parallel),
    timeout_of_the_attribute_is_the_task_s.needs(Needs::Parallel),
    timeout_of_the_pool_is_for_tasks_without_one.needs(Needs::Parallel),
    timeout_is_noticed_where_nothing_can_interrupt_the_task.needs(Needs::Native),
    timeout_inside_a_task_is_noticed_too.needs(Needs::Native),
    deadline_ends_a_queued_task_that_then_never_starts.needs(Needs::Parallel),
    deadline_ends_a_running_task.needs(Needs::Parallel).smoke(),
    deadline_that_is_kept_changes_nothing,
    deadline_of_the_attribute_is_the_task_s.needs(Needs::Parallel),
    deadline_passes_while_nobody_runs_tasks.needs(Needs::Native),
    thread_that_overruns_is_detached_and_another_takes_its_place.needs(Needs::Threads),
    thread_that_goes_on_after_the_grace_is_detached.needs(Needs::Threads),
    thread_that_leaves_within_the_grace_stays.needs(Needs::Threads),
    thread_that_was_detached_holds_up_no_end_of_the_pool.needs(Needs::Threads),
];

const SOON: Duration = Duration::from_millis(20);
/// Longer than any case may take.
const LONG: Duration = Duration::from_secs(3600);

async fn timeout_ends_a_task_that_runs_too_long(cx: Cx) -> Outcome {
    let pool = cx.single();
    let handle = spawn!(in pool; spin(cx.slow()).timeout(SOON));
    let control = handle.control();
    let error = check_fails!(handle.await, TimedOut);
    check_eq!(error.message(), "it ran longer than its timeout of 20ms");
    check_eq!(error.attempts(), 1);
    check!(error.worker().is_some(), "no worker is named: {error:?}");
    check!(error.to_string().contains("timed out"), "{error}");
    check_eq!(control.status(), Status::TimedOut);
    control.cancel();
    check_eq!(control.status(), Status::TimedOut);
    let metrics = pool.metrics();
    check_eq!(
        (metrics.timed_out, metrics.failed, metrics.cancelled),
        (1, 0, 0)
    );
    Ok(())
}

async fn timeout_of_a_task_that_is_done_in_time_changes_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let sums = all!(in pool; for n in 0..50 => add(n, 1).timeout(LONG).deadline(LONG));
    check_eq!(sums.await?, (1..51).collect::<Vec<i64>>());
    check_eq!(pool.metrics().timed_out, 0);
    Ok(())
}

async fn timeout_counts_from_the_start(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = spawn!(in pool; spin(u64::MAX));
    let patient = spawn!(in pool; add(1, 2).timeout(Duration::from_millis(500)));
    // When this has gone, the patient one has waited for longer than it may run.
    let clock = spawn!(in pool; add(1, 1).deadline(Duration::from_millis(600)));
    check_fails!(clock.await, TimedOut);
    check_eq!(patient.control().status(), Status::Pending);
    stuck.control().cancel();
    check_eq!(patient.await?, 3);
    Ok(())
}

async fn timeout_frees_the_worker_for_the_next_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    for n in 0..3 {
        let stuck = spawn!(in pool; spin(cx.slow()).timeout(SOON));
        let next = spawn!(in pool; add(n, 1));
        check_fails!(stuck.await, TimedOut);
        check_eq!(next.await?, n + 1);
    }
    Ok(())
}

async fn timeout_of_one_leaves_its_neighbours_alone(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let stuck = spawn!(in pool; spin(cx.slow()).timeout(SOON));
    let neighbours = all!(in pool; for n in 0..20 => spin(n));
    check_fails!(stuck.await, TimedOut);
    check_eq!(neighbours.await?, (0..20).map(spin).collect::<Vec<u64>>());
    Ok(())
}

async fn timeout_of_one_item_fails_all(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let tasks = all!(in pool; spin(cx.slow()).timeout(SOON), spin(cx.slow()));
    let controls = tasks.controls();
    check_fails!(tasks.await, TimedOut);
    check_eq!(controls[1].status(), Status::Cancelled);
    Ok(())
}

async fn timeout_of_a_task_that_nobody_waits_for_is_told_to_the_hook(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config));
    spawn!(in pool; spin(cx.slow()).timeout(SOON)).detach();
    pool.close().await;
    let kinds: Vec<_> = told.errors().iter().map(|error| error.kind()).collect();
    check_eq!(kinds, [threader::ErrorKind::TimedOut]);
    Ok(())
}

async fn timeout_of_the_attribute_is_the_task_s(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.worker_timeout(LONG));
    check_fails!(spawn!(in pool; impatient(cx.slow())).await, TimedOut);
    // What the call says counts more.
    let given = spawn!(in pool; impatient(cx.slow()).timeout(SOON / 2));
    let error = check_fails!(given.await, TimedOut);
    check_eq!(error.message(), "it ran longer than its timeout of 10ms");
    Ok(())
}

async fn timeout_of_the_pool_is_for_tasks_without_one(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.worker_timeout(SOON));
    check_fails!(spawn!(in pool; spin(cx.slow())).await, TimedOut);
    let patient = spawn!(in pool; begin_and_spin(cx.slow()).timeout(LONG));
    check_fails!(spawn!(in pool; spin(cx.slow())).await, TimedOut);
    let control = patient.control();
    until("it begins", || control.progress().is_some()).await?;
    check_eq!(control.status(), Status::Running);
    Ok(())
}

async fn timeout_is_noticed_where_nothing_can_interrupt_the_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    check_fails!(
        spawn!(in pool; add(1, 2).timeout(Duration::ZERO)).await,
        TimedOut
    );
    // It leaves at its next checkpoint: else it would take for ever.
    check_fails!(
        spawn!(in pool; spin(u64::MAX).timeout(SOON)).await,
        TimedOut
    );
    Ok(())
}

async fn timeout_inside_a_task_is_noticed_too(cx: Cx) -> Outcome {
    let pool = cx.single();
    check_fails!(
        spawn!(in pool; waits_within(0).timeout(LONG)).await,
        TimedOut
    );
    Ok(())
}

/// Runs a task within that takes too long, and then itself takes too long.
#[threader::task(trust(spin_within), deadline = "50ms")]
fn waits_within(n: u64) -> u64 {
    spin_within();
    crate::tasks::turns(u64::MAX - n)
}

fn spin_within() {
    drop(spawn!(spin(u64::MAX).timeout(SOON)));
}

async fn deadline_ends_a_queued_task_that_then_never_starts(cx: Cx) -> Outcome {
    let pool = cx.single();
    let stuck = spawn!(in pool; spin(cx.slow()));
    let queued = spawn!(in pool; add(1, 2).deadline(SOON));
    let error = check_fails!(queued.await, TimedOut);
    check_eq!(error.attempts(), 0);
    check_eq!(error.worker(), None);
    check_eq!(
        error.message(),
        "it missed its deadline: not finished 20ms after submission"
    );
    stuck.control().cancel();
    pool.close().await;
    check_eq!(pool.metrics().completed, 0);
    Ok(())
}

async fn deadline_ends_a_running_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    let error = check_fails!(
        spawn!(in pool; spin(cx.slow()).deadline(SOON)).await,
        TimedOut
    );
    check_eq!(
        error.message(),
        "it missed its deadline: not finished 20ms after submission"
    );
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    Ok(())
}

async fn deadline_that_is_kept_changes_nothing(cx: Cx) -> Outcome {
    let pool = cx.single();
    let tasks = (0..20).map(|n| prepare!(add(n, 1)).deadline(LONG));
    check_eq!(pool.all(tasks).await?, (1..21).collect::<Vec<i64>>());
    Ok(())
}

async fn deadline_of_the_attribute_is_the_task_s(cx: Cx) -> Outcome {
    let pool = cx.single();
    let results = settled!(in pool; perishable(cx.slow()), perishable(1)).await;
    check_fails!(results.0, TimedOut);
    check_fails!(results.1, TimedOut);
    Ok(())
}

async fn deadline_passes_while_nobody_runs_tasks(cx: Cx) -> Outcome {
    let pool = cx.single();
    // On threads the first one keeps the only thread; on inline nobody polls.
    let first = spawn!(in pool; spin(u64::MAX));
    let late = spawn!(in pool; add(1, 2).deadline(SOON));
    let control = late.control();
    until("the deadline comes", || {
        control.status() == Status::TimedOut
    })
    .await?;
    drop(first);
    check_eq!(check_fails!(late.await, TimedOut).attempts(), 0);
    Ok(())
}

async fn thread_that_overruns_is_detached_and_another_takes_its_place(cx: Cx) -> Outcome {
    let pool = cx.single();
    let gate = Gate::close(0);
    check_fails!(spawn!(in pool; hold(0).timeout(SOON)).await, TimedOut);
    // The first thread still holds.
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    let metrics = pool.metrics();
    check_eq!((metrics.detached, metrics.workers_replaced), (1, 1));
    check_eq!((metrics.workers_started, metrics.workers_lost), (2, 0));
    let names: Vec<_> = metrics
        .workers
        .iter()
        .map(|worker| worker.name.as_str())
        .collect();
    check_eq!(names, ["threads-2"]);
    drop(gate);
    Ok(())
}

async fn thread_that_goes_on_after_the_grace_is_detached(cx: Cx) -> Outcome {
    let pool = cx.single();
    let gate = Gate::close(1);
    let held = spawn!(in pool; hold(1));
    let control = held.control();
    until("it begins", || control.status() == Status::Running).await?;
    control.cancel();
    check_fails!(held.await, Cancelled);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    check_eq!(pool.metrics().detached, 1);
    drop(gate);
    Ok(())
}

async fn thread_that_leaves_within_the_grace_stays(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).cancel_grace(LONG));
    let stuck = spawn!(in pool; begin_and_spin(cx.slow()));
    let control = stuck.control();
    until("it begins", || control.progress().is_some()).await?;
    control.cancel();
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    let metrics = pool.metrics();
    check_eq!((metrics.detached, metrics.workers_started), (0, 1));
    Ok(())
}

async fn thread_that_was_detached_holds_up_no_end_of_the_pool(cx: Cx) -> Outcome {
    let pool = cx.single();
    let gate = Gate::close(2);
    let held = spawn!(in pool; hold(2).timeout(SOON));
    let behind = all!(in pool; for n in 0..5 => add(n, 0));
    pool.close().await;
    check_fails!(held.await, TimedOut);
    check_eq!(behind.await?, [0, 1, 2, 3, 4]);
    drop(gate);
    Ok(())
}
