//! Where tasks run: [`Pool`].

use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::backend::{Backend, Flavor};
use crate::config::Config;
use crate::context;
use crate::error::{ErrorKind, Failure, TaskError};
use crate::handle::TaskHandle;
use crate::job::AnyJob;
use crate::ledger::{Event, Ledger, Rules, Waiting};
use crate::metrics::Metrics;
use crate::strategies::{self, All, Any, Race, Settled, Stream};
use crate::sync::plain::{Mutex, lock};
use crate::task::Task;
use crate::terms::Terms;
use crate::{clock, panics, registry, user_code};

/// A set of workers and the queue before them. Clones are the same pool.
///
/// Most programs use the global one, through the strategies in the crate's root. Workers start when there is work.
/// When the last clone of a pool and the last strategy on it are dropped, tasks that were let go are finished and then the
/// workers end.
///
/// Inside a task, strategies run their tasks one after the other on the worker that the task is on, whatever pool is
/// named: a worker that waited for workers could wait for ever.
///
/// ```
/// use threader::{Config, Pool};
///
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let pool = Pool::new(Config::new().max_workers(2));
/// let squares = threader::all!(in pool; square(1), square(2));
/// assert_eq!(threader::block_on(squares).unwrap(), (1, 4));
/// threader::block_on(pool.close());
/// ```
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

struct Shared {
    ledger: Arc<Ledger>,
    flavor: Flavor,
    /// Why no more tasks are taken.
    closed: Mutex<Option<&'static str>>,
    was_shut_down: AtomicBool,
}

impl Pool {
    /// A pool of its own, with workers of its own.
    pub fn new(config: Config) -> Self {
        panics::install_hook();
        let flavor = Flavor::new(&config);
        let ledger = Ledger::new(Rules {
            defaults: Terms {
                timeout: config.worker_timeout,
                retries: config.retries,
                ..Terms::default()
            },
            capacity: config
                .queue_limit
                .map(|limit| limit.saturating_add(flavor.workers().max(1))),
            keeps_time: flavor.keeps_time(),
            keeps_jobs: flavor.open_jobs().is_some(),
            validation: config.validation,
            on_error: config.on_error,
            on_given_up: flavor.on_given_up(),
        });
        flavor.open(&ledger);
        Pool(Arc::new(Shared {
            ledger,
            flavor,
            closed: Mutex::new(None),
            was_shut_down: AtomicBool::new(false),
        }))
    }

    /// The pool that everything uses that names none. Made at its first use, by what [`configure`] was given.
    pub fn global() -> Self {
        let mut global = lock(&GLOBAL.config);
        let pool = GLOBAL
            .pool
            .get_or_init(|| Pool::new(global.take().unwrap_or_default()));
        pool.clone()
    }

    /// [`all`](crate::all) on this pool.
    pub fn all<T: Send + 'static>(&self, tasks: impl IntoIterator<Item = Task<T>>) -> All<Vec<T>> {
        strategies::all_in(self, tasks)
    }

    /// [`settled`](crate::settled) on this pool.
    pub fn settled<T: Send + 'static>(
        &self,
        tasks: impl IntoIterator<Item = Task<T>>,
    ) -> Settled<Vec<Result<T, TaskError>>> {
        strategies::settled_in(self, tasks)
    }

    /// [`stream`](crate::stream) on this pool.
    pub fn stream<T: Send + 'static>(&self, tasks: impl IntoIterator<Item = Task<T>>) -> Stream<T> {
        strategies::stream_in(self, tasks)
    }

    /// [`race`](crate::race) on this pool.
    pub fn race<T: Send + 'static>(&self, tasks: impl IntoIterator<Item = Task<T>>) -> Race<T> {
        strategies::race_in(self, tasks)
    }

    /// [`any`](crate::any) on this pool.
    pub fn any<T: Send + 'static>(
        &self,
        n: usize,
        tasks: impl IntoIterator<Item = Task<T>>,
    ) -> Any<T> {
        strategies::any_in(self, n, tasks)
    }

    /// [`fire`](crate::fire) on this pool.
    pub fn fire<T: Send + 'static>(&self, tasks: impl IntoIterator<Item = Task<T>>) {
        strategies::fire_in(self, tasks);
    }

    /// [`spawn`](crate::spawn) on this pool.
    pub fn spawn<T: Send + 'static>(&self, task: Task<T>) -> TaskHandle<T> {
        TaskHandle::start(self, task)
    }

    /// What its workers are.
    pub fn backend(&self) -> Backend {
        self.0.flavor.backend()
    }

    /// The most workers it runs at once; 0 for an inline pool.
    pub fn workers(&self) -> usize {
        self.0.flavor.workers()
    }

    /// What it has counted so far.
    pub fn metrics(&self) -> Metrics {
        self.0.ledger.metrics()
    }

    /// Ready when there is room for one more task under [`Config::queue_limit`]; at once where there is no limit.
    ///
    /// Nothing is set aside: where several producers wait for one pool, a task that is submitted when another was faster
    /// ends in [`ErrorKind::QueueFull`], and its producer waits again.
    ///
    /// ```
    /// use threader::{Config, Pool};
    ///
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// let pool = Pool::new(Config::new().max_workers(2).queue_limit(8));
    /// threader::block_on(async {
    ///     for x in 0..1000 {
    ///         pool.room().await;
    ///         threader::spawn!(in &pool; square(x)).detach();
    ///     }
    ///     pool.close().await;
    /// });
    /// assert_eq!((pool.metrics().completed, pool.metrics().refused), (1000, 0));
    /// ```
    pub fn room(&self) -> impl Future<Output = ()> + Send + 'static {
        let pool = self.clone();
        let mut waiting = Waiting::new(&self.0.ledger, Event::Room);
        poll_fn(move |cx| {
            let room = waiting.poll(cx);
            if room.is_pending() && pool.run_one_here() {
                cx.waker().wake_by_ref();
            }
            room
        })
    }

    /// Takes no more tasks, and is ready when those it has are settled, all failures of unattended ones were given to
    /// [`Config::on_error`], and its workers were told to end.
    ///
    /// Closing begins with the call, not with the first poll. A task that comes later ends in
    /// [`ErrorKind::Closed`]. Closing twice waits twice for the same. Inside a task or the error hook of this pool it is
    /// ready at once, because it would wait for itself. A call of the hook that takes longer than 5 s is not waited for.
    pub fn close(&self) -> impl Future<Output = ()> + Send + 'static {
        lock(&self.0.closed).get_or_insert("the pool was closed");
        self.0.flavor.run_abandoned();
        let pool = self.clone();
        let mut waiting = Waiting::new(&self.0.ledger, Event::Idle);
        async move {
            poll_fn(|cx| {
                if pool.run_one_here() {
                    cx.waker().wake_by_ref();
                }
                waiting.poll(cx)
            })
            .await;
            pool.0.flavor.close();
        }
    }

    /// Takes no more tasks, cancels those it has, and ends its workers as they become free.
    ///
    /// ```
    /// # use threader::{Config, ErrorKind, Pool};
    /// #[threader::task]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// let pool = Pool::new(Config::new());
    /// pool.shutdown();
    /// let error = threader::block_on(threader::spawn!(in &pool; square(2))).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Closed);
    /// ```
    pub fn shutdown(&self) {
        lock(&self.0.closed).get_or_insert("the pool was shut down");
        self.0.was_shut_down.store(true, Ordering::SeqCst);
        user_code::afterwards(|| {
            for job in self.0.ledger.open_jobs() {
                job.cancel();
            }
            for job in self.0.flavor.open_jobs().unwrap_or_default() {
                job.cancel();
            }
            if !matches!(self.0.flavor.backend(), Backend::Inline) {
                self.0.flavor.close();
            }
        });
        self.0.flavor.run_abandoned();
    }

    pub(crate) fn submit(&self, jobs: &[Arc<dyn AnyJob>]) {
        panics::install_hook();
        if let Some(failure) = self.refusal() {
            return self.refuse(jobs, &failure);
        }
        let now = clock::now();
        let nested = context::current().is_some() || crate::backend::in_worker();
        if nested && context::is_cancelled() {
            let failure = Failure::new(ErrorKind::Cancelled, "the task that started it is over");
            return self.refuse(jobs, &failure);
        }
        let admit = || -> Vec<_> {
            jobs.iter()
                .filter(|job| Arc::clone(job).admit(&self.0.ledger, now, nested))
                .cloned()
                .collect()
        };
        if nested {
            for job in user_code::afterwards(admit) {
                job.run("inline");
            }
            return;
        }
        // A refused task's arguments are dropped when the others are in the queue.
        user_code::afterwards(|| self.0.flavor.submit(admit()));
        // A shutdown that came meanwhile has not seen them.
        if self.0.was_shut_down.load(Ordering::SeqCst) {
            user_code::afterwards(|| jobs.iter().for_each(|job| job.cancel()));
        }
    }

    fn refuse(&self, jobs: &[Arc<dyn AnyJob>], failure: &Failure) {
        user_code::afterwards(|| {
            for job in jobs {
                job.refuse(&self.0.ledger, failure.clone());
            }
        });
    }

    fn refusal(&self) -> Option<Failure> {
        if let Some(closed) = *lock(&self.0.closed) {
            return Some(Failure::new(ErrorKind::Closed, closed));
        }
        if let Err(clash) = registry::check() {
            return Some(Failure::new(ErrorKind::Unavailable, clash));
        }
        crate::backend::stray_main().map(|text| Failure::new(ErrorKind::Unavailable, text))
    }

    /// The failure of a task whose result is dropped unread.
    pub(crate) fn report(&self, error: TaskError) {
        self.0.ledger.report(error);
    }

    /// On an inline pool: runs the next task on this thread. `false` if there is none, or no need.
    pub(crate) fn run_one_here(&self) -> bool {
        self.0.flavor.run_one_here()
    }

    /// On an inline pool: sees to it that tasks run though nobody waits for them.
    pub(crate) fn run_abandoned(&self) {
        self.0.flavor.run_abandoned();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.flavor.close();
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("backend", &self.backend())
            .field("workers", &self.workers())
            .finish_non_exhaustive()
    }
}

struct Global {
    config: Mutex<Option<Config>>,
    pool: OnceLock<Pool>,
}

static GLOBAL: Global = Global {
    config: Mutex::new(None),
    pool: OnceLock::new(),
};

/// Settles how the global pool will be made. Call it before anything uses that pool.
///
/// # Errors
/// When the global pool exists already; it stays as it is.
///
/// ```
/// use threader::Config;
///
/// threader::configure(Config::new().max_workers(2)).unwrap();
/// assert_eq!(threader::Pool::global().workers(), 2);
/// assert!(threader::configure(Config::new()).is_err());
/// ```
pub fn configure(config: Config) -> Result<(), ConfigureError> {
    let mut pending = lock(&GLOBAL.config);
    if GLOBAL.pool.get().is_some() {
        return Err(ConfigureError(()));
    }
    let before = pending.replace(config);
    drop(pending);
    // Its error hook is the user's.
    user_code::discard(before);
    Ok(())
}

/// [`configure`] came too late.
///
/// ```
/// threader::Pool::global();
/// let error = threader::configure(threader::Config::new()).unwrap_err();
/// assert!(error.to_string().contains("before"));
/// ```
#[derive(Clone, Debug)]
pub struct ConfigureError(());

impl fmt::Display for ConfigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the global pool is already in use: call `threader::configure` before the first task is started",
        )
    }
}

impl std::error::Error for ConfigureError {}
