//! Workers that are ended from outside: by code of the program that is not ours, or by the platform.

use threader::{Coordinator, ErrorKind, Status, all, settled};

use super::needs_worker;
use super::scene::{check_whole, say, with, words};
use crate::check::{check, check_eq, failure};
use crate::host::{self, until};
use crate::runner::cases;
use crate::tasks::{add, begin_and_spin, spin};
use crate::{Cx, Outcome, within};

cases![
    fault_terminate.unless(needs_worker),
    fault_terminate_coordinator.unless(needs_worker),
];

/// Makes the program keep the workers that it starts from now on, which it then can end; see `host::engine::replace_worker`.
const CATCH: &str = "workersOfTheSuite.kept = []";

async fn fault_terminate(cx: Cx) -> Outcome {
    host::evaluate(CATCH);
    let pool = cx.pool_with(with(Coordinator::MainThread));
    let pair = [(); 2].map(|()| threader::spawn!(in pool; begin_and_spin(u64::MAX)));
    let controls = pair.each_ref().map(|handle| handle.control());
    until("both have begun", || {
        controls.iter().all(|control| control.progress().is_some())
    })
    .await?;
    let queued = settled!(in pool; for n in 0..6 => spin(n * 1000));

    host::evaluate("workersOfTheSuite.kept[0].terminate()");
    let since = host::milliseconds();
    let dead = |status| status != Status::Running;
    until("the end is noticed", || {
        controls.iter().any(|control| dead(control.status()))
    })
    .await?;
    let time = host::milliseconds() - since;
    host::note(&format!(
        "noticed {}::terminate ... {time:.1} ms",
        cx.backend()
    ));

    let [first, second] = pair;
    let (struck, other) = match dead(controls[0].status()) {
        true => (first, second),
        false => (second, first),
    };
    let error = failure(struck.await)?;
    check_eq!(error.kind(), ErrorKind::Crashed, "{error}");
    for (n, neighbour) in (0..).zip(within(30, "a neighbour", queued).await?) {
        check_eq!(neighbour?, spin(n * 1000));
    }
    check_eq!(pool.metrics().workers_lost, 1);
    check_eq!(other.control().status(), Status::Running);
    drop(other);
    check_whole(&cx, &pool).await?;
    say(&cx, "terminate", &words(&error));
    Ok(())
}

/// All that it knew end, those that waited too; the next ones find another.
async fn fault_terminate_coordinator(cx: Cx) -> Outcome {
    host::evaluate(CATCH);
    let pool = cx.pool_with(with(Coordinator::Worker));
    all!(in pool; for n in 0..4 => add(n, n)).await?;
    if host::text("String(workersOfTheSuite.kept.length)")? != "1" {
        say(
            &cx,
            "terminate_coordinator",
            "not applicable (workers cannot start workers here)",
        );
        return Ok(());
    }
    let busy = threader::spawn!(in pool; begin_and_spin(u64::MAX));
    let control = busy.control();
    until("it begins", || control.progress().is_some()).await?;
    let queued = settled!(in pool; for n in 0..6 => spin(u64::MAX - n));

    host::evaluate("workersOfTheSuite.kept[0].terminate()");
    let since = host::milliseconds();
    let error = failure(within(30, "the end is noticed", busy).await?)?;
    let time = host::milliseconds() - since;
    host::note(&format!(
        "noticed {}::terminate_coordinator ... {time:.1} ms",
        cx.backend()
    ));
    check_eq!(error.kind(), ErrorKind::Crashed, "{error}");
    for result in within(30, "one that waited", queued).await? {
        let error = failure(result)?;
        check_eq!(error.kind(), ErrorKind::Crashed, "{error}");
        check!(
            error.message().contains("the coordinator died"),
            "it says {}",
            error.message()
        );
    }
    check_whole(&cx, &pool).await?;
    say(&cx, "terminate_coordinator", &words(&error));
    Ok(())
}
