//! No workers: tasks run on the thread that owns the pool, one at a time, and the thread's other work gets its turn in between.
//!
//! Natively whoever waits for a task of the pool runs its tasks, one for each time it is polled. In a program that is
//! compiled to wasm the event loop runs one per turn, whether or not anybody waits.

use std::sync::Arc;
use std::time::Duration;

use crate::clock;
use crate::job::AnyJob;
use crate::queue::Queue;
use crate::sync::{Mutex, lock};

pub(crate) struct Inline {
    queue: Arc<Mutex<Queue<Arc<dyn AnyJob>>>>,
}

const WORKER: &str = "inline";

impl Inline {
    pub(super) fn new(aging: Duration) -> Self {
        Inline {
            queue: Arc::new(Mutex::new(Queue::new(aging))),
        }
    }

    fn push(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        let priorities: Vec<_> = jobs.iter().map(|job| job.terms().priority).collect();
        let now = clock::now();
        let mut queue = lock(&self.queue);
        for (job, priority) in jobs.into_iter().zip(priorities) {
            let ticket = queue.ticket(priority, now);
            queue.insert(ticket, job);
        }
    }

    fn pop(queue: &Mutex<Queue<Arc<dyn AnyJob>>>) -> Option<Arc<dyn AnyJob>> {
        lock(queue).pop().map(|(_, job)| job)
    }
}

#[cfg(not(target_family = "wasm"))]
impl Inline {
    pub(super) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        self.push(jobs);
    }

    /// Runs the next task. `false` if there was none.
    pub(super) fn run_one_here(&self) -> bool {
        let job = Inline::pop(&self.queue);
        job.is_some_and(|job| {
            job.run(WORKER);
            true
        })
    }

    /// Nobody may ever poll for the tasks that were let go, so they run now, and those before them.
    pub(super) fn run_abandoned(&self) {
        while self.run_one_here() {}
    }
}

#[cfg(target_family = "wasm")]
impl Inline {
    pub(super) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        let turns = jobs.len();
        self.push(jobs);
        for _ in 0..turns {
            let queue = Arc::clone(&self.queue);
            // A turn for each task, so that one that traps takes only its own turn with it.
            super::worker::after_this_turn(move || {
                if let Some(job) = Inline::pop(&queue) {
                    job.run(WORKER);
                }
            });
        }
    }

    pub(super) fn run_one_here(&self) -> bool {
        false
    }

    pub(super) fn run_abandoned(&self) {}
}
