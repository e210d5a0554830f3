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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Priority {
    /// After the others.
    Low,
    /// What a task has that says nothing.
    #[default]
    Normal,
    /// Before the others.
    High,
}

/// What a task asks for besides its arguments. The pool's defaults fill what is not given.
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
