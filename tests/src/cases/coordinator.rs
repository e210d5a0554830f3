//! The coordinator: who it is makes no difference to what comes out; a busy owner starves nobody; its death hangs nobody.

use std::time::Duration;

use threader::{Config, Coordinator, ErrorKind, Pool, Status, all, settled, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::host::engine::{self, Caught, Jammed, Refused};
use crate::host::{closed_ports, silent_deaths, until};
use crate::runner::{Needs, cases};
use crate::tasks::failing::{panic_with_text, trap};
use crate::tasks::timed::busy_for;
use crate::tasks::{add, begin_and_spin, count_up, repeat, spin};
use crate::{Cx, Outcome};

cases![
    coordinator_of_either_kind_runs_tasks
        .needs(Needs::Isolation)
        .smoke(),
    coordinator_of_either_kind_tells_failures.needs(Needs::Isolation),
    coordinator_of_either_kind_tells_progress_and_hears_a_cancel.needs(Needs::Isolation),
    coordinator_of_either_kind_passes_large_values_on_whole.needs(Needs::Isolation),
    coordinator_starts_the_workers_itself
        .needs(Needs::Nesting)
        .in_other_pages(),
    coordinator_of_either_kind_feeds_workers_while_the_owner_is_blocked.needs(Needs::Isolation),
    coordinator_keeps_a_timeout_while_the_owner_is_blocked
        .needs(Needs::Nesting)
        .in_other_pages(),
    coordinator_that_dies_leaves_nobody_waiting
        .needs(Needs::Nesting)
        .unless(silent_deaths)
        .in_other_pages(),
    coordinator_that_dies_idle_is_replaced
        .needs(Needs::Nesting)
        .unless(silent_deaths)
        .in_other_pages(),
    coordinator_that_cannot_be_told_leaves_nobody_waiting
        .needs(Needs::Nesting)
        .unless(|_| closed_ports()),
    workers_that_cannot_be_told_leave_nobody_waiting
        .needs(Needs::Isolation)
        .unless(|_| closed_ports()),
    coordinator_that_cannot_start_is_done_without.needs(Needs::Nesting),
    owner_that_was_blocked_fails_no_task_that_was_done_in_time.needs(Needs::Isolation),
];

const KINDS: [Coordinator; 2] = [Coordinator::Worker, Coordinator::MainThread];

fn pool(cx: &Cx, kind: Coordinator) -> Pool {
    cx.pool_with(|config| config.coordinator(kind))
}

async fn coordinator_of_either_kind_runs_tasks(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = pool(&cx, kind);
        let sums = all!(in pool; for n in 0..500 => add(n, 1)).await?;
        check_eq!(sums, (1..501).collect::<Vec<i64>>(), "{kind:?}");
        pool.close().await;
        check_eq!(pool.metrics().completed, 500, "{kind:?}");
        check_eq!(pool.metrics().workers_started, 2, "{kind:?}");
    }
    Ok(())
}

async fn coordinator_of_either_kind_tells_failures(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = pool(&cx, kind);
        let (panicked, crashed, well) =
            settled!(in pool; panic_with_text("on purpose"), trap(1), add(1, 2)).await;
        let error = check_fails!(panicked, Panicked);
        check_eq!(error.message(), "on purpose");
        check_eq!(error.attempts(), 1);
        check!(error.worker().is_some(), "the worker is not named");
        check_fails!(crashed, Crashed);
        check_eq!(well?, 3);
    }
    Ok(())
}

async fn coordinator_of_either_kind_tells_progress_and_hears_a_cancel(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = pool(&cx, kind);
        let counting = spawn!(in pool; count_up(20));
        let control = counting.control();
        check_eq!(counting.await?, 20);
        check_eq!(control.progress().map(|progress| progress.done), Some(20));
        let stuck = spawn!(in pool; begin_and_spin(u64::MAX));
        let control = stuck.control();
        until("it begins", || control.progress().is_some()).await?;
        check_eq!(control.status(), Status::Running, "{kind:?}");
        control.cancel();
        check_fails!(stuck.await, Cancelled);
        check_eq!(all!(in pool; add(1, 1), add(2, 2)).await?, (2, 4));
    }
    Ok(())
}

async fn coordinator_of_either_kind_passes_large_values_on_whole(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = pool(&cx, kind);
        let texts =
            all!(in pool; for n in 1..6 => repeat("0123456789".repeat(n * 60_000), 2)).await?;
        for (index, text) in texts.iter().enumerate() {
            check_eq!(text.len(), (index + 1) * 1_200_000, "{kind:?}");
            check!(text.ends_with("6789"), "{kind:?}: it is another text");
        }
    }
    Ok(())
}

async fn coordinator_starts_the_workers_itself(cx: Cx) -> Outcome {
    let caught = Caught::begin();
    let pool = pool(&cx, Coordinator::Worker);
    all!(in pool; for n in 0..20 => add(n, 1)).await?;
    check_eq!(pool.metrics().workers_started, 2);
    check_eq!(
        caught.count(),
        1,
        "this thread has started more than the coordinator"
    );
    Ok(())
}

/// A task takes a time, whoever else wants the cores, so what the workers do between two tasks is
/// what counts. Where a scheduler on the owner's thread sent no more ahead than another one does,
/// they would spend less than a tenth of the time in tasks.
async fn coordinator_of_either_kind_feeds_workers_while_the_owner_is_blocked(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = pool(&cx, kind);
        all!(in pool; for _ in 0..8 => busy_for(5.0)).await?;
        let share = time_in_tasks(&pool).await?;
        // Seen: 0.35 (WebKit, on a loaded machine) to 0.97. The faulty state is not measured.
        let fed = share >= 0.25;
        check!(
            fed,
            "while their owner was blocked the workers were in tasks for {share:.2} of the time, with {kind:?}"
        );
    }
    Ok(())
}

/// The part of 400 ms in which their owner is blocked that two workers spend in tasks of 5 ms.
async fn time_in_tasks(pool: &Pool) -> Result<f64, crate::Wrong> {
    let before = pool.metrics().completed;
    let tasks = all!(in pool; for _ in 0..200 => busy_for(5.0));
    // In WebKit what is posted leaves this thread in later turns.
    until("one is done", || pool.metrics().completed > before).await?;
    let from = engine::now();
    engine::block(400);
    let to = engine::now();
    let inside = |(began, ended): &(f64, f64)| (ended.min(to) - began.max(from)).max(0.0);
    let spans = tasks.await?;
    Ok(spans.iter().map(inside).sum::<f64>() / (2.0 * (to - from)))
}

/// That a worker is stopped in the meantime shows in the next task's time of beginning.
async fn coordinator_keeps_a_timeout_while_the_owner_is_blocked(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).coordinator(Coordinator::Worker));
    spawn!(in pool; add(1, 1)).await?;
    let stuck = spawn!(in pool; spin(u64::MAX).timeout(Duration::from_millis(20)));
    let next = spawn!(in pool; busy_for(1.0));
    engine::block(3000);
    let unblocked = engine::now();
    check_fails!(stuck.await, TimedOut);
    let (began, _) = next.await?;
    check!(
        began.total_cmp(&unblocked).is_lt(),
        "the next task waited for the owner, {} ms",
        began - unblocked
    );
    Ok(())
}

async fn coordinator_that_dies_leaves_nobody_waiting(cx: Cx) -> Outcome {
    let caught = Caught::begin();
    let pool = pool(&cx, Coordinator::Worker);
    let running = spawn!(in pool; begin_and_spin(u64::MAX));
    let queued = settled!(in pool; for _ in 0..20 => begin_and_spin(u64::MAX));
    let control = running.control();
    until("it begins", || control.progress().is_some()).await?;
    caught.terminate(0);
    let error = check_fails!(running.await, Crashed);
    check!(
        error.message().contains("coordinator"),
        "it says {}",
        error.message()
    );
    for result in queued.await {
        check_fails!(result, Crashed);
    }
    check_eq!(all!(in pool; for n in 0..10 => add(n, 1)).await?.len(), 10);
    check_eq!(caught.count(), 2);
    pool.close().await;
    Ok(())
}

async fn coordinator_that_dies_idle_is_replaced(cx: Cx) -> Outcome {
    let caught = Caught::begin();
    let pool = pool(&cx, Coordinator::Worker);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    caught.terminate(0);
    // Until its death is noticed a task may be handed to the dead, and then ends with it.
    until("another one comes", || {
        spawn!(in pool; add(1, 2)).detach();
        caught.count() == 2
    })
    .await?;
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    pool.close().await;
    Ok(())
}

async fn coordinator_that_cannot_be_told_leaves_nobody_waiting(cx: Cx) -> Outcome {
    let pool = pool(&cx, Coordinator::Worker);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    let jammed = Jammed::begin();
    let untold = settled!(in pool; for n in 0..5 => add(n, 1));
    drop(jammed);
    for result in untold.await {
        let error = check_fails!(result, Crashed);
        check!(error.message().contains("no way through"), "{error}");
    }
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    pool.close().await;
    Ok(())
}

/// With the scheduler on this thread. They are replaced, and whoever is not blamed for it runs on another one.
async fn workers_that_cannot_be_told_leave_nobody_waiting(cx: Cx) -> Outcome {
    let pool = pool(&cx, Coordinator::MainThread);
    check_eq!(all!(in pool; add(1, 2), add(3, 4)).await?, (3, 7));
    let jammed = Jammed::begin();
    let untold = settled!(in pool; for n in 0..5 => add(n, 1));
    drop(jammed);
    for (n, result) in (0..).zip(untold.await) {
        match result {
            Ok(sum) => check_eq!(sum, n + 1),
            Err(error) => {
                // In Node no worker can be started meanwhile either.
                let known = [ErrorKind::Crashed, ErrorKind::Unavailable];
                check!(known.contains(&error.kind()), "{error}");
                check!(error.message().contains("no way through"), "{error}");
            }
        }
    }
    check!(pool.metrics().workers_lost > 0, "nobody was lost");
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    pool.close().await;
    Ok(())
}

async fn coordinator_that_cannot_start_is_done_without(_cx: Cx) -> Outcome {
    let refused = Refused::begin();
    let pool = Pool::new(
        Config::new()
            .max_workers(2)
            .coordinator(Coordinator::Worker),
    );
    check_eq!(all!(in pool; add(1, 2), add(3, 4)).await?, (3, 7));
    drop(refused);
    pool.close().await;
    Ok(())
}

async fn owner_that_was_blocked_fails_no_task_that_was_done_in_time(cx: Cx) -> Outcome {
    let pool = pool(&cx, Coordinator::MainThread);
    all!(in pool; add(1, 1), add(2, 2)).await?;
    let timeout = Duration::from_millis(100);
    let tasks = all!(in pool; busy_for(1.0).timeout(timeout), busy_for(1.0).timeout(timeout));
    engine::block(500);
    tasks.await?;
    Ok(())
}
