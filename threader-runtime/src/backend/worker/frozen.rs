//! Pages that were frozen and machines that slept, as far as late timers tell. Workers stood still as well, so that time does
//! not count.

use std::time::Duration;

/// How long one timer is at the most, so that the time that was lost is known that exactly.
pub(crate) const STEP: Duration = Duration::from_secs(5);
/// So late is no timer of a thread that only had something to do.
const LATE: Duration = Duration::from_secs(10);
/// Those of a hidden page ring once a minute.
const LATE_IF_HIDDEN: Duration = Duration::from_secs(75);

/// How long the thread stood still, if a timer that was asked for `asked` rings after `passed`.
pub(crate) fn lost(asked: Duration, passed: Duration, hidden: bool) -> Duration {
    let late = passed.saturating_sub(asked);
    let most = if hidden { LATE_IF_HIDDEN } else { LATE };
    if late > most { late } else { Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_far_too_late_is_lost() {
        let lost = |passed, hidden| {
            let passed = Duration::from_millis(passed);
            lost(STEP, passed, hidden).as_millis()
        };
        assert_eq!(lost(4_000, false), 0);
        assert_eq!(lost(5_000, false), 0);
        assert_eq!(lost(15_000, false), 0);
        assert_eq!(lost(15_001, false), 10_001);
        assert_eq!(lost(65_000, true), 0);
        assert_eq!(lost(3_605_000, true), 3_600_000);
    }
}
