//! A unit of work that has not started: [`Task`], and what the macros make it from.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::{self, CodecError};
use crate::control::TaskControl;
use crate::error::{ErrorKind, Failure};
use crate::job::{AnyJob, Function, Job, Plan, Work};
use crate::registry::Info;
use crate::stub::Callable;
use crate::terms::{Priority, Wishes, nanoseconds};

/// A call of a task function that has not started: the function and its arguments, ready to travel.
///
/// `prepare!` makes one; a strategy ([`spawn`](crate::spawn), [`all`](crate::all), …) starts it.
/// Dropping it unstarted ends it as cancelled.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let task = threader::prepare!(square(9)).label("nine squared");
/// assert_eq!(threader::block_on(threader::spawn(task)).unwrap(), 81);
/// ```
#[must_use = "a task does nothing until a strategy starts it"]
pub struct Task<T: Send + 'static>(Option<Arc<Job<T>>>);

impl<T: Send + 'static> Task<T> {
    /// Names this one task, in errors and in [`TaskControl`]'s `Debug`, instead of its function.
    pub fn label(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.job().set_label(label.into());
        self
    }

    /// Ends it with [`ErrorKind::TimedOut`] if one run of it takes longer than this, from its start.
    ///
    /// In browsers and in Node its worker is stopped at once, and replaced; with [`retries`](Self::retries) left the task
    /// starts again. A native thread cannot be stopped: it is left behind
    /// ([`Metrics::detached`](crate::Metrics::detached)) and another takes its place, so a function that may be given up
    /// should ask [`checkpoint`](crate::checkpoint) now and then. On an [inline](crate::Backend::Inline) pool, and inside
    /// another task, nothing can interrupt it: it is heard to have timed out when it returns, or leaves at a checkpoint.
    ///
    /// Default: [`Config::worker_timeout`](crate::Config::worker_timeout).
    ///
    /// ```
    /// use std::time::Duration;
    /// # use threader::ErrorKind;
    ///
    /// #[threader::task]
    /// fn count(to: u64) -> u64 {
    ///     (0..to).inspect(|_| threader::checkpoint()).count() as u64
    /// }
    ///
    /// let task = threader::prepare!(count(u64::MAX)).timeout(Duration::from_millis(20));
    /// let error = threader::block_on(threader::spawn(task)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::TimedOut);
    /// assert_eq!(error.message(), "it ran longer than its timeout of 20ms");
    /// ```
    pub fn timeout(self, timeout: Duration) -> Self {
        self.wish(|wishes| wishes.timeout = Some(nanoseconds(timeout)))
    }

    /// Ends it with [`ErrorKind::TimedOut`] if it has not ended so long after its submission, whatever has become of it
    /// by then. If it still waits it never starts; if it runs it is ended as by [`timeout`](Self::timeout), but never
    /// started again.
    ///
    /// ```
    /// use std::time::Duration;
    /// # use threader::{Config, ErrorKind, Pool};
    ///
    /// #[threader::task]
    /// fn count(to: u64) -> u64 {
    ///     (0..to).inspect(|_| threader::checkpoint()).count() as u64
    /// }
    ///
    /// let pool = Pool::new(Config::new().max_workers(1));
    /// let first = threader::spawn!(in &pool; count(u64::MAX));
    /// let second = threader::spawn!(in &pool; count(1).deadline(Duration::from_millis(20)));
    /// let error = threader::block_on(second).unwrap_err();
    /// assert_eq!((error.kind(), error.attempts()), (ErrorKind::TimedOut, 0));
    /// ```
    pub fn deadline(self, deadline: Duration) -> Self {
        self.wish(|wishes| wishes.deadline = Some(nanoseconds(deadline)))
    }

    /// How often it may be started again after it failed for a reason that another worker may not have: its worker died,
    /// or it overran its [`timeout`](Self::timeout). Not after a panic: a pure function panics again. Not after a cancel,
    /// and not after its deadline.
    ///
    /// In browsers and in Node. On native threads and inline its arguments were moved into the first attempt and no
    /// worker dies by itself; there this has no say. Default: [`Config::retries`](crate::Config::retries).
    ///
    /// ```
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// let square = threader::spawn!(square(9).retries(2));
    /// assert_eq!(threader::block_on(square).unwrap(), 81);
    /// ```
    pub fn retries(self, retries: u32) -> Self {
        self.wish(|wishes| wishes.retries = Some(retries))
    }

    /// How urgent it is among the tasks that wait for a worker of its pool.
    ///
    /// ```
    /// use threader::Priority;
    ///
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// let square = threader::spawn!(square(9).priority(Priority::High));
    /// assert_eq!(threader::block_on(square).unwrap(), 81);
    /// ```
    pub fn priority(self, priority: Priority) -> Self {
        self.wish(|wishes| wishes.priority = Some(priority))
    }

    fn wish(self, change: impl FnOnce(&mut Wishes)) -> Self {
        self.job().wish(change);
        self
    }

    /// A hold to watch and cancel it by, now and after it has started.
    pub fn control(&self) -> TaskControl {
        TaskControl(Arc::clone(self.job()) as Arc<dyn AnyJob>)
    }

    fn job(&self) -> &Arc<Job<T>> {
        match &self.0 {
            Some(job) => job,
            None => unreachable!("only `into_job` and `drop` take the job, and both end the task"),
        }
    }

    pub(crate) fn into_job(mut self) -> Arc<Job<T>> {
        match self.0.take() {
            Some(job) => job,
            None => unreachable!("only `into_job` and `drop` take the job, and both end the task"),
        }
    }
}

impl<T: Send + 'static> Drop for Task<T> {
    fn drop(&mut self) {
        if let Some(job) = self.0.take() {
            job.fail(Failure::new(
                ErrorKind::Cancelled,
                "it was dropped before it was started",
            ));
        }
    }
}

impl<T: Send + 'static> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&self.job().name()).finish()
    }
}

/// A type that can be an argument of a task: it can be serialised, made again from the bytes alone, and moved between threads.
///
/// Implemented for every type that can; there is nothing to implement.
///
/// Some attributes of serde cannot be carried, which the compiler does not see:
/// [`Config::validation`](crate::Config::validation) lists them, and the limits that a value has.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a task",
    label = "this type cannot travel to a worker",
    note = "an argument must be `Serialize + DeserializeOwned + Send + 'static`",
    note = "derive `serde::Serialize` and `serde::Deserialize` for types of your own; of others take the data: `T` for `Arc<T>`, the contents for a file"
)]
pub trait Argument: Serialize + DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + 'static> Argument for T {}

/// A type that can be the result of a task; the counterpart of [`Argument`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a task",
    label = "this type cannot travel back from a worker",
    note = "a result must be `Serialize + DeserializeOwned + Send + 'static`",
    note = "derive `serde::Serialize` and `serde::Deserialize` for types of your own; of others return the data: `T` for `Arc<T>`, a text for an error"
)]
pub trait Returned: Serialize + DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + 'static> Returned for T {}

/// The error in the result of a task: [`Returned`], with a message of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a task",
    label = "this error cannot travel back from a worker",
    note = "return its text: `Result<_, String>`, with `.map_err(|error| error.to_string())` in front of `?`",
    note = "an error type of your own can derive `serde::Serialize` and `serde::Deserialize`"
)]
pub trait ReturnedError: Serialize + DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<E: Serialize + DeserializeOwned + Send + 'static> ReturnedError for E {}

/// All arguments of a task: a tuple of up to sixteen types that are [`Argument`]s (serde's limit; the macro nests longer lists).
///
/// A bound on it reports the one type that cannot travel, not the tuple.
pub trait Arguments: Serialize + DeserializeOwned + Send + 'static {}

macro_rules! arguments {
    ($($first:ident $($rest:ident)*)?) => {
        impl$(<$first: Argument, $($rest: Argument),*>)? Arguments for ($($first, $($rest,)*)?) {}
        $(arguments!($($rest)*);)?
    };
}
arguments!(A B C D E F G H I J K L M N O P);

/// A `&str` parameter's argument, owned for the way.
pub fn text(value: impl IntoText) -> String {
    value.into()
}

/// What becomes a `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an argument for a parameter of type `&str`",
    label = "neither a `String` nor anything that converts into one",
    note = "pass a text, owned or borrowed: `name`, `name.clone()`, `\"name\"`; for other values `value.to_string()`"
)]
pub trait IntoText: Into<String> {}

#[diagnostic::do_not_recommend]
impl<T: Into<String>> IntoText for T {}

/// A `&[T]` parameter's argument, owned for the way.
pub fn items<T>(value: impl IntoItems<T>) -> Vec<T> {
    value.into()
}

/// What becomes a `Vec<T>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an argument for a parameter of type `&[T]`",
    label = "neither a `Vec` nor anything that converts into one",
    note = "a task owns its arguments: instead of `&values` pass `values`, or `values.clone()` to keep them; of an iterator `.collect::<Vec<_>>()`"
)]
pub trait IntoItems<T>: Into<Vec<T>> {}

#[diagnostic::do_not_recommend]
impl<T, V: Into<Vec<T>>> IntoItems<T> for V {}

/// A [`Task`], and nothing else: a bound with a message of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task",
    label = "expected a `Task`",
    note = "`threader::spawn!(f(x))`, with a `!`, makes a task of the call of a function with `#[threader::task]`",
    note = "one task for each item: `threader::all!(for x in xs => f(x))`; of a collection of tasks: `threader::all(tasks)`"
)]
pub trait IntoTask<T: Send + 'static> {
    /// Itself.
    fn into_task(self) -> Task<T>;
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> IntoTask<T> for Task<T> {
    fn into_task(self) -> Task<T> {
        self
    }
}

/// An item of a strategy macro that is no call of a task function.
pub fn item<T: Send + 'static>(task: impl IntoTask<T>) -> Task<T> {
    task.into_task()
}

/// First half of making a task: fixes the types by the function, so that the arguments are checked against them.
pub fn bind<F, Args, R>(call: F) -> Bound<F, Args, R>
where
    F: Fn(Args) -> R + Copy + Send + 'static,
{
    Bound(call, std::marker::PhantomData)
}

/// A function waiting for its arguments, see [`bind`].
pub struct Bound<F, Args, R>(F, std::marker::PhantomData<fn(Args) -> R>);

impl<F, Args: Arguments, R: Returned> Bound<F, Args, R> {
    /// Second half: the task. `function` is the function's item, for its path.
    pub fn task<N>(self, arguments: Args, _function: &N, info: &'static Info) -> Task<R>
    where
        F: Fn(Args) -> R + Copy + Send + 'static,
    {
        let plan = Plan {
            info,
            stub: Callable::new(self.0).stub::<Args, R>(),
            function: const {
                &Function {
                    path: std::any::type_name::<N>,
                    decode: codec::decode::<R>,
                    check: codec::check::<R>,
                }
            },
        };
        let call = Call {
            function: self.0,
            arguments,
        };
        Task(Some(Arc::new(Job::new(plan, Box::new(call)))))
    }
}

/// A function with a type that cannot travel, which is reported where it is declared: a call of it adds no error.
pub struct Unbound<Args, R>(std::marker::PhantomData<fn(Args) -> R>);

impl<F, Args, R> Deref for Bound<F, Args, R> {
    type Target = Unbound<Args, R>;

    fn deref(&self) -> &Unbound<Args, R> {
        &Unbound(std::marker::PhantomData)
    }
}

impl<Args, R: Send + 'static> Unbound<Args, R> {
    /// Found where [`Bound::task`] is not.
    pub fn task<N>(&self, _arguments: Args, _function: &N, _info: &'static Info) -> Task<R> {
        unreachable!("a program with such a function does not compile")
    }
}

/// The task of a function whose declaration has errors, so that calls of it add none.
pub fn broken<R: Send + 'static>(_call: impl FnOnce() -> R) -> Task<R> {
    unreachable!("a program with such a function does not compile")
}

/// The same for an `async` function.
pub fn broken_async<R: Future<Output: Send + 'static>>(
    _call: impl FnOnce() -> R,
) -> Task<R::Output> {
    unreachable!("a program with such a function does not compile")
}

struct Call<F, Args> {
    function: F,
    arguments: Args,
}

impl<F, Args, R> Work<R> for Call<F, Args>
where
    F: Fn(Args) -> R + Send,
    Args: Arguments,
{
    fn run(self: Box<Self>) -> R {
        (self.function)(self.arguments)
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        codec::encode_into(&self.arguments, out)
    }

    fn check(&self) -> Result<(), CodecError> {
        codec::check(&self.arguments)
    }
}
