//! Clocks.
#![allow(unused)]

use std::time::{self, Duration, Instant, SystemTime, UNIX_EPOCH};

mod chrono {
    pub struct Utc;
    impl Utc {
        pub fn now() -> i64 {
            0
        }
    }
    pub struct Local;
    impl Local {
        pub fn now() -> i64 {
            0
        }
    }
}
mod jiff {
    pub struct Zoned;
    impl Zoned {
        pub fn now() -> i64 {
            0
        }
    }
}
mod web_time {
    pub use std::time::Instant;
}
use chrono::Local;

#[threader::task]
fn instant(limit: u64) -> bool {
    let start = std::time::Instant::now();
    start > start + Duration::from_secs(limit)
}

#[threader::pure]
fn by_name() -> Instant {
    Instant::now()
}

#[threader::pure]
fn by_module() -> Instant {
    time::Instant::now()
}

#[threader::pure]
fn since_epoch() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[threader::pure]
fn how_long(start: Instant) -> Duration {
    start.elapsed()
}

#[threader::pure]
fn how_long_of_system_time(start: SystemTime) -> bool {
    start.elapsed().is_ok()
}

#[threader::pure]
fn as_a_value(start: Option<Instant>) -> Instant {
    start.unwrap_or_else(Instant::now)
}

#[threader::pure]
fn renamed() -> Instant {
    use std::time::Instant as Moment;
    Moment::now()
}

#[threader::pure]
fn of_chrono() -> i64 {
    chrono::Utc::now()
}

#[threader::pure]
fn of_chrono_here() -> i64 {
    Local::now()
}

#[threader::pure]
fn of_jiff() -> i64 {
    jiff::Zoned::now()
}

#[threader::pure]
fn in_the_web() -> Instant {
    web_time::Instant::now()
}

fn main() {}
