//! No crash loops: what keeps the scheduler from starting workers that come to nothing, over and over.
//!
//! For jobs that wait, a start that fails ends them all once nobody is left (see the scheduler), so each submission
//! costs one attempt. What is guarded here is the rest: more workers beside those that are up, and those kept for `min`.

use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(super) struct Caution {
    /// Starts that failed since one succeeded.
    failed_starts: u32,
    /// Workers that went before they finished anything and without a job to blame, since one finished something.
    idle_deaths: u32,
    /// When the next attempt may be made: after a pause that doubles.
    not_before: Duration,
}

/// Whether to start one more worker.
#[derive(Debug, PartialEq)]
pub(super) enum Advice {
    Start,
    /// Somebody is on the way; see first how that goes.
    See,
    /// Not before this time.
    Pause(Duration),
}

impl Caution {
    pub(super) fn start_failed(&mut self, now: Duration) {
        self.failed_starts = self.failed_starts.saturating_add(1);
        self.pause(now);
    }

    pub(super) fn started(&mut self) {
        self.failed_starts = 0;
    }

    pub(super) fn died_idle(&mut self, now: Duration) {
        self.idle_deaths = self.idle_deaths.saturating_add(1);
        self.pause(now);
    }

    pub(super) fn worked(&mut self) {
        self.idle_deaths = 0;
    }

    /// For a job that waits. With nobody there it is worth an attempt: either somebody comes or the job learns why not.
    pub(super) fn for_jobs(&self, workers: usize, starting: usize, now: Duration) -> Advice {
        match workers {
            0 => Advice::Start,
            _ => self.after(self.failed_starts, starting, now),
        }
    }

    /// For a worker that nobody waits for.
    pub(super) fn ahead_of_jobs(&self, starting: usize, now: Duration) -> Advice {
        self.after(self.failed_starts.max(self.idle_deaths), starting, now)
    }

    fn after(&self, setbacks: u32, starting: usize, now: Duration) -> Advice {
        match (setbacks, starting) {
            (0, _) => Advice::Start,
            (_, 1..) => Advice::See,
            _ if now < self.not_before => Advice::Pause(self.not_before),
            _ => Advice::Start,
        }
    }

    fn pause(&mut self, now: Duration) {
        let times = self.failed_starts.max(self.idle_deaths) - 1;
        let pause = FIRST_PAUSE.saturating_mul(2u32.saturating_pow(times));
        self.not_before = now.saturating_add(pause.min(LONGEST_PAUSE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_pause_doubles_up_to_half_a_minute_and_ends_with_a_success() {
        let mut caution = Caution::default();
        for pause in [100, 200, 400, 800] {
            caution.start_failed(ms(0));
            assert_eq!(caution.for_jobs(1, 0, ms(0)), Advice::Pause(ms(pause)));
        }
        (0..100).for_each(|_| caution.start_failed(ms(0)));
        assert_eq!(caution.for_jobs(1, 0, ms(0)), Advice::Pause(LONGEST_PAUSE));
        assert_eq!(caution.for_jobs(1, 0, LONGEST_PAUSE), Advice::Start);
        caution.started();
        assert_eq!(caution.for_jobs(1, 0, ms(0)), Advice::Start);
    }

    #[test]
    fn while_starts_fail_one_is_tried_at_a_time() {
        let mut caution = Caution::default();
        assert_eq!(caution.for_jobs(3, 2, ms(0)), Advice::Start);
        caution.start_failed(ms(0));
        assert_eq!(caution.for_jobs(3, 1, ms(1000)), Advice::See);
        assert_eq!(caution.for_jobs(0, 0, ms(0)), Advice::Start);
    }

    #[test]
    fn workers_that_die_idle_are_replaced_slowly_unless_a_job_waits() {
        let mut caution = Caution::default();
        caution.died_idle(ms(0));
        caution.died_idle(ms(0));
        assert_eq!(caution.ahead_of_jobs(0, ms(0)), Advice::Pause(ms(200)));
        assert_eq!(caution.for_jobs(1, 0, ms(0)), Advice::Start);
        caution.worked();
        assert_eq!(caution.ahead_of_jobs(0, ms(0)), Advice::Start);
    }
}
