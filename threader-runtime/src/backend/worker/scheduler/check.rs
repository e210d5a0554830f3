//! The invariants of the module's documentation, verified. Tests only: it goes through everything.

use super::{Place, Scheduler};

impl Scheduler {
    pub(super) fn check(&self) {
        for (key, job) in &self.jobs {
            let wanted: Vec<_> = self
                .workers
                .iter()
                .filter(|(_, w)| w.line.iter().any(|frame| frame.wanted && frame.job == *key))
                .map(|(id, _)| *id)
                .collect();
            let queued = self.queue.iter().any(|(ticket, queued)| {
                assert!(
                    queued != key || ticket == job.ticket,
                    "job {key} has another's ticket"
                );
                queued == key
            });
            match job.place {
                Place::Queued => assert!(queued && wanted.is_empty(), "job {key}: {wanted:?}"),
                Place::At(id) => assert!(!queued && wanted == [id], "job {key}: {wanted:?}"),
            }
            let dated = job
                .deadline
                .is_none_or(|time| self.deadlines.contains(&(time, *key)));
            assert!(dated, "the deadline of job {key} is forgotten");
        }
        let dated = self
            .jobs
            .values()
            .filter(|job| job.deadline.is_some())
            .count();
        assert_eq!(dated, self.deadlines.len(), "a deadline without its job");
        assert!(
            self.queue
                .iter()
                .all(|(_, key)| self.jobs.contains_key(key))
        );
        assert!(
            self.unsent.is_empty(),
            "frames that nobody was told to send"
        );
        assert!(self.workers.len() <= self.settings.max.max(1));
        for (id, worker) in &self.workers {
            let line: Vec<_> = worker.line.iter().collect();
            let mut jobs: Vec<_> = line.iter().map(|frame| frame.job).collect();
            jobs.sort_unstable();
            jobs.dedup();
            assert_eq!(jobs.len(), line.len(), "worker {id} has a job twice");
            assert!(
                line.len() <= self.settings.behind + 1,
                "worker {id} has too much"
            );
            assert!(
                !worker.is_starting() || line.is_empty(),
                "worker {id} is not up"
            );
            let in_vain = line.first().is_some_and(|frame| !frame.wanted);
            assert!(
                !in_vain || worker.until.is_some(),
                "worker {id} may go on for ever"
            );
            let known = |job| self.jobs.contains_key(job);
            assert!(line.iter().all(|frame| !frame.wanted || known(&frame.job)));
        }
        let nobody = self.workers.is_empty();
        assert!(!nobody || self.jobs.is_empty(), "jobs wait for nobody");
        let idle = self.workers.values().any(|worker| worker.is_idle());
        let waits = !self.queue.is_empty()
            || self
                .workers
                .values()
                .any(|worker| worker.line.wanted_behind() > 0);
        assert!(!idle || !waits, "a worker idles while a job waits");
    }
}
