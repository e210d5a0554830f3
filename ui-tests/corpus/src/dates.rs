//! Dates and durations as numbers.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Date {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

#[threader::pure]
pub const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[threader::pure]
pub fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[threader::pure]
pub fn days_since_epoch(Date { year, month, day }: Date) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[threader::task]
pub fn weekday(date: Date) -> u8 {
    (days_since_epoch(date) + 3).rem_euclid(7) as u8
}

#[threader::pure]
impl Date {
    pub const EPOCH: Date = Date {
        year: 1970,
        month: 1,
        day: 1,
    };

    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        ((1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day))
            .then_some(Date { year, month, day })
    }

    pub fn tomorrow(self) -> Self {
        if self.day < days_in_month(self.year, self.month) {
            Date {
                day: self.day + 1,
                ..self
            }
        } else if self.month < 12 {
            Date {
                month: self.month + 1,
                day: 1,
                ..self
            }
        } else {
            Date {
                year: self.year + 1,
                month: 1,
                day: 1,
            }
        }
    }

    pub fn elapsed_days(self, since: Date) -> i64 {
        days_since_epoch(self) - days_since_epoch(since)
    }
}

#[threader::pure]
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day } = self;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[threader::task]
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let (month, day) = parts.next().zip(parts.next())?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?)
}

#[threader::task]
pub fn calendar(from: Date, days: usize) -> Vec<String> {
    std::iter::successors(Some(from), |date| Some(date.tomorrow()))
        .take(days)
        .map(|date| date.to_string())
        .collect()
}

#[threader::task]
pub fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!(
        "{hours:02}:{minutes:02}:{:02}.{:03}",
        seconds % 60,
        duration.subsec_millis()
    )
}

#[threader::pure]
pub fn timestamp(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[threader::task]
pub fn seconds_since(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[threader::pure]
pub fn round_up(time: SystemTime, step: Duration) -> Option<SystemTime> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let steps = since.as_nanos().div_ceil(step.as_nanos().max(1));
    let rounded = u64::try_from(steps.checked_mul(step.as_nanos())?).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(rounded))
}

#[threader::pure]
pub fn backoff(attempt: u32, base: Duration, limit: Duration) -> Duration {
    base.saturating_mul(2u32.saturating_pow(attempt)).min(limit)
}

#[threader::task]
pub fn total(durations: &[Duration]) -> Duration {
    durations.iter().sum::<Duration>() + Duration::ZERO
}
