//! `spawn` and `task`: one task, a handle on it, and what a handle is good for.

use futures_util::FutureExt;
use threader::{Progress, Status, prepare, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::host::until;
use crate::runner::{Needs, cases};
use crate::tasks::failing::{half, panic_with_text};
use crate::tasks::{add, begin_and_spin, count_up, identity, spin};
use crate::{Cx, Outcome};

cases![
    spawn_gives_the_value.smoke(),
    spawn_gives_the_failure.needs(Needs::Unwind),
    spawn_as_a_function_and_a_method_takes_a_task,
    spawn_starts_before_it_is_awaited,
    spawn_can_be_polled_and_awaited_later.needs(Needs::Parallel),
    spawn_ends_in_the_status_completed,
    spawn_ends_in_the_status_failed.needs(Needs::Unwind),
    spawn_shows_a_running_task.needs(Needs::Parallel),
    spawn_dropped_cancels_a_queued_task.needs(Needs::Parallel),
    spawn_dropped_cancels_a_running_task.needs(Needs::Parallel),
    spawn_detached_runs_on,
    spawn_detached_tells_the_hook_of_a_failure.needs(Needs::Unwind),
    spawn_gives_progress_to_its_control,
    spawn_without_progress_has_none,
    spawn_handle_can_be_awaited_on_another_thread.needs(Needs::Native),
    spawn_control_works_from_another_thread.needs(Needs::Threads),
    task_starts_nothing,
    task_dropped_was_never_there,
    task_cancelled_before_its_start_never_starts,
    task_label_names_it_in_errors.needs(Needs::Unwind),
];

async fn spawn_gives_the_value(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    check_eq!(spawn!(add(3, 4)).await?, 7);
    Ok(())
}

async fn spawn_gives_the_failure(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(
        check_fails!(spawn!(in pool; panic_with_text("mine")).await, Panicked).message(),
        "mine"
    );
    Ok(())
}

async fn spawn_as_a_function_and_a_method_takes_a_task(cx: Cx) -> Outcome {
    let pool = cx.pool();
    check_eq!(pool.spawn(prepare!(add(1, 2))).await?, 3);
    check_eq!(threader::spawn(prepare!(add(3, 4))).await?, 7);
    check_eq!(spawn!(in pool; prepare!(add(5, 6))).await?, 11);
    Ok(())
}

async fn spawn_starts_before_it_is_awaited(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; add(1, 2));
    pool.close().await;
    check_eq!(handle.control().status(), Status::Completed);
    check_eq!(handle.await?, 3);
    Ok(())
}

/// tokio: awaiting `&mut handle` is cancel-safe
async fn spawn_can_be_polled_and_awaited_later(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let mut handle = spawn!(in pool; spin(cx.long()));
    check!(
        (&mut handle).now_or_never().is_none(),
        "a long task ended at once"
    );
    handle.await?;
    Ok(())
}

async fn spawn_ends_in_the_status_completed(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; add(1, 2));
    let control = handle.control();
    handle.await?;
    check_eq!(control.status(), Status::Completed);
    check_eq!(control.clone().status(), Status::Completed);
    Ok(())
}

async fn spawn_ends_in_the_status_failed(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; half(3));
    let control = handle.control();
    check_fails!(handle.await, Panicked);
    check_eq!(control.status(), Status::Failed);
    Ok(())
}

async fn spawn_shows_a_running_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    let running = spawn!(in pool; spin(cx.slow()));
    let queued = spawn!(in pool; spin(1));
    let control = running.control();
    until("it runs", || control.status() == Status::Running).await?;
    check_eq!(queued.control().status(), Status::Pending);
    control.cancel();
    check_eq!(queued.await?, spin(1));
    Ok(())
}

async fn spawn_dropped_cancels_a_queued_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    let running = spawn!(in pool; spin(cx.slow()));
    let queued = spawn!(in pool; add(1, 1));
    let control = queued.control();
    drop(queued);
    check_eq!(control.status(), Status::Cancelled);
    drop(running);
    pool.close().await;
    check_eq!(pool.metrics().completed, 0);
    Ok(())
}

async fn spawn_dropped_cancels_a_running_task(cx: Cx) -> Outcome {
    let pool = cx.single();
    let handle = spawn!(in pool; begin_and_spin(cx.slow()));
    let control = handle.control();
    until("it begins", || control.progress().is_some()).await?;
    drop(handle);
    check_eq!(control.status(), Status::Cancelled);
    check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
    Ok(())
}

async fn spawn_detached_runs_on(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; add(1, 2));
    let control = handle.control();
    handle.detach();
    pool.close().await;
    check_eq!(control.status(), Status::Completed);
    Ok(())
}

async fn spawn_detached_tells_the_hook_of_a_failure(cx: Cx) -> Outcome {
    let told = crate::cx::Told::default();
    let pool = cx.pool_with(|config| told.listen(config));
    spawn!(in pool; half(3)).detach();
    pool.close().await;
    check_eq!(told.errors().len(), 1);
    check_eq!(told.errors()[0].message(), "3 is odd");
    Ok(())
}

async fn spawn_gives_progress_to_its_control(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; count_up(5));
    let control = handle.control();
    check_eq!(handle.await?, 5);
    check_eq!(control.progress(), Some(Progress { done: 5, total: 5 }));
    Ok(())
}

async fn spawn_without_progress_has_none(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; add(1, 2));
    let control = handle.control();
    handle.await?;
    check_eq!(control.progress(), None);
    Ok(())
}

async fn spawn_handle_can_be_awaited_on_another_thread(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; identity("x".to_owned()));
    let elsewhere = std::thread::spawn(move || block_on(handle));
    check_eq!(elsewhere.join().map_err(|_| "the thread panicked")??, "x");
    Ok(())
}

#[cfg(not(target_arch = "wasm32"))]
use threader::block_on;
/// Never called: the case is not applicable there.
#[cfg(target_arch = "wasm32")]
fn block_on<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("there is no second thread")
}

async fn spawn_control_works_from_another_thread(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; spin(cx.slow()));
    let control = handle.control();
    let elsewhere = std::thread::spawn(move || control.cancel());
    elsewhere.join().map_err(|_| "the thread panicked")?;
    check_eq!(handle.control().status(), Status::Cancelled);
    check_fails!(handle.await, Cancelled);
    Ok(())
}

async fn task_starts_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let waiting = prepare!(add(1, 2));
    check_eq!(waiting.control().status(), Status::Pending);
    check_eq!(pool.metrics().submitted, 0);
    check_eq!(pool.spawn(waiting).await?, 3);
    Ok(())
}

async fn task_dropped_was_never_there(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let control = prepare!(panic_with_text("never")).control();
    check!(control.status() != Status::Running, "it runs");
    pool.close().await;
    check_eq!(pool.metrics().submitted, 0);
    Ok(())
}

async fn task_cancelled_before_its_start_never_starts(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let cancelled = prepare!(add(1, 2));
    cancelled.control().cancel();
    let error = check_fails!(pool.spawn(cancelled).await, Cancelled);
    check_eq!(error.attempts(), 0);
    check_eq!(error.worker(), None);
    check_eq!(pool.metrics().completed, 0);
    Ok(())
}

async fn task_label_names_it_in_errors(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let owned = format!("half of {}", 5);
    let error = check_fails!(spawn!(in pool; half(5).label(owned)).await, Panicked);
    check_eq!(error.task(), "half of 5");
    let error = check_fails!(
        spawn!(in pool; half(7).label("half of seven")).await,
        Panicked
    );
    check_eq!(error.task(), "half of seven");
    Ok(())
}
