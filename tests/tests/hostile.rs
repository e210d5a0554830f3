//! Random programs of hostile user code. Each makes pools, starts tasks whose bodies, arguments, results, payloads, hooks and wakers panic,
//! block, or call threader again, and cancels, drops, detaches, closes and shuts down in between. Each has to end: everything settles
//! exactly once, the books add up, and nothing is left behind: no value, no thread, no memory.
//!
//! `THREADER_HOSTILE_PROGRAMS` is how many run. `THREADER_HOSTILE_SEED` runs one of them again, by the number that a failure names.

mod random;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use random::{Program, Watch};

/// Counts what is allocated and not freed.
struct Counting;

static BYTES: AtomicI64 = AtomicI64::new(0);

// SAFETY: everything is the system's; the count is beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Programs that run side by side, each on a thread of its own.
const SIDE_BY_SIDE: u64 = 4;
/// After this many programs the suite looks at what is left.
const BATCH: u64 = 500;
/// What a program may leave behind on average, in bytes: nothing, but for what allocators of tables keep.
const LEFT: i64 = 16;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Threads of this process, where the system tells.
fn threads() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/task").ok()?.count())
}

/// Waits until it holds. The time is a guard, far more than it can need.
fn settles(holds: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > Duration::from_secs(30) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

fn run(seeds: std::ops::Range<u64>) {
    let next = AtomicU64::new(seeds.start);
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let watch = Watch::over(seed);
                    if let Err(wrong) = Program::new(seed).run(&watch) {
                        watch.fail(&wrong);
                    }
                }
            });
        }
    });
}

#[test]
fn random_programs_of_hostile_code_end_and_leave_nothing_behind() {
    // Thousands of panics are meant.
    std::panic::set_hook(Box::new(|_| ()));
    if let Some(seed) = number("THREADER_HOSTILE_SEED") {
        return run(seed..seed + 1);
    }
    let programs = number("THREADER_HOSTILE_PROGRAMS").unwrap_or(20_000);
    // The first batch brings what is had once: the timer's thread, tables, caches.
    run(0..BATCH.min(programs));
    let first = threads();
    let bytes = BYTES.load(Ordering::Relaxed);
    let forgotten = random::forgotten();
    let mut from = BATCH;
    while from < programs {
        let to = (from + BATCH).min(programs);
        run(from..to);
        let gone = || threads() <= first;
        if !settles(gone) {
            random::give_up(&format!(
                "programs {from} to {to} left threads behind: {first:?} before and {:?} after",
                threads()
            ));
        }
        from = to;
    }
    // A generator that makes nothing of a kind would find nothing.
    let ends = random::ends();
    let few = ["Completed", "Failed", "Cancelled", "TimedOut"]
        .iter()
        .any(|status| ends.get(*status).is_none_or(|count| *count < programs / 10));
    if few {
        random::give_up(&format!(
            "{programs} programs had tasks that ended so: {ends:?}"
        ));
    }
    println!("{programs} programs, and their tasks ended so: {ends:?}");
    // Payloads whose destructors panic are forgotten, as the runtime of Rust itself does.
    let allowed = LEFT * programs as i64 + 64 * (random::forgotten() - forgotten) as i64 + 100_000;
    let small = || BYTES.load(Ordering::Relaxed) - bytes <= allowed;
    if !settles(small) {
        let grown = BYTES.load(Ordering::Relaxed) - bytes;
        random::give_up(&format!(
            "{programs} programs left {grown} bytes, and {allowed} are allowed"
        ));
    }
}
