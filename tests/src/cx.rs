//! What a case is given: pools of the backend under test.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use threader::{Backend, Config, Pool, TaskError};

/// The surroundings of one case. Pools that it gave are shut down when the case is over.
pub struct Cx {
    backend: Backend,
    pools: RefCell<Vec<Pool>>,
}

impl Cx {
    /// Surroundings for one case on one backend.
    pub fn new(backend: Backend) -> Self {
        Self {
            backend,
            pools: RefCell::default(),
        }
    }

    /// The backend under test.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// A fresh pool of two workers.
    pub fn pool(&self) -> Pool {
        self.pool_with(|config| config)
    }

    /// A fresh pool of one worker: tasks run one after the other, in the order they were submitted.
    pub fn single(&self) -> Pool {
        self.pool_with(|config| config.max_workers(1))
    }

    /// A fresh pool whose configuration the case finishes. On `inline` there are no workers, whatever the case asks for.
    pub fn pool_with(&self, finish: impl FnOnce(Config) -> Config) -> Pool {
        let pool = self.own_pool(finish);
        self.pools.borrow_mut().push(pool.clone());
        pool
    }

    /// As [`pool_with`](Self::pool_with), for a case that ends the pool itself: it has the only hold.
    pub(crate) fn own_pool(&self, finish: impl FnOnce(Config) -> Config) -> Pool {
        let config = finish(
            Config::new()
                .max_workers(2)
                .cancel_grace(Duration::from_millis(50))
                // Longer than a case may take, so that this clock rescues nobody: a worker that cannot start has to be noticed.
                .start_timeout(Duration::from_secs(600)),
        );
        Pool::new(match self.backend {
            Backend::Inline => config.max_workers(0),
            _ => config,
        })
    }

    /// Gives up the pools so far, without a word to them.
    pub fn forget(&self) {
        self.pools.borrow_mut().clear();
    }

    /// Iterations of `spin` that outlast any small task by far. Where workers can be terminated it is without end; elsewhere it has to end by itself.
    pub fn slow(&self) -> u64 {
        match self.backend {
            Backend::Web | Backend::Node => u64::MAX,
            _ => self.long(),
        }
    }

    /// Iterations of `spin` that take long and end.
    pub fn long(&self) -> u64 {
        match self.backend {
            Backend::Inline => 10_000,
            _ => 100_000_000,
        }
    }
}

impl Drop for Cx {
    fn drop(&mut self) {
        for pool in self.pools.borrow().iter() {
            pool.shutdown();
        }
    }
}

/// Collects what a pool's error hook is told.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<TaskError>>>);

impl Told {
    /// The configuration with a hook that writes down here.
    pub(crate) fn listen(&self, config: Config) -> Config {
        let told = self.clone();
        config.on_error(move |error| {
            told.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(error.clone());
        })
    }

    /// Everything so far.
    pub(crate) fn errors(&self) -> Vec<TaskError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
