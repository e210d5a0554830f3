//! The line, its threads, and their ends, in every order. See [`crate::models`].

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use loom::future::block_on;
use loom::thread::{self, JoinHandle};

use super::line::{Hired, Limits, Line, Next};
use crate::group::Group;
use crate::models::model;
use crate::terms::Priority::{High, Low, Normal};

/// How often each job was done, and a mailbox that hears of each.
#[derive(Default)]
struct Done {
    times: [AtomicUsize; 3],
    group: Group,
}

impl Done {
    fn wait(&self, jobs: usize) {
        for _ in 0..jobs {
            block_on(poll_fn(|cx| self.group.poll_next(cx)));
        }
    }

    fn times(&self) -> [usize; 3] {
        [0, 1, 2].map(|job: usize| self.times[job].load(Ordering::Relaxed))
    }
}

fn line(max: usize) -> Arc<Line<usize>> {
    let limits = Limits {
        max,
        min: 0,
        keep_alive: None,
        detached: 4,
    };
    Arc::new(Line::new(limits, Duration::from_secs(1)))
}

fn hire(line: &Arc<Line<usize>>, done: &Arc<Done>, hired: Hired<usize>) -> Vec<JoinHandle<()>> {
    let start = |number| {
        let (line, done) = (Arc::clone(line), Arc::clone(done));
        thread::spawn(move || {
            let key = |job: &usize| *job as u64;
            while let Next::Run(job) = line.next(number, key, || Duration::ZERO) {
                done.times[job].fetch_add(1, Ordering::Relaxed);
                if let Some(waker) = done.group.push(job as u32) {
                    waker.wake();
                }
            }
        })
    };
    hired.numbers.map(start).collect()
}

#[test]
fn every_job_is_done_once_and_the_threads_end() {
    model(|| {
        let (line, done) = (line(2), Arc::new(Done::default()));
        let first = line.add([(Normal, 0), (Low, 1)], Duration::ZERO, |_, _| true);
        let mut threads = hire(&line, &done, first);
        // They may be idle, busy, or not there yet.
        let second = line.add([(High, 2)], Duration::ZERO, |_, _| true);
        threads.extend(hire(&line, &done, second));
        assert!(threads.len() <= 2);
        done.wait(3);
        line.close();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        assert_eq!(done.times(), [1, 1, 1]);
    });
}

#[test]
fn a_thread_that_is_detached_leaves_its_place_to_another() {
    model(|| {
        let (line, done) = (line(1), Arc::new(Done::default()));
        let first = line.add([(Normal, 0)], Duration::ZERO, |_, _| true);
        let mut threads = hire(&line, &done, first);
        let second = line.add([(Normal, 1)], Duration::ZERO, |_, _| true);
        threads.extend(hire(&line, &done, second));
        if let Some((number, hired)) = line.detach(0) {
            assert_eq!(number, 1);
            threads.extend(hire(&line, &done, hired));
        }
        let third = line.add([(Normal, 2)], Duration::ZERO, |_, _| true);
        threads.extend(hire(&line, &done, third));
        line.close();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        assert_eq!(done.times(), [1, 1, 1]);
    });
}

#[test]
fn threads_that_were_started_early_take_what_comes() {
    model(|| {
        let (line, done) = (line(2), Arc::new(Done::default()));
        let threads = hire(&line, &done, line.prewarm());
        assert_eq!(threads.len(), 2);
        let hired = line.add([(Normal, 0)], Duration::ZERO, |_, _| true);
        assert_eq!(hired.numbers.count(), 0);
        done.wait(1);
        line.close();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        assert_eq!(done.times(), [1, 0, 0]);
    });
}
