//! Where tasks can run, one file or folder each behind one enum.
//!
//! Nothing outside this folder knows more of a backend than [`Flavor`] says.

mod inline;
#[cfg(not(target_family = "wasm"))]
mod threads;
pub(crate) mod worker;

use std::fmt;
use std::sync::Arc;

use crate::config::Config;
use crate::job::AnyJob;
use crate::ledger::{GivenUp, Ledger};

/// What the workers of a pool are.
///
/// ```
/// use threader::{Backend, Config, Pool};
/// let pool = Pool::new(Config::new().max_workers(0));
/// assert_eq!(pool.backend(), Backend::Inline);
/// assert_eq!(pool.backend().to_string(), "inline");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// No workers: tasks run on the thread that owns the pool, between its other work.
    Inline,
    /// Native threads. Arguments are moved, never serialised.
    ///
    /// A `main` that returns ends the process and the tasks with it: await [`Pool::close`](crate::Pool::close) for those
    /// that were let go. After a `fork` the child has the pool but none of its threads, so it has to make its own.
    Threads,
    /// Web Workers of a browser, each with a memory of its own.
    Web,
    /// `worker_threads` of Node, each with a memory of its own.
    Node,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Backend::Inline => "inline",
            Backend::Threads => "threads",
            Backend::Web => "web",
            Backend::Node => "node",
        })
    }
}

/// A pool's backend.
pub(crate) enum Flavor {
    Inline(inline::Inline),
    #[cfg(not(target_family = "wasm"))]
    Threads(threads::Threads),
    #[cfg(target_family = "wasm")]
    Workers(worker::Workers),
}

impl Flavor {
    /// The best backend that the config asks for and the machine has.
    pub(crate) fn new(config: &Config) -> Self {
        let inline = || Flavor::Inline(inline::Inline::new(config.aging));
        if config.max_workers == Some(0) {
            return inline();
        }
        #[cfg(not(target_family = "wasm"))]
        {
            let workers = config.max_workers.unwrap_or_else(threads::parallelism);
            Flavor::Threads(threads::Threads::new(config, workers))
        }
        #[cfg(target_family = "wasm")]
        match worker::Workers::new(config) {
            Some(workers) => Flavor::Workers(workers),
            None => inline(),
        }
    }

    /// Whether jobs watch their own time here. Else the scheduler does.
    pub(crate) fn keeps_time(&self) -> bool {
        match self {
            #[cfg(target_family = "wasm")]
            Flavor::Workers(_) => false,
            _ => true,
        }
    }

    /// What to do when a job of this pool was ended from outside.
    pub(crate) fn on_given_up(&self) -> Box<dyn Fn(&GivenUp) + Send + Sync> {
        match self {
            #[cfg(target_family = "wasm")]
            Flavor::Workers(workers) => workers.on_given_up(),
            #[cfg(not(target_family = "wasm"))]
            Flavor::Threads(threads) => threads.on_given_up(),
            Flavor::Inline(inline) => inline.on_given_up(),
        }
    }

    /// The open jobs that it was given. `None`: it keeps none, the pool's books do.
    pub(crate) fn open_jobs(&self) -> Option<Vec<Arc<dyn AnyJob>>> {
        match self {
            #[cfg(target_family = "wasm")]
            Flavor::Workers(_) => None,
            #[cfg(not(target_family = "wasm"))]
            Flavor::Threads(threads) => Some(threads.open_jobs()),
            Flavor::Inline(inline) => Some(inline.open_jobs()),
        }
    }

    /// The books are there; now jobs may come.
    pub(crate) fn open(&self, ledger: &Arc<Ledger>) {
        match self {
            Flavor::Inline(_) => {}
            #[cfg(not(target_family = "wasm"))]
            Flavor::Threads(threads) => threads.open(ledger),
            #[cfg(target_family = "wasm")]
            Flavor::Workers(workers) => workers.open(ledger),
        }
    }

    pub(crate) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        match self {
            Flavor::Inline(inline) => inline.submit(jobs),
            #[cfg(not(target_family = "wasm"))]
            Flavor::Threads(threads) => threads.submit(jobs),
            #[cfg(target_family = "wasm")]
            Flavor::Workers(workers) => workers.submit(jobs),
        }
    }

    pub(crate) fn run_one_here(&self) -> bool {
        match self {
            Flavor::Inline(inline) => inline.run_one_here(),
            #[cfg(not(target_family = "wasm"))]
            Flavor::Threads(threads) => threads.run_one_here(),
            #[cfg(target_family = "wasm")]
            Flavor::Workers(_) => false,
        }
    }

    pub(crate) fn run_abandoned(&self) {
        if let Flavor::Inline(inline) = self {
            inline.run_abandoned();
        }
    }

    /// No more jobs will come; workers end when they have done those there are.
    pub(crate) fn close(&self) {
        match self {
            Flavor::Inline(inline) => inline.run_abandoned(),
            #[cfg(not(target_family = "wasm"))]
            Flavor::Threads(threads) => threads.close(),
            #[cfg(target_family = "wasm")]
            Flavor::Workers(workers) => workers.close(),
        }
    }

    pub(crate) fn backend(&self) -> Backend {
        match self {
            Flavor::Inline(_) => Backend::Inline,
            #[cfg(not(target_family = "wasm"))]
            Flavor::Threads(_) => Backend::Threads,
            #[cfg(target_family = "wasm")]
            Flavor::Workers(workers) => workers.backend(),
        }
    }

    pub(crate) fn workers(&self) -> usize {
        match self {
            Flavor::Inline(_) => 0,
            #[cfg(not(target_family = "wasm"))]
            Flavor::Threads(threads) => threads.workers(),
            #[cfg(target_family = "wasm")]
            Flavor::Workers(workers) => workers.workers(),
        }
    }
}

/// Whether this program image is one of threader's workers and runs a task right now.
pub(crate) fn in_worker() -> bool {
    #[cfg(target_family = "wasm")]
    return worker::serve::in_task();
    #[cfg(not(target_family = "wasm"))]
    false
}

/// Whether this program image is one of threader's workers: its entry point must not run. For `#[threader::main]`.
pub fn main_is_guarded() -> bool {
    #[cfg(target_family = "wasm")]
    return worker::serve::is_worker();
    #[cfg(not(target_family = "wasm"))]
    false
}

/// What to say to an application's entry point that runs in a worker and tries to start tasks there.
pub(crate) fn stray_main() -> Option<&'static str> {
    #[cfg(target_family = "wasm")]
    return (main_is_guarded() && !in_worker()).then(worker::serve::stray_main);
    #[cfg(not(target_family = "wasm"))]
    None
}
