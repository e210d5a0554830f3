//! Progress as a stream.

use futures_util::StreamExt;
use threader::{Progress, prepare, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::runner::{Needs, cases};
use crate::tasks::{add, begin_and_spin, count_up};
use crate::{Cx, Outcome};

cases![
    progress_stream_ends_with_the_last_progress,
    progress_stream_of_a_silent_task_is_empty,
    progress_stream_begins_with_what_was_said_last,
    progress_stream_tells_while_the_task_runs.needs(Needs::Parallel),
    progress_stream_ends_with_a_cancel.needs(Needs::Parallel),
    progress_streams_of_one_task_are_independent,
    progress_stream_dropped_early_stops_nothing,
];

async fn progress_stream_ends_with_the_last_progress(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; count_up(200));
    let stream = handle.control().progress_stream();
    // Both at once: on an inline pool the task runs while somebody waits for it.
    let (total, seen) = futures_util::future::join(handle, stream.collect::<Vec<_>>()).await;
    check_eq!(total?, 200);
    check!(
        seen.windows(2).all(|pair| pair[0].done < pair[1].done),
        "{seen:?}"
    );
    check_eq!(
        seen.last().copied(),
        Some(Progress {
            done: 200,
            total: 200
        })
    );
    Ok(())
}

async fn progress_stream_of_a_silent_task_is_empty(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; add(1, 2));
    let stream = handle.control().progress_stream();
    let (sum, seen) = futures_util::future::join(handle, stream.collect::<Vec<_>>()).await;
    check_eq!(sum?, 3);
    check!(seen.is_empty(), "{seen:?}");
    Ok(())
}

async fn progress_stream_begins_with_what_was_said_last(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; count_up(7));
    let control = handle.control();
    handle.await?;
    let seen: Vec<_> = control.progress_stream().collect().await;
    check_eq!(seen, [Progress { done: 7, total: 7 }]);
    Ok(())
}

async fn progress_stream_tells_while_the_task_runs(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; begin_and_spin(cx.slow()));
    let first = handle.control().progress_stream().next().await;
    check_eq!(first.map(|progress| progress.done), Some(0));
    drop(handle);
    Ok(())
}

async fn progress_stream_ends_with_a_cancel(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; begin_and_spin(cx.slow()));
    let mut stream = handle.control().progress_stream();
    check!(stream.next().await.is_some(), "it says nothing");
    handle.control().cancel();
    check_eq!(stream.next().await, None);
    check_fails!(handle.await, Cancelled);
    Ok(())
}

async fn progress_streams_of_one_task_are_independent(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let handle = spawn!(in pool; count_up(50));
    let streams = [(); 3].map(|()| handle.control().progress_stream().collect::<Vec<_>>());
    let all = futures_util::future::join_all(streams);
    let (total, seen) = futures_util::future::join(handle, all).await;
    check_eq!(total?, 50);
    for seen in seen {
        check_eq!(seen.last().map(|progress| progress.done), Some(50));
    }
    Ok(())
}

async fn progress_stream_dropped_early_stops_nothing(cx: Cx) -> Outcome {
    let pool = cx.pool();
    let task = prepare!(count_up(50));
    drop(task.control().progress_stream());
    check_eq!(pool.spawn(task).await?, 50);
    Ok(())
}
