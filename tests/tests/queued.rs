//! How much memory a queued task takes, in a process of its own: every byte of the program counts.

use threader::{Config, Pool, Status, all, fire, spawn};
use threader_tests::held;
use threader_tests::tasks::{begin_and_spin, spin};

#[global_allocator]
static COUNTING: held::Counting = held::Counting;

const TASKS: u64 = 100_000;
/// Of a task with a number as its argument, its place in the queue and in its batch included.
const MOST_BYTES: usize = 250;

#[test]
fn a_queued_task_is_small_and_leaves_nothing_when_it_is_cancelled() {
    let pool = Pool::new(Config::new().max_workers(1));
    let busy = spawn!(in &pool; begin_and_spin(u64::MAX));
    while busy.control().status() == Status::Pending {
        std::thread::yield_now();
    }
    let held = || held::bytes().expect("the allocator counts");

    let before = held();
    let queued = all!(in &pool; for n in 0..TASKS => spin(n));
    let each = (held() - before) / TASKS as usize;
    println!("{each} bytes for each task of `all!`");
    assert!(each <= MOST_BYTES, "{each} bytes for each task of `all!`");

    drop(queued);
    let left = held().saturating_sub(before) / TASKS as usize;
    assert_eq!(left, 0, "bytes left for each task");

    let before = held();
    fire!(in &pool; for n in 0..TASKS => spin(n));
    let each = (held() - before) / TASKS as usize;
    println!("{each} bytes for each task of `fire!`");
    assert!(each <= MOST_BYTES, "{each} bytes for each task of `fire!`");
    pool.shutdown();
    let left = held().saturating_sub(before) / TASKS as usize;
    assert_eq!(left, 0, "bytes left for each task");
}
