//! A pool's hold on its workers, and who drives them: this thread, or a coordinator.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::client::Local;
use super::deputy::{Deputy, Remains};
use super::driver::Driver;
use super::host::{Heard, Host, Link, Program, Role};
use super::scheduler::{Event, Settings};
use super::{js, serve};
use crate::backend::Backend;
use crate::config::{Config, Coordinator};
use crate::error::{ErrorKind, Failure};
use crate::job::AnyJob;
use crate::ledger::{GivenUp, Ledger};

/// Plain numbers, so that a pool can be sent anywhere.
pub(crate) struct Workers {
    id: u64,
    backend: Backend,
    max: usize,
}

thread_local! {
    static OWNERS: RefCell<HashMap<u64, Rc<Owner>>> = RefCell::default();
}

impl Workers {
    /// `None` where the platform has no workers; that is said once.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if serve::is_worker() {
            return None;
        }
        let Some(host) = Host::detect() else {
            say_once("there are no workers here; tasks run one at a time on this thread");
            return None;
        };
        let max = config.max_workers.unwrap_or_else(|| host.parallelism());
        if max == 0 {
            return None;
        }
        let workers = Workers {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            backend: host.backend(),
            max,
        };
        let nests = host.nests();
        if config.coordinator == Coordinator::Worker && !nests {
            say_once(
                "no worker can be relied on to start workers here; this thread coordinates them",
            );
        }
        let coordinated = match config.coordinator {
            Coordinator::Worker => nests,
            Coordinator::Auto => nests && host.nests_at_no_cost(),
            Coordinator::MainThread => false,
        };
        let owner = Rc::new(Owner {
            pool: workers.id,
            program: host.program(
                config.glue_url.as_deref(),
                config.worker_url.as_deref(),
                config.profile,
            ),
            host,
            settings: settings(config, max),
            coordinated: Cell::new(coordinated),
            closing: Cell::new(false),
            ledger: OnceCell::new(),
            seat: RefCell::new(Seat::Empty),
        });
        OWNERS.with_borrow_mut(|owners| owners.insert(workers.id, owner));
        Some(workers)
    }

    pub(crate) fn open(&self, ledger: &Arc<Ledger>) {
        with_owner(self.id, |owner| {
            // Told once, by the pool that made it.
            let _ = owner.ledger.set(Arc::clone(ledger));
            if owner.settings.prewarm || owner.settings.min > 0 {
                owner.take_seat();
            }
        });
    }

    pub(crate) fn on_given_up(&self) -> Box<dyn Fn(&GivenUp) + Send + Sync> {
        let id = self.id;
        Box::new(move |given_up| {
            let job = given_up.job;
            with_owner(id, |owner| match owner.seat() {
                Seat::Here(driver) => driver.cancel(job),
                Seat::There(deputy) => deputy.cancel(job),
                Seat::Empty => {}
            });
        })
    }

    pub(crate) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        if jobs.is_empty() {
            return;
        }
        match owner(self.id) {
            Some(owner) => owner.submit(jobs),
            None => no_owner(jobs),
        }
    }

    pub(crate) fn close(&self) {
        with_owner(self.id, |owner| {
            owner.closing.set(true);
            match owner.seat() {
                Seat::Here(driver) => driver.tell([Event::Closing]),
                Seat::There(deputy) => deputy.close(),
                Seat::Empty => forget(self.id),
            }
        });
    }

    pub(crate) fn backend(&self) -> Backend {
        self.backend
    }

    pub(crate) fn workers(&self) -> usize {
        self.max
    }
}

/// What the config says about workers, for the scheduler.
fn settings(config: &Config, max: usize) -> Settings {
    Settings {
        max,
        min: config.min_workers,
        prewarm: config.prewarm,
        keep_alive: config.keep_alive,
        start_timeout: config.start_timeout,
        cancel_grace: config.cancel_grace,
        aging: config.aging,
        heartbeat: config.heartbeat,
        memory_limit: config.memory_limit,
        ..Settings::default()
    }
}

const ELSEWHERE: &str = "the pool's workers belong to the thread that made the pool, and this is another one, or the pool \
                         has been closed: make a pool on this thread";

/// They cannot be run here.
pub(super) fn no_owner(jobs: Vec<Arc<dyn AnyJob>>) {
    for job in jobs {
        job.fail(Failure::new(ErrorKind::Unavailable, ELSEWHERE));
    }
}

fn owner(id: u64) -> Option<Rc<Owner>> {
    OWNERS.with_borrow(|owners| owners.get(&id).cloned())
}

fn with_owner(id: u64, f: impl FnOnce(&Rc<Owner>)) {
    if let Some(owner) = owner(id) {
        f(&owner);
    }
}

/// The driver or coordinator is gone, and the workers too.
pub(super) fn vacate(id: u64) {
    with_owner(id, |owner| {
        owner.seat.replace(Seat::Empty);
        if owner.closing.get() {
            forget(id);
        }
    });
}

/// The pool's work is done and its workers have ended.
pub(super) fn forget(id: u64) {
    let owner = OWNERS.with_borrow_mut(|owners| owners.remove(&id));
    drop(owner);
}

/// A pool on the thread that made it.
pub(super) struct Owner {
    pool: u64,
    host: Host,
    program: Result<Program, String>,
    settings: Settings,
    coordinated: Cell<bool>,
    closing: Cell<bool>,
    ledger: OnceCell<Arc<Ledger>>,
    seat: RefCell<Seat>,
}

/// Who drives the workers. Nobody yet, where nobody was asked.
#[derive(Clone)]
enum Seat {
    Empty,
    Here(Rc<Driver>),
    There(Rc<Deputy>),
}

impl Owner {
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn start_coordinator(&self, heard: Rc<dyn Fn(Heard)>) -> Result<Link, String> {
        let program = self.program.as_ref().map_err(String::clone)?;
        self.host.start(program, Role::Coordinate, heard)
    }

    /// The coordinator is gone. If it had never come it is done without: there may be no workers inside of workers, or a policy
    /// against them; and whatever else is wrong, a worker started from here will tell.
    pub(super) fn without_coordinator(self: &Rc<Self>, why: &str, remains: Remains) {
        self.seat.replace(Seat::Empty);
        if !remains.was_up {
            self.coordinated.set(false);
            say_once(&format!(
                "the coordinator could not be started, this thread does its work: {why}"
            ));
        }
        if remains.closing && remains.unsent.is_empty() {
            return forget(self.pool);
        }
        if !remains.unsent.is_empty() {
            self.submit(remains.unsent);
        }
        if remains.closing {
            match self.seat() {
                Seat::Here(driver) => driver.tell([Event::Closing]),
                Seat::There(deputy) => deputy.close(),
                Seat::Empty => {}
            }
        }
    }

    fn seat(&self) -> Seat {
        self.seat.borrow().clone()
    }

    pub(super) fn submit(self: &Rc<Self>, jobs: Vec<Arc<dyn AnyJob>>) {
        self.take_seat();
        match self.seat() {
            Seat::Here(driver) => {
                let submitted =
                    |job: &Arc<dyn AnyJob>| Event::Submitted(job.key(), job.terms(), job.age());
                driver.tell(jobs.iter().map(submitted));
            }
            Seat::There(deputy) => deputy.submit(jobs),
            Seat::Empty => {}
        }
    }

    /// Sees to it that somebody drives the workers.
    fn take_seat(self: &Rc<Self>) {
        let (Seat::Empty, Some(ledger)) = (self.seat(), self.ledger.get()) else {
            return;
        };
        let books = || Local::new(self.pool, self.host.backend(), Arc::clone(ledger));
        if self.coordinated.get() {
            match Deputy::start(self, books()) {
                Ok(deputy) => {
                    self.seat.replace(Seat::There(deputy));
                    return;
                }
                // The worker that is started next will say why.
                Err(_) => self.coordinated.set(false),
            }
        }
        if let Some(host) = Host::detect() {
            let client = Rc::new(books());
            let driver = Driver::new(
                client,
                host,
                self.program.clone(),
                self.settings.clone().on_a_busy_thread(),
            );
            self.seat.replace(Seat::Here(driver));
        }
    }
}

fn say_once(text: &str) {
    thread_local!(static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
    let new = SAID.with_borrow_mut(|said| {
        let new = !said.iter().any(|before| before == text);
        if new {
            said.push(text.to_owned());
        }
        new
    });
    if new {
        js::warn(&format!("threader: {text}"));
    }
}
