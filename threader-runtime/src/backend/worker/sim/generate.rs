//! From a seed to a plan. A seed first decides what kinds of things happen at all, then how often: a plan with everything
//! in it hides what shows up only where little else does.

use super::plan::{Death, Fate, Outcome, Plan, Pool, Run, Start, Task, Timers};
use super::rng::Rng;

impl Plan {
    pub(super) fn generate(seed: u64) -> Plan {
        let rng = &mut Rng::new(seed);
        let habits = Habits::choose(rng);
        let pool = pool(rng, &habits);
        let tasks = tasks(rng, &habits);
        let last = tasks.last().map_or(0, |task| task.at);
        let fates = if habits.faults { 24 } else { 8 };
        let workers = (0..fates).map(|_| fate(rng, &habits)).collect();
        let blocked = match rng.chance(15) {
            true => (0..rng.within(1..=3))
                .map(|_| (rng.within(0..=last + 50_000), rng.spread(1_000..=500_000)))
                .collect(),
            false => Vec::new(),
        };
        Plan {
            seed,
            pool,
            tasks,
            workers,
            timers: Timers {
                early: rng.pick(&[0, 0, 20, 50]),
                late: rng.pick(&[0, 1_000, 5_000, 50_000]),
            },
            blocked,
            late_messages: rng.chance(30),
            death_overtakes: habits.faults && rng.chance(20),
            lost_messages: if habits.faults && rng.chance(20) {
                rng.pick(&[2, 10, 30])
            } else {
                0
            },
            close_at: rng.chance(20).then(|| rng.within(last..=last + 100_000)),
        }
    }
}

/// What kinds of things happen in a plan.
struct Habits {
    faults: bool,
    bad_starts: u64,
    hangs: bool,
    cancels: u64,
    timeouts: bool,
    deadlines: bool,
    retries: bool,
    priorities: bool,
    memory: bool,
    /// The shortest and the longest that an attempt takes.
    took: (u64, u64),
    latency: u64,
}

impl Habits {
    fn choose(rng: &mut Rng) -> Habits {
        let faults = rng.chance(50);
        Habits {
            faults,
            bad_starts: if rng.chance(25) {
                rng.pick(&[10, 30, 80])
            } else {
                0
            },
            hangs: rng.chance(25),
            cancels: if rng.chance(40) {
                rng.pick(&[5, 30, 60])
            } else {
                0
            },
            timeouts: rng.chance(40),
            deadlines: rng.chance(35),
            retries: rng.chance(50),
            priorities: rng.chance(60),
            memory: rng.chance(20),
            took: rng.pick(&[
                (5, 100),
                (50, 1_000),
                (5, 50_000),
                (1_000, 5_000),
                (5_000, 80_000),
            ]),
            latency: rng.pick(&[0, 50, 500, 5_000]),
        }
    }
}

fn pool(rng: &mut Rng, habits: &Habits) -> Pool {
    let max = rng.pick(&[1, 1, 2, 2, 3, 4, 8]);
    Pool {
        max,
        min: if rng.chance(25) {
            rng.within(0..=max as u64) as usize
        } else {
            0
        },
        prewarm: rng.chance(15),
        keep_alive: rng.chance(25).then(|| rng.spread(1_000..=1_000_000)),
        start_timeout: rng.spread(20_000..=10_000_000),
        cancel_grace: rng.pick(&[0, 1_000, 20_000, 250_000]),
        aging: rng.pick(&[0, 1_000, 30_000, 1_000_000]),
        heartbeat: rng.chance(25).then(|| rng.spread(20_000..=2_000_000)),
        memory_limit: habits.memory.then_some(1_000),
        behind: rng.pick(&[0, 1, 64, 64, 64]),
    }
}

fn tasks(rng: &mut Rng, habits: &Habits) -> Vec<Task> {
    let count = rng.pick(&[1, 2, 4, 8, 16, 30, 60]);
    let pause = rng.pick(&[0, 0, 100, 2_000, 30_000]);
    let mut at = 0;
    (1..=rng.within(1..=count))
        .map(|key| {
            if rng.chance(50) {
                at += rng.within(0..=pause);
            }
            task(rng, habits, key, at)
        })
        .collect()
}

fn task(rng: &mut Rng, habits: &Habits, key: u64, at: u64) -> Task {
    let runs = (0..rng.within(1..=3)).map(|_| run(rng, habits)).collect();
    let (short, long) = (habits.took.0.max(100), habits.took.1 * 10);
    Task {
        key,
        at,
        level: if habits.priorities {
            rng.within(0..=2)
        } else {
            1
        },
        timeout: (habits.timeouts && rng.chance(50)).then(|| rng.spread(short..=long)),
        deadline: (habits.deadlines && rng.chance(50)).then(|| rng.spread(short..=long * 10)),
        retries: if habits.retries {
            rng.within(0..=3) as u32
        } else {
            0
        },
        cancel: rng.chance(habits.cancels).then(|| {
            if rng.chance(20) {
                0
            } else {
                rng.spread(10..=200_000)
            }
        }),
        unsendable: rng.chance(1),
        runs,
    }
}

fn run(rng: &mut Rng, habits: &Habits) -> Run {
    let end = match rng.within(0..=99) {
        0..=4 if habits.faults => Outcome::Crashes,
        5..=6 if habits.faults => Outcome::Aborts,
        7..=10 => Outcome::Panics,
        11..=15 if habits.hangs => Outcome::Hangs,
        _ => Outcome::Value,
    };
    Run {
        took: rng.spread(habits.took.0..=habits.took.1),
        end,
        memory: if habits.memory {
            rng.within(0..=600)
        } else {
            0
        },
    }
}

fn fate(rng: &mut Rng, habits: &Habits) -> Fate {
    let start = if rng.chance(habits.bad_starts) {
        match rng.chance(80) {
            true => Start::Fails(rng.spread(100..=100_000)),
            false => Start::Never,
        }
    } else {
        Start::Ready(rng.spread(100..=100_000))
    };
    let death = (habits.faults && rng.chance(30)).then(|| Death {
        after: rng.spread(10..=1_000_000),
        said: rng.chance(75),
    });
    Fate {
        start,
        death,
        latency: habits.latency,
        shares: rng.chance(50),
    }
}
