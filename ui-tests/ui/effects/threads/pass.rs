//! Locks and counters that stay inside, and names that only look like it.
#![allow(unused)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

#[threader::task]
fn counts(values: &[u32]) -> u32 {
    let counter = AtomicU32::new(0);
    for value in values {
        counter.fetch_add(*value, Ordering::Relaxed);
    }
    counter.load(Ordering::SeqCst)
}

#[threader::pure]
fn locks(values: &[u32]) -> u32 {
    let sum = Arc::new(Mutex::new(0));
    let add = {
        let sum = Arc::clone(&sum);
        move |value: &u32| *sum.lock().unwrap() += value
    };
    values.iter().for_each(add);
    let total = *sum.lock().unwrap();
    total
}

#[threader::pure]
fn reads_and_writes(x: u32) -> u32 {
    let lock = RwLock::new(x);
    *lock.write().unwrap() += 1;
    *lock.read().unwrap()
}

#[threader::pure]
fn once(x: u32) -> u32 {
    let cell = OnceLock::new();
    *cell.get_or_init(|| x)
}

#[threader::pure]
fn spawn(monsters: &mut Vec<u8>, kind: u8) {
    monsters.push(kind);
}

#[threader::pure]
fn populates(thread: u8) -> Vec<u8> {
    let mut monsters = vec![];
    spawn(&mut monsters, thread);
    monsters
}

#[threader::pure]
fn joins(words: &[&str]) -> String {
    let sleep = words.join(" ");
    let scope = |text: &str| text.len();
    format!("{sleep} {}", scope(&sleep))
}

struct Pool {
    tasks: Vec<u32>,
}

#[threader::pure]
impl Pool {
    fn spawn(&mut self, task: u32) {
        self.tasks.push(task);
    }

    fn join(self) -> u32 {
        self.tasks.into_iter().sum()
    }
}

#[threader::pure]
fn adds_up(tasks: &[u32]) -> u32 {
    let mut pool = Pool { tasks: vec![] };
    tasks.iter().for_each(|task| pool.spawn(*task));
    pool.join()
}

#[threader::task]
fn reports(items: &[u64]) -> u64 {
    let mut sum = 0;
    for (done, item) in items.iter().enumerate() {
        threader::progress(done as u64, items.len() as u64);
        sum += item;
    }
    sum
}

#[threader::pure(allow(threads))]
fn agreed(x: u32) -> u32 {
    std::thread::spawn(move || x).join().unwrap()
}

fn main() {
    assert_eq!(counts(&[1, 2]), 3);
    assert_eq!(agreed(1), 1);
}
