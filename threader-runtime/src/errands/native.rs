//! Threads for errands. One serves all, and another starts while an errand blocks those behind it.

use std::collections::VecDeque;
use std::thread;
use std::time::Duration;

use super::Errand;
use crate::sync::plain::{Condvar, Mutex, lock, wait_for};
use crate::timer::{self, Alarm};
use crate::{clock, user_code};

/// How long a thread stays without work.
const LINGER: Duration = Duration::from_millis(200);
/// How long the first errand in the queue waits before another thread starts for it.
const PATIENCE: Duration = Duration::from_millis(20);

static ERRANDS: Errands = Errands {
    inner: Mutex::new(Inner {
        queue: VecDeque::new(),
        threads: 0,
        idle: 0,
        taken: 0,
        watch: None,
    }),
    added: Condvar::new(),
};

struct Errands {
    inner: Mutex<Inner>,
    added: Condvar,
}

struct Inner {
    queue: VecDeque<Errand>,
    threads: usize,
    idle: usize,
    /// How many errands have left the queue.
    taken: u64,
    /// Looks after an errand that waits.
    watch: Option<Alarm>,
}

pub(super) fn run(errand: Errand) {
    let mut inner = lock(&ERRANDS.inner);
    inner.queue.push_back(errand);
    let start = inner.threads == 0;
    inner.threads += usize::from(start);
    if inner.idle < inner.queue.len() && inner.watch.is_none() {
        inner.watch = Some(watch(inner.taken));
    }
    drop(inner);
    ERRANDS.added.notify_one();
    if start && !start_thread() && !timer::is_this_thread() {
        here();
    }
}

/// No thread can be started for them: better slow than never.
fn here() {
    let errand = {
        let mut inner = lock(&ERRANDS.inner);
        let errand = inner.queue.pop_front();
        inner.taken += u64::from(errand.is_some());
        errand
    };
    if let Some(errand) = errand {
        user_code::run_here(errand);
    }
}

/// Rings when the queue has not moved on.
fn watch(taken: u64) -> Alarm {
    let time = clock::now().saturating_add(PATIENCE);
    timer::at(time, Box::new(move || look(taken)))
}

fn look(taken: u64) {
    let mut inner = lock(&ERRANDS.inner);
    let done = inner.watch.take();
    let waiting = !inner.queue.is_empty();
    let start = waiting && inner.taken == taken;
    inner.threads += usize::from(start);
    if waiting {
        inner.watch = Some(watch(inner.taken));
    }
    drop(inner);
    drop(done);
    if start && !start_thread() && lock(&ERRANDS.inner).threads == 0 {
        here();
    }
}

/// If none can be started the watch tries again.
fn start_thread() -> bool {
    let started = thread::Builder::new()
        .name("threader-errands".to_owned())
        .spawn(work);
    if started.is_err() {
        lock(&ERRANDS.inner).threads -= 1;
    }
    started.is_ok()
}

fn work() {
    let mut inner = lock(&ERRANDS.inner);
    loop {
        if let Some(errand) = inner.queue.pop_front() {
            inner.taken += 1;
            drop(inner);
            user_code::guarded(errand);
            inner = lock(&ERRANDS.inner);
            continue;
        }
        inner.idle += 1;
        let (guard, over) = wait_for(&ERRANDS.added, inner, LINGER);
        inner = guard;
        inner.idle -= 1;
        if over && inner.queue.is_empty() {
            inner.threads -= 1;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn an_errand_that_blocks_holds_up_no_other() {
        let (unblock, blocked) = mpsc::channel::<()>();
        let (done, ends) = mpsc::channel();
        run(Box::new(move || {
            let _ = blocked.recv();
        }));
        for number in 0..3 {
            let done = done.clone();
            run(Box::new(move || done.send(number).unwrap()));
        }
        let mut seen: Vec<u32> = ends.iter().take(3).collect();
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2]);
        unblock.send(()).unwrap();
    }

    #[test]
    fn an_errand_that_panics_ends_alone() {
        let (done, ends) = mpsc::channel();
        run(Box::new(|| panic!("an errand's own")));
        run(Box::new(move || done.send(()).unwrap()));
        ends.recv().unwrap();
    }
}
