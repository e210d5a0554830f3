//! How much to send ahead: from how long tasks run, how many should wait at a worker.

use std::time::Duration;

/// The work that should wait at a worker behind the task that runs, if its scheduler has nothing else to do. A message to a worker
/// takes tenths of a millisecond to arrive; with this much at hand even one that comes late finds the worker busy.
pub(super) const AT_HAND: Duration = Duration::from_millis(2);

/// A task that takes so many times what is to be sent ahead has nothing sent behind it: the gap between two of them is below a
/// hundredth of the work.
const LONG: u32 = 25;

/// The exponential mean of run times, over about the last eight.
#[derive(Debug)]
pub(super) struct Pace {
    ahead: Duration,
    mean: Option<Duration>,
}

impl Pace {
    /// `ahead`: how much work is to wait at a worker behind the task that runs.
    pub(super) fn new(ahead: Duration) -> Self {
        Pace { ahead, mean: None }
    }

    pub(super) fn note(&mut self, run: Duration) {
        self.mean = Some(match self.mean {
            None => run,
            Some(mean) => mean - mean / 8 + run / 8,
        });
    }

    /// How many frames may wait behind the one that runs; at most `most`. One while nothing is known.
    pub(super) fn depth(&self, most: usize) -> usize {
        self.frames_of(self.ahead).min(most)
    }

    /// How many of them hold up nobody: they are done before a message could tell.
    pub(super) fn negligible(&self) -> usize {
        self.frames_of(AT_HAND)
    }

    fn frames_of(&self, work: Duration) -> usize {
        let frames = match self.mean {
            None => 1,
            Some(mean) if mean >= work.saturating_mul(LONG) => 0,
            Some(mean) => work.as_nanos().div_ceil(mean.as_nanos().max(1)),
        };
        usize::try_from(frames).unwrap_or(usize::MAX)
    }

    /// A task that has run for longer than this holds up those behind it. Where much is sent ahead the thread may have been busy and
    /// not have heard of its end.
    pub(super) fn stall(&self) -> Duration {
        (self.mean.unwrap_or_default() * 4)
            .max(AT_HAND * 2)
            .max(self.ahead / 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_the_tasks_the_more_wait_at_a_worker() {
        let depth = |micros| {
            let mut pace = Pace::new(AT_HAND);
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
    fn who_may_be_busy_sends_more_ahead_and_long_tasks_too() {
        let mut pace = Pace::new(Duration::from_millis(500));
        pace.note(Duration::from_millis(5));
        assert_eq!((pace.depth(256), pace.negligible()), (100, 1));
        let mut pace = Pace::new(Duration::from_millis(500));
        pace.note(Duration::from_millis(200));
        assert_eq!((pace.depth(256), pace.negligible()), (3, 0));
    }

    #[test]
    fn while_nothing_is_known_one_waits_unless_none_may() {
        assert_eq!(Pace::new(AT_HAND).depth(64), 1);
        assert_eq!(Pace::new(AT_HAND).depth(0), 0);
    }

    #[test]
    fn one_slow_start_is_soon_forgotten() {
        let mut pace = Pace::new(AT_HAND);
        pace.note(Duration::from_millis(20));
        (0..40).for_each(|_| pace.note(Duration::from_micros(50)));
        assert!(pace.depth(64) > 10);
    }
}
