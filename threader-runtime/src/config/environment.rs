//! What operators set from outside: `THREADER_MAX_WORKERS` and its like.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::time::Duration;

use crate::sync::plain::{Mutex, lock};

/// The variables of the environment, or what stands in for them.
pub(super) struct Environment<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Environment<'static> {
    /// Those of this program. A page has none.
    pub(super) fn of_the_program() -> Self {
        #[cfg(target_family = "wasm")]
        return Environment(&crate::backend::worker::variable);
        #[cfg(not(target_family = "wasm"))]
        Environment(&|name| std::env::var(name).ok())
    }
}

impl Environment<'_> {
    pub(super) fn count<N: std::str::FromStr<Err: Display>>(&self, name: &str) -> Option<N> {
        self.read(name, |text| {
            let why = |error| format!("not a number that can be: {error}");
            text.parse().map_err(why)
        })
    }

    pub(super) fn choice<C: std::str::FromStr<Err = String>>(&self, name: &str) -> Option<C> {
        self.read(name, str::parse)
    }

    pub(super) fn duration(&self, name: &str) -> Option<Duration> {
        self.read(name, |text| {
            duration(text).ok_or_else(|| "no time: write `250ms`, `10s`, `1m` or `1h`".to_owned())
        })
    }

    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        self.read(name, |text| match text {
            "1" | "true" => Ok(true),
            "0" | "false" => Ok(false),
            _ => Err("neither `1` nor `0`".to_owned()),
        })
    }

    /// `None` for a variable that is not set or empty. One that cannot be read is as if it were not set, and that is said.
    fn read<T>(&self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = (self.0)(name)?;
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        parse(text)
            .map_err(|why| say_once(name, &format!("threader: {name}={text} is {why}; ignored")))
            .ok()
    }
}

/// A whole number and a unit, as in the attribute's `timeout = "10s"`.
fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    match &text[digits..] {
        "ns" => Some(Duration::from_nanos(number)),
        "us" => Some(Duration::from_micros(number)),
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

fn say_once(name: &str, text: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if lock(&SAID).insert(name.to_owned()) {
        #[cfg(not(target_family = "wasm"))]
        crate::sync::warn(format_args!("{text}"));
        #[cfg(target_family = "wasm")]
        web_sys::console::warn_1(&text.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_and_a_unit() {
        let read = ["250ms", "10s", "1m", "2h", "5us", "7ns"].map(duration);
        let times = [
            250_000_000,
            10_000_000_000,
            60_000_000_000,
            7_200_000_000_000,
            5_000,
            7,
        ];
        assert_eq!(read, times.map(|time| Some(Duration::from_nanos(time))));
        let wrong = [
            "",
            "10",
            "s",
            "1.5s",
            "-1s",
            "10 s",
            "1d",
            "99999999999999999999s",
        ];
        assert_eq!(wrong.map(duration), [None; 8]);
        assert_eq!(duration("18446744073709551615h"), None);
    }

    #[test]
    fn what_cannot_be_read_is_as_if_it_were_not_set() {
        let environment = Environment(&|name| match name {
            "GOOD" => Some(" 3 ".to_owned()),
            "BAD" => Some("three".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        });
        assert_eq!(environment.count::<usize>("GOOD"), Some(3));
        for name in ["BAD", "EMPTY", "ABSENT"] {
            assert_eq!(environment.count::<usize>(name), None);
        }
        assert_eq!(environment.duration("GOOD"), None);
        assert_eq!(environment.switch("GOOD"), None);
    }
}
