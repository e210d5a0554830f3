//! What will happen in one simulation, before it happens: everything that is not the scheduler's choice.
//!
//! Times are microseconds. A plan is data, so that it can be printed, edited, run again and made smaller.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::scheduler::Settings;
use crate::job::JobKey;
use crate::terms::{Priority, Terms};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Plan {
    /// Of the delays of messages and timers.
    pub(super) seed: u64,
    pub(super) pool: Pool,
    pub(super) tasks: Vec<Task>,
    /// What becomes of the first worker, the second, and so on; those behind the last are well.
    pub(super) workers: Vec<Fate>,
    pub(super) timers: Timers,
    /// The owner's thread is busy from the first time for the second: nothing reaches the scheduler.
    pub(super) blocked: Vec<(u64, u64)>,
    /// What a worker said before it was stopped is heard afterwards.
    pub(super) late_messages: bool,
    /// A death is heard of before what the worker said before it.
    pub(super) death_overtakes: bool,
    /// How many of a hundred answers never arrive, though their worker lives.
    pub(super) lost_messages: u64,
    /// When the pool is closed. `None`: when all tasks have settled, and some time has passed.
    pub(super) close_at: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Pool {
    pub(super) max: usize,
    pub(super) min: usize,
    pub(super) prewarm: bool,
    pub(super) keep_alive: Option<u64>,
    pub(super) start_timeout: u64,
    pub(super) cancel_grace: u64,
    pub(super) aging: u64,
    pub(super) heartbeat: Option<u64>,
    pub(super) memory_limit: Option<u64>,
    pub(super) behind: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Task {
    pub(super) key: JobKey,
    pub(super) at: u64,
    /// 0 is low, 1 normal, 2 high.
    pub(super) level: u64,
    pub(super) timeout: Option<u64>,
    pub(super) deadline: Option<u64>,
    pub(super) retries: u32,
    /// How long after its submission it is cancelled.
    pub(super) cancel: Option<u64>,
    /// Its frame cannot be made or posted.
    pub(super) unsendable: bool,
    /// What its attempts do; those behind the last do what the last does. None: it takes a millisecond.
    pub(super) runs: Vec<Run>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Run {
    pub(super) took: u64,
    pub(super) end: Outcome,
    /// By how many bytes the worker grows.
    pub(super) memory: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) enum Outcome {
    #[default]
    Value,
    Panics,
    /// Panics where that ends the worker, after it has posted the text.
    Aborts,
    Crashes,
    Hangs,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Fate {
    pub(super) start: Start,
    pub(super) death: Option<Death>,
    /// The longest that a message takes, each way.
    pub(super) latency: u64,
    /// It shares memory with its owner: when it dies, what it was in is known.
    pub(super) shares: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Start {
    Ready(u64),
    Fails(u64),
    Never,
}

/// The end of a worker that no task caused.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Death {
    /// After it was up.
    pub(super) after: u64,
    /// Whether somebody says so, or it just answers no more.
    pub(super) said: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Timers {
    /// How many of a hundred fire early.
    pub(super) early: u64,
    /// How late one may fire.
    pub(super) late: u64,
}

impl Plan {
    /// As text for a command line, without what is as by default.
    pub(super) fn to_json(&self) -> String {
        let value = |plan| serde_json::to_value(plan).expect("a plan is plain data");
        let mut own = value(self);
        without_defaults(&mut own, &value(&Plan::default()));
        let element = |task: serde_json::Result<_>| task.expect("a plan is plain data");
        let defaults = [
            ("tasks", element(serde_json::to_value(Task::default()))),
            ("workers", element(serde_json::to_value(Fate::default()))),
        ];
        for (field, default) in defaults {
            let list = own.get_mut(field).and_then(|list| list.as_array_mut());
            for item in list.into_iter().flatten() {
                without_defaults(item, &default);
            }
        }
        own.to_string()
    }

    pub(super) fn settings(&self) -> Settings {
        let pool = &self.pool;
        Settings {
            max: pool.max,
            min: pool.min,
            prewarm: pool.prewarm,
            keep_alive: pool.keep_alive.map(Duration::from_micros),
            start_timeout: Duration::from_micros(pool.start_timeout),
            cancel_grace: Duration::from_micros(pool.cancel_grace),
            aging: Duration::from_micros(pool.aging),
            heartbeat: pool.heartbeat.map(Duration::from_micros),
            memory_limit: pool.memory_limit,
            behind: pool.behind,
        }
    }

    pub(super) fn fate(&self, worker: u32) -> Fate {
        let index = worker as usize - 1;
        self.workers.get(index).copied().unwrap_or_default()
    }
}

impl Task {
    pub(super) fn terms(&self) -> Terms {
        Terms {
            priority: [Priority::Low, Priority::Normal, Priority::High][self.level as usize],
            timeout: self.timeout.map(Duration::from_micros),
            deadline: self.deadline.map(Duration::from_micros),
            retries: self.retries,
        }
    }

    /// What it does at the `attempt`th time, counted from 1.
    pub(super) fn run(&self, attempt: u32) -> Run {
        let index = (attempt.max(1) as usize - 1).min(self.runs.len().saturating_sub(1));
        self.runs.get(index).copied().unwrap_or_default()
    }
}

fn without_defaults(value: &mut serde_json::Value, default: &serde_json::Value) {
    let (Some(own), Some(default)) = (value.as_object_mut(), default.as_object()) else {
        return;
    };
    own.retain(|name, value| default.get(name) != Some(value));
    for (name, value) in own {
        if let Some(default) = default.get(name) {
            without_defaults(value, default);
        }
    }
}

impl Default for Pool {
    fn default() -> Self {
        Pool {
            max: 1,
            min: 0,
            prewarm: false,
            keep_alive: None,
            start_timeout: 10_000_000,
            cancel_grace: 100_000,
            aging: 1_000_000,
            heartbeat: None,
            memory_limit: None,
            behind: 64,
        }
    }
}

impl Default for Run {
    fn default() -> Self {
        Run {
            took: 1_000,
            end: Outcome::Value,
            memory: 0,
        }
    }
}

impl Default for Fate {
    fn default() -> Self {
        Fate {
            start: Start::Ready(1_000),
            death: None,
            latency: 0,
            shares: false,
        }
    }
}
