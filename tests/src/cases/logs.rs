//! What tasks log reaches the owner's logger, and a cancel reaches the task, where memory can be shared.

use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use threader::{Coordinator, spawn};

use crate::check::{check, check_eq, check_fails};
use crate::host::{engine, until};
use crate::runner::{Needs, cases};
use crate::tasks::add;
use crate::tasks::faults::{say, say_and_trap, see_the_cancel};
use crate::{Cx, Outcome};

cases![
    log_records_reach_the_owner_with_task_and_worker
        .needs(Needs::Isolation)
        .smoke(),
    log_records_above_the_owner_s_level_stay_where_they_are.needs(Needs::Isolation),
    log_record_before_a_trap_arrives.needs(Needs::Isolation),
    log_records_of_a_blocked_owner_arrive.needs(Needs::Isolation),
    cancel_is_seen_by_the_task_and_its_worker_lives.needs(Needs::SharedMemory),
];

async fn log_records_reach_the_owner_with_task_and_worker(cx: Cx) -> Outcome {
    for kind in [Coordinator::Worker, Coordinator::MainThread] {
        let heard = Heard::of("named", log::LevelFilter::Trace);
        let pool = cx.pool_with(|config| config.coordinator(kind));
        check_eq!(spawn!(in pool; say("named")).await?, 5);
        let records = heard.records();
        let levels: Vec<_> = records.iter().map(|(level, _)| *level).collect();
        check_eq!(levels, log::Level::iter().collect::<Vec<_>>());
        let text = &records[0].1;
        check!(
            text.contains("faults::say") && text.contains(&format!("{}-", cx.backend())),
            "it says {text}"
        );
        check!(text.ends_with("named: error"), "it says {text}");
    }
    Ok(())
}

async fn log_records_above_the_owner_s_level_stay_where_they_are(cx: Cx) -> Outcome {
    let heard = Heard::of("quiet", log::LevelFilter::Warn);
    let pool = cx.pool();
    spawn!(in pool; say("quiet")).await?;
    check_eq!(heard.records().len(), 2);
    Ok(())
}

async fn log_record_before_a_trap_arrives(cx: Cx) -> Outcome {
    let heard = Heard::of("trap", log::LevelFilter::Info);
    let pool = cx.pool();
    check_fails!(spawn!(in pool; say_and_trap("trap")).await, Crashed);
    check_eq!(heard.records().len(), 1);
    Ok(())
}

async fn log_records_of_a_blocked_owner_arrive(cx: Cx) -> Outcome {
    let heard = Heard::of("blocked", log::LevelFilter::Info);
    let pool = cx.pool();
    spawn!(in pool; add(1, 1)).await?;
    let saying = spawn!(in pool; say("blocked"));
    engine::block(100);
    saying.await?;
    check_eq!(heard.records().len(), 3);
    Ok(())
}

async fn cancel_is_seen_by_the_task_and_its_worker_lives(cx: Cx) -> Outcome {
    for kind in [Coordinator::Worker, Coordinator::MainThread] {
        let heard = Heard::of("cancel", log::LevelFilter::Info);
        let pool = cx.pool_with(|config| {
            // Longer than the case may take: only the task itself can free the worker.
            config
                .max_workers(1)
                .coordinator(kind)
                .cancel_grace(Duration::from_secs(600))
        });
        let task = spawn!(in pool; see_the_cancel("cancel"));
        let control = task.control();
        until("it begins", || control.progress().is_some()).await?;
        control.cancel();
        check_fails!(task.await, Cancelled);
        check_eq!(spawn!(in pool; add(1, 2)).await?, 3);
        check_eq!(heard.records().len(), 1, "{kind:?}");
        check_eq!(pool.metrics().workers_started, 1);
    }
    Ok(())
}

static RECORDS: Mutex<Vec<(log::Level, String)>> = Mutex::new(Vec::new());

/// The records of one case, told by their text.
pub(super) struct Heard(&'static str);

/// A record with this in it makes the logger panic, or throw what is no panic.
pub(super) const PANIC: &str = "panic in the logger";
pub(super) const THROW: &str = "throw in the logger";

impl Heard {
    pub(super) fn of(mark: &'static str, level: log::LevelFilter) -> Self {
        static LOGGER: Keep = Keep;
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            // Nobody else in this program sets one.
            let _ = log::set_logger(&LOGGER);
        });
        log::set_max_level(level);
        RECORDS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        Heard(mark)
    }

    fn records(&self) -> Vec<(log::Level, String)> {
        let records = RECORDS.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = |record: &&(log::Level, String)| record.1.contains(self.0);
        records.iter().filter(mine).cloned().collect()
    }
}

struct Keep;

impl log::Log for Keep {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let text = record.args().to_string();
        assert!(!text.contains(PANIC), "the logger's own panic");
        if text.contains(THROW) {
            crate::host::evaluate("throw new Error('thrown by the logger')");
        }
        RECORDS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((record.level(), text));
    }

    fn flush(&self) {}
}
