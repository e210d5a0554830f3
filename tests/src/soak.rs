//! A long run of small tasks some of which panic, hang or are cancelled: each settles once and as it should, and the memory that the
//! program holds does not grow.
//!
//! That memory is what the system gives the process; of a page, the processes in which the browser runs its pages and their workers. It is
//! looked at after each round, when all workers are up. Garbage only ever adds to what is held, and not every engine collects it when asked: of
//! several looks the lowest counts. The *first plateau* is that of the second quarter of the rounds. The first quarter is the way up: a
//! thread's first allocations, caches and compiled code are had once, however many workers follow, and by then some hundreds have. What is
//! compared with it comes *after the last replacement*: rounds of the same length whose tasks only return.
//!
//! What an engine takes in advance is not held: V8 doubles the space for new objects now and then in each thread, in steps of up to
//! 16 MiB, with objects in it or not. `cargo xtask soak` starts the engines so that it does not.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use threader::{ErrorKind, Pool, Status, all, spawn};

use crate::Wrong;
use crate::host::{self, until, within};
use crate::tasks::failing::panic_with_text;
use crate::tasks::{add, spin};

/// Tasks that are open at one time.
const WINDOW: usize = 64;
/// After each the pool is idle and the memory is looked at.
const ROUNDS: u64 = 20;
/// As many again in which no worker is lost.
const LAST_ROUNDS: u64 = 5;
/// What it may have grown by since the first plateau.
const GROWTH: f64 = 1.10;
const TIMEOUT: Duration = Duration::from_millis(50);

/// What became of the tasks, and what they cost.
pub struct Report {
    /// Value, panic, hang, cancel: how many there were.
    planned: [u64; 4],
    /// How many ended as they should.
    settled: [u64; 4],
    wrong: Vec<String>,
    /// After each round, in bytes.
    memory: Vec<f64>,
    /// After each of the last rounds.
    memory_at_the_end: Vec<f64>,
    pool: threader::Metrics,
}

const KINDS: [&str; 4] = ["value", "panic", "hang", "cancel"];

#[derive(Clone, Copy)]
enum Kind {
    Value,
    Panic,
    Hang,
    Cancel,
}

/// 1% panics, 0.1% hangs, 1% cancels; the same ones in each run.
fn kind(n: u64) -> Kind {
    let mixed = (n.wrapping_add(1)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    match (mixed ^ (mixed >> 32)) % 1000 {
        0 => Kind::Hang,
        1..=10 => Kind::Panic,
        11..=20 => Kind::Cancel,
        _ => Kind::Value,
    }
}

/// Runs so many tasks on the pool. `memory` is what the program holds now, in bytes, where that can be told.
pub async fn run(
    pool: &Pool,
    tasks: u64,
    memory: impl AsyncFn() -> Option<f64>,
) -> Result<Report, Wrong> {
    let mut report = Report {
        planned: [0; 4],
        settled: [0; 4],
        wrong: Vec::new(),
        memory: Vec::new(),
        memory_at_the_end: Vec::new(),
        pool: pool.metrics(),
    };
    for round in 0..ROUNDS + LAST_ROUNDS {
        let mut open = FuturesUnordered::new();
        for n in tasks * round / ROUNDS..tasks * (round + 1) / ROUNDS {
            if open.len() >= WINDOW {
                report.take(open.next().await);
            }
            let kind = if round < ROUNDS { kind(n) } else { Kind::Value };
            report.planned[kind as usize] += 1;
            open.push(begin(pool, n, kind));
        }
        while let Some(end) = open.next().await {
            report.take(Some(end));
        }
        whole(pool).await?;
        if round < ROUNDS {
            report.memory.extend(memory().await);
        } else {
            report.memory_at_the_end.extend(memory().await);
        }
    }
    report.pool = pool.metrics();
    Ok(report)
}

/// Returns when all workers that the pool can have are up, those included that take the place of lost ones: each has run something.
async fn whole(pool: &Pool) -> Result<(), Wrong> {
    within(60, "lost workers come back", async {
        loop {
            all!(in pool; for n in 0..WINDOW as i64 => add(n, n)).await?;
            let workers = pool.metrics().workers;
            if workers.len() == pool.workers() && workers.iter().all(|worker| worker.tasks > 0) {
                return Ok(());
            }
        }
    })
    .await?
}

type End = Pin<Box<dyn Future<Output = (Kind, Result<(), String>)>>>;

/// Starts the task, and says in the end whether it came to what it should.
fn begin(pool: &Pool, n: u64, kind: Kind) -> End {
    match kind {
        Kind::Value => {
            let handle = spawn!(in pool; add(n as i64, 1));
            Box::pin(async move {
                let end = match handle.await {
                    Ok(value) if value == n as i64 + 1 => Ok(()),
                    other => Err(format!("task {n} should give {}: {other:?}", n + 1)),
                };
                (kind, end)
            })
        }
        Kind::Panic => {
            let handle = spawn!(in pool; panic_with_text(format!("soaked {n}")));
            Box::pin(async move {
                let end = match handle.await {
                    Err(error)
                        if error.kind() == ErrorKind::Panicked
                            && error.message() == format!("soaked {n}") =>
                    {
                        Ok(())
                    }
                    other => Err(format!("task {n} should panic: {other:?}")),
                };
                (kind, end)
            })
        }
        Kind::Hang => {
            let handle = spawn!(in pool; spin(u64::MAX).timeout(TIMEOUT));
            Box::pin(async move {
                let end = match handle.await {
                    Err(error) if error.kind() == ErrorKind::TimedOut => Ok(()),
                    other => Err(format!("task {n} should time out: {other:?}")),
                };
                (kind, end)
            })
        }
        Kind::Cancel => {
            let handle = spawn!(in pool; spin(u64::MAX));
            let control = handle.control();
            // Half of them before they begin, half of them later.
            if n.is_multiple_of(2) {
                control.cancel();
            }
            Box::pin(async move {
                let running = until("a task that is to be cancelled begins", || {
                    control.status() != Status::Pending
                })
                .await;
                control.cancel();
                let end = match (running, handle.await) {
                    (Ok(()), Err(error)) if error.kind() == ErrorKind::Cancelled => Ok(()),
                    (running, other) => Err(format!(
                        "task {n} should be cancelled: {running:?} {other:?}"
                    )),
                };
                (kind, end)
            })
        }
    }
}

impl Report {
    fn take(&mut self, end: Option<(Kind, Result<(), String>)>) {
        match end {
            Some((kind, Ok(()))) => self.settled[kind as usize] += 1,
            Some((_, Err(text))) => self.wrong.push(text),
            None => {}
        }
    }

    /// Whether the memory is known.
    pub fn looked_at_memory(&self) -> bool {
        !self.memory.is_empty()
    }

    /// What is not as it should be.
    pub fn complaint(&self) -> Option<String> {
        if let Some(first) = self.wrong.first() {
            return Some(format!(
                "{} tasks ended otherwise: {first}",
                self.wrong.len()
            ));
        }
        if self.settled != self.planned {
            return Some(format!(
                "{:?} settled and not {:?}",
                self.settled, self.planned
            ));
        }
        let pool = &self.pool;
        let [_, panics, hangs, cancels] = self.planned;
        let ends = pool.completed + pool.failed + pool.timed_out + pool.cancelled;
        if (pool.failed, pool.timed_out, pool.cancelled) != (panics, hangs, cancels)
            || ends != pool.submitted
        {
            return Some(format!("the pool counted otherwise: {pool:?}"));
        }
        self.plateaus()
            .filter(|(first, last)| *last > first * GROWTH)
            .map(|_| "the memory has grown".to_owned())
    }

    /// The memory at the first plateau and at the end, where it is known.
    fn plateaus(&self) -> Option<(f64, f64)> {
        let quarter = self.memory.len() / 4;
        let lowest = |looks: &[f64]| looks.iter().copied().reduce(f64::min);
        Some((
            lowest(self.memory.get(quarter..2 * quarter)?)?,
            lowest(&self.memory_at_the_end)?,
        ))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<18} {:>10} {:>10}", "tasks", "planned", "so ended")?;
        for (index, kind) in KINDS.iter().enumerate() {
            writeln!(
                f,
                "{kind:<18} {:>10} {:>10}",
                self.planned[index], self.settled[index]
            )?;
        }
        let pool = &self.pool;
        for (what, count) in [
            ("workers started", pool.workers_started),
            ("workers lost", pool.workers_lost),
            ("workers replaced", pool.workers_replaced),
            ("detached", pool.detached),
        ] {
            writeln!(f, "{what:<18} {count:>10}")?;
        }
        if let Some((first, last)) = self.plateaus() {
            let mib = |bytes: f64| bytes / f64::from(1 << 20);
            writeln!(f, "{:<18} {:>8.1} MiB", "first plateau", mib(first))?;
            writeln!(f, "{:<18} {:>8.1} MiB", "at the end", mib(last))?;
            writeln!(
                f,
                "{:<18} {:>+9.1} %",
                "growth",
                (last / first - 1.0) * 100.0
            )?;
        }
        Ok(())
    }
}

/// The program's own run, as long as asked for; the lines are those of the suite.
pub async fn program(pool: Pool, tasks: u64) -> bool {
    let start = host::milliseconds();
    let name = format!("{}::soak", pool.backend());
    host::say(&format!("run {name}"));
    let memory = async || {
        let memory = host::memory().await;
        // A sign of life, too.
        host::say(&format!(
            "  idle, with {:.1} MiB",
            memory.unwrap_or(0.0) / f64::from(1 << 20)
        ));
        memory
    };
    let complaint = match run(&pool, tasks, memory).await {
        Ok(report) => {
            for line in report.to_string().lines() {
                host::say(line);
            }
            report.complaint().or_else(|| {
                (!report.looked_at_memory()).then(|| "the memory is not known here".to_owned())
            })
        }
        Err(error) => Some(error.to_string()),
    };
    let seconds = (host::milliseconds() - start) / 1000.0;
    host::say(&format!("{:<18} {seconds:>8.1} s", "took"));
    let (outcome, failed) = match &complaint {
        None => ("ok".to_owned(), 0),
        Some(text) => (format!("FAILED: {}", text.replace('\n', "\\n")), 1),
    };
    host::say(&format!("test {name} ... {outcome}"));
    host::say(&format!(
        "suite finished: {} passed, {failed} failed, 0 not applicable",
        1 - failed
    ));
    complaint.is_none()
}
