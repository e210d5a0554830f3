//! No workers: tasks run on the thread that owns the pool, one at a time, and the thread's other work gets its turn in between.
//!
//! Natively whoever waits for a task of the pool runs its tasks, one for each time it is polled. In a program that is
//! compiled to wasm the event loop runs one per turn, whether or not anybody waits.

use std::sync::Arc;
use std::time::Duration;

use crate::clock;
use crate::job::AnyJob;
use crate::ledger::GivenUp;
use crate::queue::Queue;
use crate::sync::{Mutex, lock};

pub(crate) struct Inline(Arc<Mutex<Jobs>>);

struct Jobs {
    queue: Queue<Arc<dyn AnyJob>>,
    /// Those that have left the queue and are run right now, on whatever threads.
    running: Vec<Arc<dyn AnyJob>>,
    /// The threads that run one, each as often as it does.
    #[cfg(not(target_family = "wasm"))]
    on: Vec<std::thread::ThreadId>,
    /// A task on one of them let others go: they are run after it, not within it.
    #[cfg(not(target_family = "wasm"))]
    abandoned: bool,
}

const WORKER: &str = "inline";

impl Inline {
    pub(super) fn new(aging: Duration) -> Self {
        Inline(Arc::new(Mutex::new(Jobs {
            queue: Queue::new(aging),
            running: Vec::new(),
            #[cfg(not(target_family = "wasm"))]
            on: Vec::new(),
            #[cfg(not(target_family = "wasm"))]
            abandoned: false,
        })))
    }

    /// A job that was ended from outside leaves the queue. A running one has this thread.
    pub(super) fn on_given_up(&self) -> Box<dyn Fn(&GivenUp) + Send + Sync> {
        let jobs = Arc::downgrade(&self.0);
        Box::new(move |given_up| {
            let jobs = jobs.upgrade().zip(given_up.ticket);
            let removed = jobs.and_then(|(jobs, ticket)| lock(&jobs).queue.remove(ticket));
            drop(removed);
        })
    }

    pub(super) fn open_jobs(&self) -> Vec<Arc<dyn AnyJob>> {
        let jobs = lock(&self.0);
        let queued = jobs.queue.iter().map(|(_, job)| job);
        queued.chain(&jobs.running).cloned().collect()
    }

    /// How many of them wait.
    fn push(&self, jobs: Vec<Arc<dyn AnyJob>>) -> usize {
        let now = clock::now();
        let mut waiting = 0;
        for job in jobs {
            let priority = job.terms().priority;
            let queue = &mut lock(&self.0).queue;
            let ticket = queue.ticket(priority, now);
            if job.enqueue(ticket) {
                queue.insert(ticket, job);
                waiting += 1;
            }
        }
        waiting
    }

    /// Runs the next task. `false` if there was none.
    fn run_next(jobs: &Mutex<Jobs>) -> bool {
        let (next, cut_off) = {
            let mut jobs = lock(jobs);
            // In an event loop tasks run one after the other: one that is still in here has trapped.
            let over = if cfg!(target_family = "wasm") {
                jobs.running.len()
            } else {
                0
            };
            let cut_off: Vec<_> = jobs.running.drain(..over).collect();
            let next = jobs.queue.pop().map(|(_, job)| job);
            jobs.running.extend(next.clone());
            (next, cut_off)
        };
        drop(cut_off);
        let Some(job) = next else {
            return false;
        };
        let key = job.key();
        Inline::run(job);
        let done = {
            let running = &mut lock(jobs).running;
            let place = running.iter().position(|job| job.key() == key);
            place.map(|place| running.swap_remove(place))
        };
        drop(done);
        true
    }
}

#[cfg(not(target_family = "wasm"))]
impl Inline {
    fn run(job: Arc<dyn AnyJob>) {
        job.run(WORKER);
    }

    pub(super) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        self.push(jobs);
    }

    /// Runs the next task. `false` if there was none.
    pub(super) fn run_one_here(&self) -> bool {
        let thread = std::thread::current().id();
        let outermost = {
            let mut jobs = lock(&self.0);
            let outermost = !jobs.on.contains(&thread);
            jobs.on.push(thread);
            outermost
        };
        let mut ran = Inline::run_next(&self.0);
        while outermost && std::mem::take(&mut lock(&self.0).abandoned) {
            while Inline::run_next(&self.0) {
                ran = true;
            }
        }
        let on = &mut lock(&self.0).on;
        if let Some(place) = on.iter().rposition(|other| *other == thread) {
            on.swap_remove(place);
        }
        ran
    }

    /// Nobody may ever poll for the tasks that were let go, so they run now, and those before them.
    pub(super) fn run_abandoned(&self) {
        let within = {
            let mut jobs = lock(&self.0);
            let within = jobs.on.contains(&std::thread::current().id());
            jobs.abandoned |= within;
            within
        };
        while !within && self.run_one_here() {}
    }
}

#[cfg(target_family = "wasm")]
impl Inline {
    /// A panic or a checkpoint that leaves the task is a trap where panics abort. It ends the task, and not the program.
    fn run(job: Arc<dyn AnyJob>) {
        let run = Box::new(move || job.run(WORKER));
        if let Err(failure) = super::worker::contained(run) {
            crate::context::cut_off(&failure);
        }
    }

    pub(super) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        for _ in 0..self.push(jobs) {
            let jobs = Arc::clone(&self.0);
            // A turn for each task, so that the thread's other work has its turns in between.
            super::worker::after_this_turn(move || {
                Inline::run_next(&jobs);
            });
        }
    }

    pub(super) fn run_one_here(&self) -> bool {
        false
    }

    pub(super) fn run_abandoned(&self) {}
}
