//! How much to send ahead: from how long tasks run, how many should wait at a worker.

use std::time::Duration;

/// The work that should wait at a worker behind the task that runs. A message to a worker takes tenths of a millisecond to
/// arrive; with this much at hand even one that comes late finds the worker busy. More would only make urgent
/// tasks wait longer, and give more to take back.
const AHEAD: Duration = Duration::from_millis(2);

/// From this run time on nothing is sent ahead: the gap between two tasks is below a hundredth of the work.
const LONG: Duration = Duration::from_millis(50);

/// The exponential mean of run times, over about the last eight.
#[derive(Debug, Default)]
pub(super) struct Pace {
    mean: Option<Duration>,
}

impl Pace {
    pub(super) fn note(&mut self, run: Duration) {
        self.mean = Some(match self.mean {
            None => run,
            Some(mean) => mean - mean / 8 + run / 8,
        });
    }

    /// How many frames may wait behind the one that runs; at most `most`. One while nothing is known.
    pub(super) fn depth(&self, most: usize) -> usize {
        let depth = match self.mean {
            None => 1,
            Some(mean) if mean >= LONG => 0,
            Some(mean) => AHEAD.as_nanos().div_ceil(mean.as_nanos().max(1)),
        };
        usize::try_from(depth).map_or(most, |depth| depth.min(most))
    }

    /// A task that has run for longer than this holds up those behind it.
    pub(super) fn stall(&self) -> Duration {
        (self.mean.unwrap_or_default() * 4).max(AHEAD * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_the_tasks_the_more_wait_at_a_worker() {
        let depth = |micros| {
            let mut pace = Pace::default();
            pace.note(Duration::from_micros(micros));
            pace.depth(64)
        };
        let table = [
            (0, 64),
            (10, 64),
            (100, 20),
            (1000, 2),
            (1500, 2),
            (2000, 1),
            (49_999, 1),
            (50_000, 0),
        ];
        for (micros, expected) in table {
            assert_eq!(depth(micros), expected, "{micros} µs");
        }
    }

    #[test]
    fn while_nothing_is_known_one_waits_unless_none_may() {
        assert_eq!(Pace::default().depth(64), 1);
        assert_eq!(Pace::default().depth(0), 0);
    }

    #[test]
    fn one_slow_start_is_soon_forgotten() {
        let mut pace = Pace::default();
        pace.note(Duration::from_millis(20));
        (0..40).for_each(|_| pace.note(Duration::from_micros(50)));
        assert!(pace.depth(64) > 10);
    }
}
