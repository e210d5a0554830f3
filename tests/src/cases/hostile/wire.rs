//! `Serialize` and `Deserialize` that panic, or call threader again. Native threads move their values and call neither.

use threader::{Coordinator, prepare, spawn};

use super::check_whole;
use crate::check::{check, check_eq, check_fails};
use crate::host::within;
use crate::runner::{Needs, cases};
use crate::tasks::hostile::{Trouble, Wire, give_wire, take_wire};
use crate::{Cx, Outcome};

cases![
    argument_that_panics_when_read_fails_its_task_only.needs(Needs::Isolation),
    result_that_panics_when_written_fails_its_task_only.needs(Needs::Isolation),
    argument_may_start_tasks_when_written_and_read,
    result_may_start_tasks_when_written_and_read,
];

const KINDS: [Coordinator; 2] = [Coordinator::Worker, Coordinator::MainThread];

async fn argument_that_panics_when_read_fails_its_task_only(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = cx.pool_with(|config| config.max_workers(1).coordinator(kind));
        let bad = spawn!(in pool; take_wire(Wire(Trouble::ReadPanics)));
        let error = check_fails!(within(30, "the task", bad).await?, Panicked);
        // Where the first value of a type is read back as a check, that is where it panics.
        check!(
            error.message().starts_with("`Deserialize` panics"),
            "{kind:?}: {error}"
        );
        check_whole(&pool).await?;
    }
    Ok(())
}

async fn result_that_panics_when_written_fails_its_task_only(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = cx.pool_with(|config| config.max_workers(1).coordinator(kind));
        let bad = spawn!(in pool; give_wire(Trouble::WritePanics));
        let error = check_fails!(within(30, "the task", bad).await?, Panicked);
        check!(
            error.message().starts_with("`Serialize` panics"),
            "{kind:?}: {error}"
        );
        check_whole(&pool).await?;
    }
    Ok(())
}

/// `Serialize` runs on the owner's thread, `Deserialize` in the worker.
async fn argument_may_start_tasks_when_written_and_read(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = cx.pool_with(|config| config.max_workers(1).coordinator(kind));
        let tasks = [
            Trouble::WriteStarts,
            Trouble::ReadStarts,
            Trouble::WriteStarts,
        ];
        let ends = pool.settled(tasks.map(|trouble| prepare!(take_wire(Wire(trouble)))));
        for end in within(30, "the tasks", ends).await? {
            check!(end?, "a wrong value, {kind:?}");
        }
        check_whole(&pool).await?;
    }
    Ok(())
}

/// The other way round.
async fn result_may_start_tasks_when_written_and_read(cx: Cx) -> Outcome {
    for kind in KINDS {
        let pool = cx.pool_with(|config| config.max_workers(1).coordinator(kind));
        let tasks = [
            Trouble::WriteStarts,
            Trouble::ReadStarts,
            Trouble::WriteStarts,
        ];
        let ends = pool.settled(tasks.map(|trouble| prepare!(give_wire(trouble))));
        for (end, trouble) in within(30, "the tasks", ends).await?.into_iter().zip(tasks) {
            check_eq!(end?.0, trouble, "{kind:?}");
        }
        check_whole(&pool).await?;
    }
    Ok(())
}
