//! Times as data.
#![allow(unused)]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[threader::task]
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[threader::pure]
fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[threader::pure]
fn between(start: Instant, end: Instant) -> Duration {
    end.saturating_duration_since(start)
}

#[threader::pure]
fn longest(durations: &[Duration]) -> Duration {
    durations.iter().copied().max().unwrap_or(Duration::ZERO)
}

#[threader::pure]
fn frames(time: Duration, rate: f64) -> u64 {
    (time.as_secs_f64() * rate) as u64
}

#[threader::pure]
fn now(ticks: &[u64]) -> u64 {
    ticks.last().copied().unwrap_or(0)
}

#[threader::pure]
fn calls_its_own(ticks: &[u64]) -> u64 {
    now(ticks)
}

struct Clock {
    ticks: u64,
    elapsed: u64,
}

#[threader::pure]
impl Clock {
    fn tick(&mut self) -> u64 {
        self.ticks += 1;
        self.elapsed += 1;
        self.now()
    }

    fn now(&self) -> u64 {
        self.ticks
    }

    fn elapsed(&self) -> u64 {
        self.elapsed
    }

    fn both(&self) -> u64 {
        self.now() + self.elapsed()
    }
}

#[threader::pure]
fn simulated(clock: &Clock) -> u64 {
    clock.elapsed() + clock.now()
}

#[threader::pure(allow(time))]
fn agreed(start: Instant) -> Duration {
    Instant::now() - start + start.elapsed()
}

fn main() {
    assert_eq!(seconds(at(7)), 7);
}
