//! The line before the threads: who waits, which threads there are, what each of them does. One lock and one condition;
//! no thread is started here, no job run, no clock read, so that the models can walk through all of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use crate::job::JobKey;
use crate::queue::Queue;
use crate::sync::{Condvar, Mutex, lock, wait, wait_for};
use crate::terms::Priority;
use crate::timer::Alarm;

/// Numbers threads from 1; a substitute gets a number of its own.
pub(super) type Number = u64;

/// How many threads there may be.
pub(super) struct Limits {
    /// At once, without those that were detached. At least 1.
    pub(super) max: usize,
    /// How many stay though they are idle.
    pub(super) min: usize,
    /// How long the others do. `None`: for ever.
    pub(super) keep_alive: Option<Duration>,
}

pub(super) struct Line<J> {
    limits: Limits,
    inner: Mutex<Inner<J>>,
    /// There is a job, or the end.
    changed: Condvar,
}

struct Inner<J> {
    queue: Queue<(JobKey, J)>,
    /// Those that serve the line; not those that were detached from it.
    threads: BTreeMap<Number, Thread>,
    last: Number,
    /// Detached threads that nobody has taken the place of.
    vacant: usize,
    closing: bool,
}

#[derive(Default)]
struct Thread {
    job: Option<JobKey>,
    /// Set while the job is in vain: then the thread will be detached.
    grace: Option<Alarm>,
}

/// Threads to be started by the caller, and how many of them are substitutes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hired {
    pub(super) numbers: Range<Number>,
    pub(super) substitutes: usize,
}

impl<J> Line<J> {
    pub(super) fn new(limits: Limits, aging: Duration) -> Self {
        Line {
            limits,
            inner: Mutex::new(Inner {
                queue: Queue::new(aging),
                threads: BTreeMap::new(),
                last: 0,
                vacant: 0,
                closing: false,
            }),
            changed: Condvar::new(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Puts jobs into the line, each at the place that its priority gives it at `now`.
    pub(super) fn add(
        &self,
        jobs: impl IntoIterator<Item = (JobKey, Priority, J)>,
        now: Duration,
    ) -> Hired {
        let (count, hired) = {
            let mut inner = lock(&self.inner);
            let before = inner.queue.len();
            for (key, priority, job) in jobs {
                let ticket = inner.queue.ticket(priority, now);
                inner.queue.insert(ticket, (key, job));
            }
            let count = inner.queue.len() - before;
            (count, inner.hire(&self.limits))
        };
        for _ in 0..count.min(self.limits.max) {
            self.changed.notify_one();
        }
        hired
    }

    /// Threads to start before there is work.
    pub(super) fn prewarm(&self) -> Hired {
        let Limits { min, max, .. } = self.limits;
        let wanted = if min == 0 { max } else { min.min(max) };
        let mut inner = lock(&self.inner);
        let missing = wanted.saturating_sub(inner.threads.len());
        inner.start(missing)
    }

    /// The next job for this thread, when there is one. `None`: the thread ends, and is no longer known here.
    pub(super) fn next(&self, number: Number, now: impl Fn() -> Duration) -> Option<J> {
        let mut inner = lock(&self.inner);
        // Not there: it was detached while it worked.
        let thread = inner.threads.get_mut(&number)?;
        let done = std::mem::take(thread);
        let mut leave_at = None;
        let next = loop {
            if let Some((_, (key, job))) = inner.queue.pop() {
                if let Some(thread) = inner.threads.get_mut(&number) {
                    thread.job = Some(key);
                }
                break Some(job);
            }
            let spare = inner.threads.len() > self.limits.min;
            let patience = self.limits.keep_alive.filter(|_| spare).map(|patience| {
                let time = *leave_at.get_or_insert_with(|| now().saturating_add(patience));
                time.saturating_sub(now())
            });
            if inner.closing || patience.is_some_and(|left| left.is_zero()) {
                inner.threads.remove(&number);
                break None;
            }
            inner = match patience {
                Some(left) => wait_for(&self.changed, inner, left),
                None => wait(&self.changed, inner),
            };
        };
        drop(inner);
        drop(done);
        next
    }

    /// A thread could not be started after all. Whether no thread is left.
    pub(super) fn unable(&self, number: Number) -> bool {
        let mut inner = lock(&self.inner);
        inner.threads.remove(&number);
        inner.threads.is_empty()
    }

    /// The next job, for whoever has to do without a thread.
    pub(super) fn next_now(&self) -> Option<J> {
        lock(&self.inner).queue.pop().map(|(_, (_, job))| job)
    }

    /// The thread that does this job, which is in vain; `grace` is what will detach it. `false` if no thread does, or
    /// does any more.
    pub(super) fn warn(&self, key: JobKey, grace: impl FnOnce() -> Alarm) -> bool {
        let mut inner = lock(&self.inner);
        let Some((_, thread)) = inner.by_job(key) else {
            return false;
        };
        thread.grace = Some(grace());
        true
    }

    /// Lets the thread that still does this job go its own way. Which, and who is to be started in its place.
    pub(super) fn detach(&self, key: JobKey) -> Option<(Number, Hired)> {
        let mut inner = lock(&self.inner);
        let number = *inner.by_job(key)?.0;
        let thread = inner.threads.remove(&number);
        inner.vacant += 1;
        let hired = inner.hire(&self.limits);
        drop(inner);
        drop(thread);
        Some((number, hired))
    }

    /// No more jobs will come: threads end when they find nothing to do.
    pub(super) fn close(&self) {
        lock(&self.inner).closing = true;
        self.changed.notify_all();
    }
}

impl<J> Inner<J> {
    fn by_job(&mut self, key: JobKey) -> Option<(&Number, &mut Thread)> {
        let mut threads = self.threads.iter_mut();
        threads.find(|(_, thread)| thread.job == Some(key))
    }

    /// As many new threads as there are jobs that no idle one will take, and no more than there may be.
    fn hire(&mut self, limits: &Limits) -> Hired {
        // Idle, or on its way to its first job.
        let free = self
            .threads
            .values()
            .filter(|thread| thread.job.is_none())
            .count();
        let wanted = self.queue.len().saturating_sub(free);
        let room = limits.max.saturating_sub(self.threads.len());
        self.start(wanted.min(room))
    }

    fn start(&mut self, count: usize) -> Hired {
        let first = self.last + 1;
        self.last += count as Number;
        let numbers = first..self.last + 1;
        let born = numbers.clone().map(|number| (number, Thread::default()));
        self.threads.extend(born);
        let substitutes = count.min(self.vacant);
        self.vacant -= substitutes;
        Hired {
            numbers,
            substitutes,
        }
    }
}
