//! What a task can end in besides its value: [`TaskError`] and [`AggregateError`].

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

#[cfg(target_family = "wasm")]
mod js;
mod serial;

/// Why a task has no value: what happened, to which task, where, and on which worker.
///
/// Cheap to clone; a clone is equal to its original. `Display` and `Debug` are one sentence that
/// names all of it, so that a `main` that returns this error ends with a readable line; `{:#?}`
/// shows the fields.
///
/// With serde it is a struct of the fields `kind`, `task`, `message`, `location`, `worker` and
/// `attempts`.
///
/// # In JavaScript
///
/// On wasm it converts into a `JsValue`, so an exported function may return `Result<T, TaskError>`,
/// and so may one with `#[wasm_bindgen(start)]`. The value is an `Error`:
///
/// | property | value |
/// |---|---|
/// | `name` | `"AbortError"` (cancelled), `"TimeoutError"` (timed out) or `"TaskError"` |
/// | `message` | the sentence that `Display` gives |
/// | `reason` | [`message`](Self::message): what happened, without task, place and worker |
/// | `kind` | the variant of [`ErrorKind`], such as `"Panicked"` |
/// | `task`, `location`, `worker` | texts; `undefined` where they are not known |
/// | `attempts` | a number |
///
/// ```
/// use threader::ErrorKind;
///
/// #[threader::task]
/// fn half(x: u32) -> u32 {
///     if x % 2 == 1 { panic!("{x} is odd") }
///     x / 2
/// }
///
/// let error = threader::block_on(threader::spawn!(half(7))).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Panicked);
/// assert_eq!(error.message(), "7 is odd");
/// assert!(error.task().ends_with("half"));
///
/// // What a program prints whose `main` returns it, behind `Error: `.
/// let line = format!("{error:?}");
/// assert!(line.starts_with("task `") && line.ends_with(": 7 is odd"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TaskError(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    failure: Failure,
    task: Cow<'static, str>,
    worker: Option<String>,
    attempts: u32,
}

impl TaskError {
    pub(crate) fn new(
        failure: Failure,
        task: Cow<'static, str>,
        worker: Option<String>,
        attempts: u32,
    ) -> Self {
        TaskError(Arc::new(Inner {
            failure,
            task,
            worker,
            attempts,
        }))
    }

    /// What kind of end it was; match on this.
    pub fn kind(&self) -> ErrorKind {
        self.0.failure.kind
    }

    /// The task's label if it has one, else its `name = "…"`, else the path of its function.
    /// Empty for [`ErrorKind::Empty`], where there was no task.
    pub fn task(&self) -> &str {
        &self.0.task
    }

    /// What happened, in words: for [`ErrorKind::Panicked`] the panic's own text, on every backend.
    pub fn message(&self) -> &str {
        &self.0.failure.message
    }

    /// Where it happened, as `file:line:column`, when that is known (panics).
    pub fn location(&self) -> Option<&str> {
        self.0.failure.location.as_deref()
    }

    /// The worker that ran the task, such as `threads-2`, `web-1`, `node-1` or `inline`; `None` if it never started.
    pub fn worker(&self) -> Option<&str> {
        self.0.worker.as_deref()
    }

    /// How many times the task was started: 0 if it never was.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }
}

/// The kinds of [`TaskError`].
///
/// ```
/// use threader::ErrorKind;
/// assert_eq!(ErrorKind::Cancelled.to_string(), "was cancelled");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The function panicked. The message is the panic's own text, the location its place.
    Panicked,
    /// The worker died without a panic: a trap such as a stack overflow or exhausted memory, or it went away.
    Crashed,
    /// It was not done in time: it ran longer than its [timeout](crate::Task::timeout), or it had not ended when its
    /// [deadline](crate::Task::deadline) came, started or not. [`TaskError::attempts`] says which: 0 if it never started.
    TimedOut,
    /// As many tasks as [`Config::queue_limit`](crate::Config::queue_limit) allows were waiting already.
    /// [`Pool::room`](crate::Pool::room) waits for this not to be so.
    QueueFull,
    /// The task was cancelled, by [`TaskControl::cancel`](crate::TaskControl::cancel), by dropping its handle or strategy,
    /// by losing in one, or by [`Pool::shutdown`](crate::Pool::shutdown).
    Cancelled,
    /// An argument or the result could not be turned into bytes or back.
    Codec,
    /// No worker could be started, or the program's tasks cannot be told apart; the message says what to change.
    Unavailable,
    /// `race` of no tasks: there is nothing to wait for.
    Empty,
    /// The pool was closed before the task was handed to it.
    Closed,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::Panicked => "panicked",
            ErrorKind::Crashed => "crashed",
            ErrorKind::TimedOut => "timed out",
            ErrorKind::QueueFull => "was rejected by a full queue",
            ErrorKind::Cancelled => "was cancelled",
            ErrorKind::Codec => "could not be serialized",
            ErrorKind::Unavailable => "could not be run",
            ErrorKind::Empty => "was given no tasks",
            ErrorKind::Closed => "was submitted to a closed pool",
        })
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.task().is_empty() {
            return f.write_str(self.message());
        }
        write!(f, "task `{}` {}", self.task(), self.kind())?;
        if let Some(location) = self.location() {
            write!(f, " at {location}")?;
        }
        if let Some(worker) = self.worker() {
            write!(f, " on {worker}")?;
        }
        write!(f, ": {}", self.message())
    }
}

impl fmt::Debug for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("TaskError")
            .field("kind", &self.kind())
            .field("task", &self.task())
            .field("message", &self.message())
            .field("location", &self.location())
            .field("worker", &self.worker())
            .field("attempts", &self.attempts())
            .finish()
    }
}

impl std::error::Error for TaskError {}

/// The part of an error that is known where it happens, and that travels in frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) location: Option<String>,
}

impl Failure {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
            location: None,
        }
    }

    /// Its timeout of this length is over.
    pub(crate) fn too_long(timeout: Duration) -> Self {
        let text = format!("it ran longer than its timeout of {timeout:?}");
        Failure::new(ErrorKind::TimedOut, text)
    }

    /// Its deadline, so long after its submission, is over.
    pub(crate) fn too_late(deadline: Duration) -> Self {
        let text = format!("it missed its deadline: not finished {deadline:?} after submission");
        Failure::new(ErrorKind::TimedOut, text)
    }

    /// It was not run, and cannot be sent to another worker.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn arguments_gone() -> Self {
        let text = "the worker died before starting the task and took its arguments along; arguments of 64 KiB or more \
                    are kept for another attempt only if `retries` is above 0";
        Failure::new(ErrorKind::Crashed, text)
    }

    /// Whether another attempt, on another worker, may end otherwise: the worker failed the task, or was too slow. What
    /// the function itself comes to does not change from one attempt to the next: it is pure.
    #[cfg_attr(not(any(target_family = "wasm", test)), allow(dead_code))]
    pub(crate) fn is_retryable(&self) -> bool {
        matches!(self.kind, ErrorKind::Crashed | ErrorKind::TimedOut)
    }
}

/// `any` could not reach the number of successes it was asked for.
///
/// Its `Display` and `Debug` are one sentence, as those of [`TaskError`] are; `{:#?}` shows the
/// fields. With serde it is a struct of the fields `needed`, `tasks` and `errors`. On wasm it
/// converts into JavaScript's `AggregateError`, whose `errors` are those of the tasks, each with
/// the `index` of its task; `needed` is the number of successes.
///
/// ```
/// #[threader::task]
/// fn reject(x: u32) -> u32 { panic!("no {x}") }
///
/// let error = threader::block_on(threader::any!(1; reject(1), reject(2))).unwrap_err();
/// let texts: Vec<_> = error.errors().iter().map(|(index, e)| (*index, e.message())).collect();
/// assert_eq!(texts, [(0, "no 1"), (1, "no 2")]);
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AggregateError {
    pub(crate) needed: usize,
    pub(crate) tasks: usize,
    pub(crate) errors: Vec<(usize, TaskError)>,
}

impl AggregateError {
    /// The failures known when the goal went out of reach, each with its task's index in the input, in input order.
    pub fn errors(&self) -> &[(usize, TaskError)] {
        &self.errors
    }

    /// How many successes were asked for.
    pub fn needed(&self) -> usize {
        self.needed
    }
}

impl fmt::Display for AggregateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.errors.len();
        write!(
            f,
            "{} of {} tasks had to succeed and {failed} failed",
            self.needed, self.tasks
        )?;
        for (index, error) in &self.errors {
            write!(f, "; #{index}: {error}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for AggregateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("AggregateError")
            .field("needed", &self.needed)
            .field("tasks", &self.tasks)
            .field("errors", &self.errors)
            .finish()
    }
}

impl std::error::Error for AggregateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.errors.first().map(|(_, error)| error as _)
    }
}
