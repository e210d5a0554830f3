//! Threads, pools and waiting.
#![allow(unused)]

use std::thread;
use std::time::Duration;

mod rayon {
    pub fn join<A, B>(a: impl FnOnce() -> A, b: impl FnOnce() -> B) -> (A, B) {
        (a(), b())
    }
    pub trait ParallelIterator {
        fn par_iter(&self) -> std::slice::Iter<'_, u64>;
    }
    impl ParallelIterator for [u64] {
        fn par_iter(&self) -> std::slice::Iter<'_, u64> {
            self.iter()
        }
    }
}
mod tokio {
    pub fn spawn<F: Future>(_: F) {}
}
mod futures {
    pub mod executor {
        pub fn block_on<F: Future>(_: F) {}
    }
}
use rayon::ParallelIterator;

#[threader::task]
fn starts(x: u32) -> u32 {
    std::thread::spawn(move || x + 1).join().unwrap()
}

#[threader::pure]
fn by_its_module(x: u32) -> u32 {
    thread::spawn(move || x + 1).join().unwrap()
}

#[threader::pure]
fn sleeps(x: u32) -> u32 {
    thread::sleep(Duration::from_millis(1));
    x
}

#[threader::pure]
fn scoped(values: &mut [u32]) {
    thread::scope(|scope| {
        scope.spawn(|| values.sort());
    });
}

#[threader::pure]
fn counts_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[threader::pure]
fn which() -> Option<String> {
    thread::current().name().map(str::to_owned)
}

#[threader::pure]
fn names() -> bool {
    thread::Builder::new().spawn(|| ()).is_ok()
}

#[threader::pure]
fn yields() {
    std::thread::yield_now();
}

#[threader::pure]
fn joins(x: u32) -> u32 {
    let (a, b) = rayon::join(|| x + 1, || x + 2);
    a + b
}

#[threader::pure]
fn in_parallel(values: &[u64]) -> u64 {
    values.par_iter().sum()
}

#[threader::pure]
fn detaches() {
    tokio::spawn(async {});
}

#[threader::pure]
fn blocks() {
    futures::executor::block_on(async {});
}

#[threader::pure]
fn sends(x: u32) -> u32 {
    let (sender, receiver) = std::sync::mpsc::channel();
    sender.send(x).unwrap();
    receiver.recv().unwrap()
}

#[threader::pure]
fn renamed() {
    use std::thread::park as wait;
    wait();
}

fn main() {}
