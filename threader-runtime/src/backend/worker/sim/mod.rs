//! The scheduler in a world made of chance: a clock, tasks, workers that die, messages that are late. After each of its
//! answers everything it promises is checked. docs/simulation.md says what, and how a failure is replayed.
//!
//! A seed becomes a [`plan`], a [`world`] carries it out, the [`oracle`] watches, [`shrink`] makes a plan that failed
//! smaller, [`report`] prints it. Nothing here reads the scheduler's code or its private state.

mod generate;
mod oracle;
mod plan;
mod report;
mod rng;
mod shrink;
mod worker;
mod world;

use std::collections::BTreeMap;
use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use oracle::{Broken, Seen};
use plan::Plan;
use world::{Run, World};

/// How many seeds `cargo test` tries; `cargo xtask test` and `cargo xtask sim` ask for more.
const SEEDS: u64 = 500;
/// From so many seeds on, everything that can happen has to have happened.
const ENOUGH: u64 = 5_000;

#[test]
fn the_scheduler_keeps_its_promises() {
    if let Ok(json) = env::var("THREADER_SIM_PLAN") {
        let plan: Plan = serde_json::from_str(&json).expect("THREADER_SIM_PLAN is no plan");
        return report::replay(&plan);
    }
    let first = number("THREADER_SIM_SEED").unwrap_or(1);
    let count = number("THREADER_SIM_SEEDS").unwrap_or(SEEDS);
    let found = search(first, count);
    for (seed, broken) in found.broken.values() {
        report::explain(&Plan::generate(*seed), broken);
    }
    println!("{} seeds, {} steps", found.seeds, found.steps);
    let rows = found.seen.rows();
    if count > 1 {
        rows.iter()
            .for_each(|(what, times)| println!("{times:>10} {what}"));
    }
    let rules: Vec<_> = found.broken.keys().collect();
    assert!(rules.is_empty(), "broken promises: {rules:?}");
    let never: Vec<_> = rows.iter().filter(|(_, times)| *times == 0).collect();
    assert!(
        count < ENOUGH || never.is_empty(),
        "never happened: {never:?}"
    );
}

#[test]
fn the_same_seed_makes_the_same_world() {
    for seed in 1..100 {
        let plan = Plan::generate(seed);
        assert_eq!(
            report::trace(&run(&plan)),
            report::trace(&run(&plan)),
            "seed {seed}"
        );
    }
}

#[test]
fn a_plan_survives_its_way_through_a_command_line() {
    for seed in 1..200 {
        let plan = Plan::generate(seed);
        let back: Plan = serde_json::from_str(&plan.to_json()).unwrap();
        assert_eq!(plan, back);
    }
    assert_eq!(Plan::default().to_json(), "{}");
}

#[test]
fn a_plan_is_made_as_small_as_what_fails_allows() {
    let needs = |plan: &Plan| {
        let cancelled = |task: &plan::Task| task.cancel.is_some();
        plan.pool.max >= 2 && plan.tasks.iter().filter(|task| cancelled(task)).count() >= 2
    };
    let plan = (1..)
        .map(Plan::generate)
        .find(|plan| needs(plan) && plan.tasks.len() > 9);
    let small = shrink::shrink(plan.unwrap(), |plan| (needs(plan), 1));
    assert_eq!(
        (small.tasks.len(), small.pool.max, small.workers.len()),
        (2, 2, 0)
    );
    let bare = small
        .tasks
        .iter()
        .all(|task| task.runs.is_empty() && task.retries == 0);
    assert!(bare, "{small:?}");
}

fn run(plan: &Plan) -> Run {
    World::new(plan).run()
}

#[derive(Default)]
struct Found {
    seeds: u64,
    steps: u64,
    seen: Seen,
    /// For each promise that was broken, the lowest seed that was seen to break it.
    broken: BTreeMap<&'static str, (u64, Broken)>,
}

/// Tries the seeds on all cores; also after a failure, so that the lowest seed of each is found.
fn search(first: u64, count: u64) -> Found {
    let next = AtomicU64::new(0);
    let all = Mutex::new(Found::default());
    let work = || {
        let mut found = Found::default();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                break;
            }
            let seed = first.wrapping_add(index);
            let run = run(&Plan::generate(seed));
            found.seeds += 1;
            found.steps += run.steps.len() as u64;
            found.seen.add(&run.seen);
            if let Some(broken) = run.broken {
                found.broken.entry(broken.rule).or_insert((seed, broken));
            }
        }
        let mut all = all.lock().expect("no worker panics");
        all.seeds += found.seeds;
        all.steps += found.steps;
        all.seen.add(&found.seen);
        for (rule, (seed, broken)) in found.broken {
            let known = all.broken.get(rule).map(|(seed, _)| *seed);
            if known.is_none_or(|known| seed < known) {
                all.broken.insert(rule, (seed, broken));
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    thread::scope(|scope| {
        (1..cores).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    all.into_inner().expect("no worker panics")
}

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
    )
}
