//! How a pool is made: [`Config`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::TaskError;
use crate::ledger::ErrorHook;

/// The settings of a [`Pool`](crate::Pool). Every one has a default that works.
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
    pub(crate) worker_timeout: Option<Duration>,
    pub(crate) retries: u32,
    pub(crate) queue_limit: Option<usize>,
    pub(crate) cancel_grace: Duration,
    pub(crate) start_timeout: Duration,
    pub(crate) worker_url: Option<String>,
    pub(crate) glue_url: Option<String>,
    pub(crate) on_error: Option<ErrorHook>,
}

impl Config {
    /// The defaults.
    pub fn new() -> Self {
        Config {
            max_workers: None,
            worker_timeout: None,
            retries: 0,
            queue_limit: None,
            cancel_grace: Duration::from_millis(250),
            start_timeout: Duration::from_secs(30),
            worker_url: None,
            glue_url: None,
            on_error: None,
        }
    }

    /// The most workers to run at once. They start when there is work for them.
    ///
    /// Default: the environment variable `THREADER_MAX_WORKERS` where there is one, else what the machine can run in
    /// parallel. 0 is a pool without workers: tasks run on the thread that owns the pool, one at a time, giving way to
    /// other work between two of them ([`Backend::Inline`](crate::Backend::Inline)).
    pub fn max_workers(mut self, count: usize) -> Self {
        self.max_workers = Some(count);
        self
    }

    /// [`Task::timeout`](crate::Task::timeout) of tasks that have none of their own. Default: none.
    pub fn worker_timeout(mut self, timeout: Duration) -> Self {
        self.worker_timeout = Some(timeout);
        self
    }

    /// [`Task::retries`](crate::Task::retries) of tasks that say nothing themselves. Default: 0.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How many tasks may wait for a worker, besides as many as the pool has workers. One more ends at once, in
    /// [`ErrorKind::QueueFull`](crate::ErrorKind::QueueFull); [`Pool::room`](crate::Pool::room) waits for room. Default:
    /// no limit.
    pub fn queue_limit(mut self, limit: usize) -> Self {
        self.queue_limit = Some(limit);
        self
    }

    /// How long a worker may go on with a cancelled task before it is stopped and replaced. Default: 250 ms.
    ///
    /// In browsers and in Node. A native thread cannot be stopped; there this has no say.
    pub fn cancel_grace(mut self, grace: Duration) -> Self {
        self.cancel_grace = grace;
        self
    }

    /// How long a worker may take to load and start the program before it counts as failed. Default: 30 s.
    ///
    /// In browsers and in Node. A native thread starts or fails at once; there this has no say.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.start_timeout = timeout;
        self
    }

    /// The URL of a served copy of threader's worker script, for browsers.
    ///
    /// By default the script is started from a Blob, which a Content-Security-Policy without `worker-src blob:` forbids.
    /// Then serve [`WORKER_SCRIPT`](crate::WORKER_SCRIPT) as a file of your site, and give its URL here.
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

    /// What to do with failures that nobody waits for: of `fire!`, and of tasks let go with `.detach()`.
    ///
    /// Called on whatever thread notices. Without it they are only counted, in
    /// [`Metrics::unattended`](crate::Metrics::unattended).
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
            .field("cancel_grace", &self.cancel_grace)
            .field("start_timeout", &self.start_timeout)
            .field("worker_url", &self.worker_url)
            .field("glue_url", &self.glue_url)
            .field("on_error", &self.on_error.as_ref().map(|_| "…"))
            .finish()
    }
}
