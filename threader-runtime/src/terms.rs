//! On what terms a task runs: how urgently, how long, how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How urgent a task is among those that wait for a worker of the same pool.
///
/// Higher first, and within one priority in order of submission. A waiting task grows more urgent with time: after
/// one [step](crate::Config::aging) it goes before newer tasks of the next higher priority, so nothing waits for ever.
///
/// ```
/// use threader::Priority;
/// assert!(Priority::High > Priority::Normal);
/// assert_eq!(Priority::default(), Priority::Normal);
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Priority {
    /// After the others.
    Low,
    /// What a task has that says nothing.
    #[default]
    Normal,
    /// Before the others.
    High,
}

/// What a task runs on: its own wishes, and the pool's defaults where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Terms {
    pub(crate) priority: Priority,
    /// From the start of each attempt.
    pub(crate) timeout: Option<Duration>,
    /// From submission, whatever has become of it by then.
    pub(crate) deadline: Option<Duration>,
    /// How often it may be started again after a failure that is no answer (a dead worker).
    pub(crate) retries: u32,
}

/// What a task asks for itself. The attribute's arguments are of this type, written by the macro: plain numbers only, so
/// that the whole is a constant wherever it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// `priority = "…"`
    pub priority: Option<Priority>,
    /// `timeout = "…"`, in nanoseconds.
    pub timeout: Option<u64>,
    /// `deadline = "…"`, in nanoseconds.
    pub deadline: Option<u64>,
    /// `retries = …`
    pub retries: Option<u32>,
}

impl Wishes {
    /// For a task that asks for nothing.
    pub const NONE: Self = Wishes {
        priority: None,
        timeout: None,
        deadline: None,
        retries: None,
    };

    /// The terms of a task in a pool with these defaults.
    pub(crate) fn or(self, defaults: Terms) -> Terms {
        Terms {
            priority: self.priority.unwrap_or(defaults.priority),
            timeout: self.timeout.map(Duration::from_nanos).or(defaults.timeout),
            deadline: self
                .deadline
                .map(Duration::from_nanos)
                .or(defaults.deadline),
            retries: self.retries.unwrap_or(defaults.retries),
        }
    }
}

/// As the macro writes it. More than 584 years is for ever.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
