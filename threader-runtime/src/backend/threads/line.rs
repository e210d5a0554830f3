//! The line before the threads: who waits, which threads there are, what each of them does. One lock and one condition;
//! no thread is started here, no job run, no clock read, so that the models can walk through all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use crate::job::JobKey;
use crate::queue::{Queue, Ticket};
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
    /// How many more there may be that were detached and have not ended.
    pub(super) detached: usize,
}

pub(super) struct Line<J> {
    limits: Limits,
    inner: Mutex<Inner<J>>,
    /// There is a job, or the end.
    changed: Condvar,
}

struct Inner<J> {
    queue: Queue<J>,
    /// Those that serve the line; not those that were detached from it.
    threads: BTreeMap<Number, Thread<J>>,
    detached: BTreeSet<Number>,
    last: Number,
    /// Detached threads whose place no other has taken.
    vacant: usize,
    closing: bool,
}

struct Thread<J> {
    /// `None` in it: the job is over, and its values are being dropped.
    job: Option<(JobKey, Option<J>)>,
    /// Set while the job is stale: then the thread will be detached.
    grace: Option<Alarm>,
}

impl<J> Default for Thread<J> {
    fn default() -> Self {
        Thread {
            job: None,
            grace: None,
        }
    }
}

/// What has to be done after a change of the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hired<J> {
    /// Threads to be started.
    pub(super) numbers: Range<Number>,
    /// How many of them are substitutes.
    pub(super) substitutes: usize,
    /// Jobs that no thread will come for: there are as many detached ones as there may be, and no other.
    pub(super) refused: Vec<J>,
}

/// What a thread is to do next.
pub(super) enum Next<J> {
    Run(J),
    /// It ends, and is no longer known here. If it was detached, others may start now.
    End(Hired<J>),
}

impl<J: Clone> Line<J> {
    pub(super) fn new(limits: Limits, aging: Duration) -> Self {
        Line {
            limits,
            inner: Mutex::new(Inner {
                queue: Queue::new(aging),
                threads: BTreeMap::new(),
                detached: BTreeSet::new(),
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

    /// Puts jobs into the line, each at the place that its priority gives it at `now`. `place` is told where; a job for
    /// which it is `false` has ended, and is left out.
    pub(super) fn add(
        &self,
        jobs: impl IntoIterator<Item = (Priority, J)>,
        now: Duration,
        place: impl Fn(&J, Ticket) -> bool,
    ) -> Hired<J> {
        let mut ended = Vec::new();
        let (count, hired) = {
            let mut inner = lock(&self.inner);
            let before = inner.queue.len();
            for (priority, job) in jobs {
                let ticket = inner.queue.ticket(priority, now);
                if place(&job, ticket) {
                    inner.queue.insert(ticket, job);
                } else {
                    ended.push(job);
                }
            }
            let count = inner.queue.len() - before;
            (count, inner.hire(&self.limits))
        };
        drop(ended);
        for _ in 0..count.min(self.limits.max) {
            self.changed.notify_one();
        }
        hired
    }

    /// Takes a job out that will not be run.
    pub(super) fn remove(&self, ticket: Ticket) -> Option<J> {
        lock(&self.inner).queue.remove(ticket)
    }

    /// The jobs that wait, and those that threads of the line are at.
    pub(super) fn jobs(&self) -> Vec<J> {
        let inner = lock(&self.inner);
        let running = inner
            .threads
            .values()
            .filter_map(|thread| thread.job.as_ref());
        let running = running.filter_map(|(_, job)| job.as_ref());
        let queued = inner.queue.iter().map(|(_, job)| job);
        queued.chain(running).cloned().collect()
    }

    /// Threads that can be started by now, where none could when the jobs came.
    pub(super) fn hire(&self) -> Hired<J> {
        lock(&self.inner).hire(&self.limits)
    }

    /// Threads to start before there is work.
    pub(super) fn prewarm(&self) -> Hired<J> {
        let Limits { min, max, .. } = self.limits;
        let wanted = if min == 0 { max } else { min.min(max) };
        let mut inner = lock(&self.inner);
        let missing = wanted.saturating_sub(inner.threads.len());
        inner.start(missing)
    }

    /// What this thread does next, when there is something to do.
    pub(super) fn next(
        &self,
        number: Number,
        key: impl Fn(&J) -> JobKey,
        now: impl Fn() -> Duration,
    ) -> Next<J> {
        self.drop_job_of(number);
        let mut inner = lock(&self.inner);
        let Some(thread) = inner.threads.get_mut(&number) else {
            // It was detached while it worked.
            inner.detached.remove(&number);
            return Next::End(inner.hire(&self.limits));
        };
        let done = std::mem::take(thread);
        let mut leave_at = None;
        let next = loop {
            if let Some((_, job)) = inner.queue.pop() {
                if let Some(thread) = inner.threads.get_mut(&number) {
                    thread.job = Some((key(&job), Some(job.clone())));
                }
                break Next::Run(job);
            }
            let spare = inner.threads.len() > self.limits.min;
            let patience = self.limits.keep_alive.filter(|_| spare).map(|patience| {
                let time = *leave_at.get_or_insert_with(|| now().saturating_add(patience));
                time.saturating_sub(now())
            });
            if inner.closing || patience.is_some_and(|left| left.is_zero()) {
                inner.threads.remove(&number);
                break Next::End(inner.start(0));
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

    /// The thread counts as busy until this is done: a value that its job leaves behind may have a destructor that blocks.
    fn drop_job_of(&self, number: Number) {
        let job = {
            let mut inner = lock(&self.inner);
            let thread = inner.threads.get_mut(&number);
            thread.and_then(|thread| thread.job.as_mut()?.1.take())
        };
        drop(job);
    }

    /// A thread has ended, or could not be started. What it was at, and whether no thread is left.
    pub(super) fn lost(&self, number: Number) -> (Option<J>, bool) {
        let mut inner = lock(&self.inner);
        inner.detached.remove(&number);
        let thread = inner.threads.remove(&number);
        let alone = inner.threads.is_empty();
        drop(inner);
        (thread.and_then(|thread| thread.job?.1), alone)
    }

    /// The next job, for a thread of the program's own that does the work of one that could not be started. It is
    /// known by this number until it is [`lost`](Self::lost).
    pub(super) fn adopt(&self, key: impl Fn(&J) -> JobKey) -> Option<(Number, J)> {
        let mut inner = lock(&self.inner);
        let (_, job) = inner.queue.pop()?;
        inner.last += 1;
        let number = inner.last;
        let thread = Thread {
            job: Some((key(&job), Some(job.clone()))),
            grace: None,
        };
        inner.threads.insert(number, thread);
        Some((number, job))
    }

    /// Whether jobs wait and no thread is there to take them.
    pub(super) fn is_stranded(&self) -> bool {
        let inner = lock(&self.inner);
        inner.threads.is_empty() && !inner.queue.is_empty()
    }

    /// The thread that does this job, which is stale; `grace` is what will detach it. `false` if no thread does, or
    /// does any more.
    pub(super) fn warn(&self, key: JobKey, grace: impl FnOnce() -> Alarm) -> bool {
        let mut inner = lock(&self.inner);
        let Some((_, thread)) = inner.by_job(key) else {
            return false;
        };
        thread.grace = Some(grace());
        true
    }

    /// Lets the thread that still does this job go its own way. Which, and the threads to start in its place.
    pub(super) fn detach(&self, key: JobKey) -> Option<(Number, Hired<J>)> {
        let mut inner = lock(&self.inner);
        let number = *inner.by_job(key)?.0;
        let thread = inner.threads.remove(&number);
        inner.detached.insert(number);
        inner.vacant += 1;
        let hired = inner.hire(&self.limits);
        drop(inner);
        drop(thread);
        Some((number, hired))
    }

    /// The jobs that are over and whose threads are busy all the same, if jobs wait and no thread is free. `None`: no job
    /// waits.
    pub(super) fn over(&self, is_over: impl Fn(&J) -> bool) -> Option<Vec<JobKey>> {
        let inner = lock(&self.inner);
        if inner.queue.is_empty() {
            return None;
        }
        if inner.threads.values().any(|thread| thread.job.is_none()) {
            return Some(Vec::new());
        }
        let jobs = inner
            .threads
            .values()
            .filter_map(|thread| thread.job.as_ref());
        let over = jobs.filter(|(_, job)| job.as_ref().is_none_or(&is_over));
        Some(over.map(|(key, _)| *key).collect())
    }

    /// No more jobs will come: threads end when they find nothing to do.
    pub(super) fn close(&self) {
        lock(&self.inner).closing = true;
        self.changed.notify_all();
    }
}

impl<J: Clone> Inner<J> {
    fn by_job(&mut self, key: JobKey) -> Option<(&Number, &mut Thread<J>)> {
        let mut threads = self.threads.iter_mut();
        threads.find(|(_, thread)| thread.job.as_ref().is_some_and(|(job, _)| *job == key))
    }

    /// As many new threads as there are jobs that no idle one will take, and no more than there may be.
    fn hire(&mut self, limits: &Limits) -> Hired<J> {
        // Idle, or on its way to its first job.
        let free = self
            .threads
            .values()
            .filter(|thread| thread.job.is_none())
            .count();
        let wanted = self.queue.len().saturating_sub(free);
        let serving = self.threads.len();
        let alive = serving + self.detached.len();
        let room = limits.max.saturating_sub(serving);
        let room = room.min(
            limits
                .max
                .saturating_add(limits.detached)
                .saturating_sub(alive),
        );
        let mut hired = self.start(wanted.min(room));
        if self.threads.is_empty() && room == 0 {
            hired.refused = std::iter::from_fn(|| self.queue.pop())
                .map(|(_, job)| job)
                .collect();
        }
        hired
    }

    fn start(&mut self, count: usize) -> Hired<J> {
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
            refused: Vec::new(),
        }
    }
}
