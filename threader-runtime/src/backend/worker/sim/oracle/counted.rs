//! What happened in a simulation: to compare with the scheduler's own counters, and to know that everything was tried.

use super::super::super::scheduler::Scheduler;
use super::{Checked, Oracle, broken};

macro_rules! seen {
    ($($name:ident: $what:literal,)*) => {
        /// How often things happened.
        #[derive(Clone, Copy, Debug, Default)]
        pub(in super::super) struct Seen {
            $(pub(in super::super) $name: u64,)*
        }

        impl Seen {
            pub(in super::super) fn add(&mut self, other: &Seen) {
                $(self.$name += other.$name;)*
            }

            pub(in super::super) fn rows(&self) -> Vec<(&'static str, u64)> {
                vec![$(($what, self.$name)),*]
            }
        }
    };
}

seen! {
    delivered: "values delivered",
    crashed: "failed with their worker",
    timeouts: "timed out while running",
    deadlines: "missed their deadline",
    cancels_running: "cancelled while running",
    no_worker: "failed for want of a worker",
    waiting: "queued again for a retry",
    retries: "attempts after the first",
    unbegun: "said to run before their worker died, and had not begun",
    requeued: "queued again behind a dead worker",
    batches: "messages with several frames",
    taken_back: "frames taken back for another worker",
    taken_too_late: "frames taken back that had settled",
    moved: "jobs moved to an idle worker",
    skipped: "frames skipped by their worker",
    in_vain: "run in vain to the end",
    in_vain_too_long: "workers stopped over work in vain",
    started: "workers started",
    failed_starts: "starts that failed",
    lost: "workers lost",
    silent: "workers stopped for not answering",
    recycled: "workers recycled",
    unneeded: "workers stopped for being idle",
    pings: "workers asked whether they live",
    unheard: "jobs whose result was lost",
    late_messages: "results of workers that were gone",
}

impl Oracle {
    pub(super) fn check_counters(&self, scheduler: &Scheduler) -> Checked {
        let (own, seen) = (scheduler.counters(), &self.seen);
        let open = self.jobs.values().filter(|job| job.is_open());
        let running = open.clone().filter(|job| job.running.is_some()).count() as u64;
        let queued = open.count() as u64 - running;
        let exact = [
            ("started", own.started, seen.started),
            ("lost", own.lost, seen.lost),
            ("recycled", own.recycled, seen.recycled),
            ("running", own.running as u64, running),
            ("queued", own.queued as u64, queued),
        ];
        for (name, says, is) in exact {
            if says != is {
                return Err(broken(
                    "counters agree with what happened",
                    format!("{name} is {is}, it says {says}"),
                ));
            }
        }
        // One that was taken back for another worker and found to be too late by then may count or not.
        let most = seen.taken_back + seen.taken_too_late;
        if !(seen.taken_back..=most).contains(&own.taken_back) {
            let text = format!(
                "taken_back is {}, it says {}",
                seen.taken_back, own.taken_back
            );
            return Err(broken("counters agree with what happened", text));
        }
        // A retry may be counted when it is decided or when it begins.
        if !(seen.retries..=seen.waiting).contains(&own.retried) {
            let text = format!(
                "{} retries began, {} were decided, it says {}",
                seen.retries, seen.waiting, own.retried
            );
            return Err(broken("counters agree with what happened", text));
        }
        if own.replaced > (own.lost + own.recycled).min(own.started) {
            return Err(broken(
                "counters agree with what happened",
                format!("{own:?}"),
            ));
        }
        for (id, counters) in scheduler.workers() {
            let in_flight = self.workers.get(&id).map(|worker| worker.line.len());
            if in_flight != Some(counters.in_flight) {
                let text = format!(
                    "worker {id} has {in_flight:?} frames, it says {}",
                    counters.in_flight
                );
                return Err(broken("counters agree with what happened", text));
            }
        }
        Ok(())
    }
}
