//! How a pool is made: [`Config`].

mod coordinator;
mod environment;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::coordinator::Coordinator;
use self::environment::Environment;
use crate::error::TaskError;
use crate::ledger::ErrorHook;

/// More workers than any machine has cores for. A larger number is a mistake, and would use up the process.
const MOST_WORKERS: usize = 1024;

/// The settings of a [`Pool`](crate::Pool). Every one has a default that works.
///
/// Plain numbers and times can also be set from outside, by whoever runs the program, natively and in Node: each method
/// here names its variable. What the program says counts more. A time is a whole number and a unit, `250ms`, `10s`, `1m`
/// or `1h`; a variable that cannot be read is ignored, and that is said once.
///
/// ```
/// use threader::{Config, Pool};
///
/// let pool = Pool::new(Config::new().max_workers(2));
/// assert_eq!(pool.workers(), 2);
/// ```
#[derive(Clone)]
#[must_use]
pub struct Config {
    pub(crate) max_workers: Option<usize>,
    pub(crate) min_workers: usize,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) prewarm: bool,
    pub(crate) worker_timeout: Option<Duration>,
    pub(crate) retries: u32,
    pub(crate) queue_limit: Option<usize>,
    pub(crate) validation: bool,
    pub(crate) aging: Duration,
    pub(crate) cancel_grace: Duration,
    #[cfg_attr(target_family = "wasm", allow(dead_code))]
    pub(crate) max_detached: usize,
    pub(crate) start_timeout: Duration,
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) heartbeat: Option<Duration>,
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) memory_limit: Option<u64>,
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) coordinator: Coordinator,
    pub(crate) worker_url: Option<String>,
    pub(crate) glue_url: Option<String>,
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) profile: bool,
    pub(crate) on_error: Option<ErrorHook>,
}

impl Config {
    /// The defaults, those that the environment sets included.
    pub fn new() -> Self {
        Config::from_environment(&Environment::of_the_program())
    }

    fn from_environment(set: &Environment<'_>) -> Self {
        let second = Duration::from_secs(1);
        Config {
            max_workers: set
                .count("THREADER_MAX_WORKERS")
                .map(|count: usize| count.min(MOST_WORKERS)),
            min_workers: set.count("THREADER_MIN_WORKERS").unwrap_or(0),
            keep_alive: set.duration("THREADER_KEEP_ALIVE"),
            prewarm: set.switch("THREADER_PREWARM").unwrap_or(false),
            worker_timeout: set.duration("THREADER_WORKER_TIMEOUT"),
            retries: set.count("THREADER_RETRIES").unwrap_or(0),
            queue_limit: set.count("THREADER_QUEUE_LIMIT"),
            validation: set
                .switch("THREADER_VALIDATION")
                .unwrap_or(cfg!(debug_assertions)),
            aging: set.duration("THREADER_AGING").unwrap_or(second),
            cancel_grace: set.duration("THREADER_CANCEL_GRACE").unwrap_or(second / 4),
            max_detached: set.count("THREADER_MAX_DETACHED").unwrap_or(64),
            start_timeout: set
                .duration("THREADER_START_TIMEOUT")
                .unwrap_or(30 * second),
            heartbeat: set.duration("THREADER_HEARTBEAT"),
            memory_limit: set.count("THREADER_MEMORY_LIMIT"),
            coordinator: set.choice("THREADER_COORDINATOR").unwrap_or_default(),
            worker_url: None,
            glue_url: None,
            profile: set.switch("THREADER_PROFILE").unwrap_or(false),
            on_error: None,
        }
    }

    /// The most workers to run at once, 1,024 at most. They start when there is work for them.
    ///
    /// Default: `THREADER_MAX_WORKERS`, else what the machine can run in parallel. 0 is a pool without workers: tasks run
    /// on the thread that owns the pool, one at a time, giving way to other work between two of them
    /// ([`Backend::Inline`](crate::Backend::Inline)).
    pub fn max_workers(mut self, count: usize) -> Self {
        self.max_workers = Some(count.min(MOST_WORKERS));
        self
    }

    /// How many workers stay when they have been idle for [`keep_alive`](Self::keep_alive).
    ///
    /// Default: `THREADER_MIN_WORKERS`, else 0. More than [`max_workers`](Self::max_workers) is as many as that.
    pub fn min_workers(mut self, count: usize) -> Self {
        self.min_workers = count;
        self
    }

    /// How long a worker may be idle before it ends, while there are more than [`min_workers`](Self::min_workers).
    ///
    /// Default: `THREADER_KEEP_ALIVE`, else workers stay as long as the pool.
    ///
    /// ```
    /// use std::time::Duration;
    /// use threader::{Config, Pool};
    ///
    /// let pool = Pool::new(Config::new().min_workers(1).keep_alive(Duration::from_secs(5)));
    /// # drop(pool);
    /// ```
    pub fn keep_alive(mut self, time: Duration) -> Self {
        self.keep_alive = Some(time);
        self
    }

    /// Whether workers start with the pool, and not when the first tasks come: [`min_workers`](Self::min_workers) of
    /// them, or all where that is 0. Default: `THREADER_PREWARM` (`1` or `0`), else no.
    ///
    /// ```
    /// use threader::{Config, Pool};
    ///
    /// let pool = Pool::new(Config::new().max_workers(2).prewarm(true));
    /// assert_eq!(pool.metrics().workers_started, 2);
    /// ```
    pub fn prewarm(mut self, prewarm: bool) -> Self {
        self.prewarm = prewarm;
        self
    }

    /// [`Task::timeout`](crate::Task::timeout) of tasks that have none of their own.
    ///
    /// Default: `THREADER_WORKER_TIMEOUT`, else none.
    pub fn worker_timeout(mut self, timeout: Duration) -> Self {
        self.worker_timeout = Some(timeout);
        self
    }

    /// [`Task::retries`](crate::Task::retries) of tasks that say nothing themselves.
    ///
    /// Default: `THREADER_RETRIES`, else 0.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How many tasks may wait for a worker, besides as many as the workers can have in hand: a pool of 2 with a limit
    /// of 10 has at most 12 open tasks.
    ///
    /// One more ends at once, in [`ErrorKind::QueueFull`](crate::ErrorKind::QueueFull);
    /// [`Pool::room`](crate::Pool::room) waits for room. Tasks that are started inside a task run there, and are not
    /// counted. Default: `THREADER_QUEUE_LIMIT`, else no limit.
    ///
    /// ```
    /// # use threader::{Config, ErrorKind, Pool};
    /// #[threader::task]
    /// fn count(to: u64) -> u64 {
    ///     (0..to).inspect(|_| threader::checkpoint()).count() as u64
    /// }
    ///
    /// let pool = Pool::new(Config::new().max_workers(1).queue_limit(0));
    /// let first = threader::spawn!(in &pool; count(u64::MAX));
    /// let error = threader::block_on(threader::spawn!(in &pool; count(1))).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::QueueFull);
    /// ```
    pub fn queue_limit(mut self, limit: usize) -> Self {
        self.queue_limit = Some(limit);
        self
    }

    #[doc = include_str!("config/validation.md")]
    pub fn validation(mut self, validation: bool) -> Self {
        self.validation = validation;
        self
    }

    /// How long a task has to wait to go before new ones of the next higher [`Priority`](crate::Priority).
    ///
    /// Default: `THREADER_AGING`, else 1 s. Zero makes all priorities equal; `Duration::MAX` lets a task of low priority
    /// wait as long as there are others.
    pub fn aging(mut self, step: Duration) -> Self {
        self.aging = step;
        self
    }

    /// How long a worker may go on with a cancelled task before it is stopped and replaced.
    ///
    /// In browsers and in Node. A native thread cannot be stopped; there it is left behind after this time
    /// ([`Metrics::detached`](crate::Metrics::detached)), and another takes its place. Default:
    /// `THREADER_CANCEL_GRACE`, else 250 ms.
    pub fn cancel_grace(mut self, grace: Duration) -> Self {
        self.cancel_grace = grace;
        self
    }

    /// How many threads may run on with tasks that were cancelled or timed out, besides the pool's workers.
    ///
    /// Each of them was [detached](crate::Metrics::detached) and replaced. With this many no further one is replaced
    /// until one of them ends, so the pool has fewer workers for that time. Without any worker left, tasks that wait and
    /// new ones end in [`ErrorKind::Unavailable`](crate::ErrorKind::Unavailable). In browsers and in Node the worker is
    /// stopped instead, so this has no effect there. Default: `THREADER_MAX_DETACHED`, else 64.
    ///
    /// ```
    /// use threader::{Config, ErrorKind, Pool};
    ///
    /// #[threader::task]
    /// fn deaf(rounds: u64) -> u64 {
    ///     (0..rounds).fold(1, |sum, n| std::hint::black_box(sum ^ n))
    /// }
    ///
    /// let config = Config::new().max_workers(1).max_detached(0);
    /// let pool = Pool::new(config.cancel_grace(std::time::Duration::ZERO));
    /// let first = threader::spawn!(in &pool; deaf(50_000_000));
    /// let control = first.control();
    /// while control.status() == threader::Status::Pending {
    ///     std::thread::yield_now();
    /// }
    /// control.cancel();
    /// while pool.metrics().detached == 0 {
    ///     std::thread::yield_now();
    /// }
    /// let error = threader::block_on(threader::spawn!(in &pool; deaf(1))).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Unavailable);
    /// # drop(first);
    /// ```
    pub fn max_detached(mut self, count: usize) -> Self {
        self.max_detached = count;
        self
    }

    /// How long a worker may take to load and start the program before it counts as failed.
    ///
    /// In browsers and in Node. A native thread starts or fails at once; there this has no say. Default:
    /// `THREADER_START_TIMEOUT`, else 30 s.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.start_timeout = timeout;
        self
    }

    /// How often an idle worker is asked whether it is still there. One that does not answer within twice this time is
    /// replaced.
    ///
    /// In browsers and in Node. A worker that runs a task cannot answer and is not asked: it is busy for as long as the
    /// task's [timeout](crate::Task::timeout) allows. Default: `THREADER_HEARTBEAT`, else workers are not asked; a death
    /// that the platform tells of is noticed without.
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.heartbeat = Some(interval);
        self
    }

    /// How many bytes of memory a worker may hold. One that holds more when it becomes idle is stopped, and replaced when
    /// there is work: the memory of a wasm program grows and never shrinks, so a new worker is the only way to give it
    /// back.
    ///
    /// In browsers and in Node; native threads share the program's memory. Default: `THREADER_MEMORY_LIMIT` (bytes), else
    /// no limit.
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// Who gives the workers their tasks: the thread that owns the pool, or a worker of its own.
    ///
    /// In browsers and in Node. Native threads take their tasks themselves; there this has no say. Where workers cannot
    /// start workers, or the coordinator cannot start for another reason, the owner's thread does its work, and that is
    /// said once on the console. In Firefox and WebKit it always does: a worker that starts workers cannot be relied on there.
    /// Should a coordinator die, the tasks that it knew end in
    /// [`ErrorKind::Crashed`](crate::ErrorKind::Crashed), and the next task has a new one.
    ///
    /// Default: `THREADER_COORDINATOR` (`auto`, `worker` or `main-thread`), else [`Coordinator::Auto`].
    pub fn coordinator(mut self, coordinator: Coordinator) -> Self {
        self.coordinator = coordinator;
        self
    }

    /// The URL of a served copy of threader's worker script, for browsers.
    ///
    /// By default the script is started from a Blob, which a Content-Security-Policy without `worker-src blob:` forbids.
    /// Then serve [`WORKER_SCRIPT`](crate::WORKER_SCRIPT) as a file of your site, and give its URL here. What the worker
    /// may do is in the headers of that file's own response, its Cross-Origin-Embedder-Policy included.
    ///
    /// A page that requires Trusted Types (`require-trusted-types-for 'script'`) has to allow the policy `threader`, with
    /// this option and without it: `trusted-types threader`. With several programs in one page it is
    /// `trusted-types threader 'allow-duplicates'`.
    pub fn worker_url(mut self, url: impl Into<String>) -> Self {
        self.worker_url = Some(url.into());
        self
    }

    /// The URL (in Node: the path) of the JavaScript that wasm-bindgen made for this program.
    ///
    /// By default it is found out. Give it when the error says that it could not be, or when a bundler has moved it.
    pub fn glue_url(mut self, url: impl Into<String>) -> Self {
        self.glue_url = Some(url.into());
        self
    }

    /// Whether each task that returns, or fails without ending its worker, becomes an entry of the
    /// worker's performance timeline: `performance.measure` with the task's name (its
    /// [label](crate::Task::label), if it has one), from the start of the function to its end.
    ///
    /// In browsers and in Node; no effect on native threads and on an
    /// [inline](crate::Backend::Inline) pool. A recording of a browser's developer tools shows the
    /// entries in the track of the worker's thread: Chromium in the row "Timings", Firefox's
    /// profiler as markers. In Node, and anywhere from code,
    /// `performance.getEntriesByType("measure")` and a `PerformanceObserver` return them, in the
    /// worker itself and not on the owner's thread. They use memory until the worker ends, so this
    /// is for development. Default: `THREADER_PROFILE` (`1` or `0`), else no.
    ///
    /// ```
    /// use threader::{Config, Pool};
    ///
    /// let pool = Pool::new(Config::new().profile(cfg!(debug_assertions)));
    /// # drop(pool);
    /// ```
    pub fn profile(mut self, profile: bool) -> Self {
        self.profile = profile;
        self
    }

    /// What to do with failures that nobody waits for: of `fire!`, and of tasks let go with `.detach()`.
    ///
    /// The calls are made one at a time, in the order of the failures: natively on a thread of their own, in browsers and
    /// in Node in a later turn of the event loop. So the hook may block, use the pool, and wait for its tasks; a panic in
    /// it ends only that call. A hook that owns its own pool keeps it alive, so end such a pool with
    /// [`Pool::close`](crate::Pool::close) or [`Pool::shutdown`](crate::Pool::shutdown).
    ///
    /// Without a hook failures are only counted, in [`Metrics::unattended`](crate::Metrics::unattended).
    ///
    /// ```
    /// use threader::{Config, Pool};
    ///
    /// #[threader::task]
    /// fn reject(x: u32) -> u32 { panic!("no {x}") }
    ///
    /// let (sender, errors) = std::sync::mpsc::channel();
    /// let pool = Pool::new(Config::new().on_error(move |error| {
    ///     sender.send(error.message().to_owned()).unwrap();
    /// }));
    /// threader::fire!(in &pool; reject(5));
    /// assert_eq!(errors.recv().unwrap(), "no 5");
    /// ```
    pub fn on_error(mut self, hook: impl Fn(&TaskError) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Arc::new(hook));
        self
    }
}

impl Default for Config {
    fn default() -> Self {
        Config::new()
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("max_workers", &self.max_workers)
            .field("min_workers", &self.min_workers)
            .field("keep_alive", &self.keep_alive)
            .field("prewarm", &self.prewarm)
            .field("worker_timeout", &self.worker_timeout)
            .field("retries", &self.retries)
            .field("queue_limit", &self.queue_limit)
            .field("validation", &self.validation)
            .field("aging", &self.aging)
            .field("cancel_grace", &self.cancel_grace)
            .field("max_detached", &self.max_detached)
            .field("start_timeout", &self.start_timeout)
            .field("heartbeat", &self.heartbeat)
            .field("memory_limit", &self.memory_limit)
            .field("coordinator", &self.coordinator)
            .field("worker_url", &self.worker_url)
            .field("glue_url", &self.glue_url)
            .field("profile", &self.profile)
            .field("on_error", &self.on_error.as_ref().map(|_| "…"))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_sets_defaults_and_the_program_counts_more() {
        let set = Environment(&|name| match name {
            "THREADER_MAX_WORKERS" => Some("3".to_owned()),
            "THREADER_CANCEL_GRACE" => Some("2s".to_owned()),
            "THREADER_PREWARM" => Some("1".to_owned()),
            "THREADER_VALIDATION" => Some("0".to_owned()),
            _ => None,
        });
        let config = Config::from_environment(&set);
        assert_eq!(config.max_workers, Some(3));
        assert_eq!(config.cancel_grace, Duration::from_secs(2));
        assert!(config.prewarm);
        assert!(!config.validation && config.clone().validation(true).validation);
        let nothing = Config::from_environment(&Environment(&|_| None));
        assert_eq!(nothing.validation, cfg!(debug_assertions));
        assert_eq!(config.retries, 0);
        assert_eq!(config.max_workers(5).max_workers, Some(5));
    }
}
