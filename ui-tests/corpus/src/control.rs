//! Control flow: early returns, `?`, let-else, labels, patterns.

use std::convert::TryFrom;
use std::error::Error;
use std::fmt::{self, Display};
use std::num::ParseIntError;

#[derive(Debug, PartialEq)]
pub enum ConfigError {
    Missing(&'static str),
    Number(ParseIntError),
    Range { value: i64, low: i64, high: i64 },
}

#[threader::pure]
impl From<ParseIntError> for ConfigError {
    fn from(error: ParseIntError) -> Self {
        ConfigError::Number(error)
    }
}

#[threader::pure]
impl Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(out, "no {name}"),
            Self::Number(error) => Display::fmt(error, out),
            Self::Range { value, low, high } => write!(out, "{value} is not in {low}..={high}"),
        }
    }
}

impl Error for ConfigError {}

#[threader::pure]
pub fn in_range(value: i64, low: i64, high: i64) -> Result<i64, ConfigError> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::Range { value, low, high })
    }
}

#[threader::pure]
pub fn port(text: Option<&str>) -> Result<u16, ConfigError> {
    let text = text.ok_or(ConfigError::Missing("port"))?;
    let port = in_range(text.trim().parse()?, 1, 65535)?;
    Ok(port as u16)
}

#[threader::pure]
pub fn any_error(text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let (a, b) = text.split_once('/').ok_or_else(|| "no slash".to_string())?;
    let (a, b) = (a.parse::<u32>()?, b.parse::<u32>()?);
    if b == 0 {
        return Err("division by zero".into());
    }
    Ok(a / b)
}

#[threader::task]
pub fn first_pair(rows: &[Vec<i32>], target: i32) -> Option<(usize, usize, usize)> {
    let found = 'search: {
        for (r, row) in rows.iter().enumerate() {
            for i in 0..row.len() {
                for j in i + 1..row.len() {
                    if row[i] + row[j] == target {
                        break 'search (r, i, j);
                    }
                }
            }
        }
        return None;
    };
    Some(found)
}

#[threader::task]
pub fn bracket_error(text: &str) -> Option<usize> {
    let mut stack = vec![];
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => stack.push((at, c)),
            ')' | ']' | '}' => match (stack.pop(), c) {
                (Some((_, '(')), ')') | (Some((_, '[')), ']') | (Some((_, '{')), '}') => (),
                _ => return Some(at),
            },
            _ => continue,
        }
    }
    stack.first().map(|&(at, _)| at)
}

#[threader::pure]
pub fn describe(numbers: &[i32]) -> String {
    match numbers {
        [] => "nothing".to_string(),
        [n @ (0 | 1)] => format!("a bit, {n}"),
        [first, .., last] if first == last => format!("from {first} and back"),
        [first, middle @ .., _] => format!("{first} and {} more", middle.len() + 1),
        &[n] => format!("{n:?} alone"),
    }
}

#[threader::pure]
pub fn quarter(point: (i32, i32)) -> &'static str {
    let (x @ i32::MIN..=i32::MAX, y) = point;
    match (x.signum(), y.signum()) {
        (1, 1) => "north-east",
        (-1, 1) => "north-west",
        (-1, -1) => "south-west",
        (1, -1) => "south-east",
        (0, _) | (_, 0) => "axis",
        _ => unreachable!("signum is one of three"),
    }
}

#[threader::pure]
pub fn grade(points: u8) -> char {
    if let 90.. = points {
        return 'A';
    }
    if let Some(above) = points.checked_sub(50)
        && above >= 20
    {
        'B'
    } else if points >= 50 {
        'C'
    } else {
        'F'
    }
}

#[threader::pure]
pub fn checked_total(values: &[Option<i32>]) -> Option<i32> {
    let mut total = 0i32;
    for value in values {
        let Some(value) = value else { continue };
        total = total.checked_add(*value)?;
    }
    Some(total)
}

#[threader::pure]
pub fn until_stable(mut value: u64) -> (u64, u32) {
    let mut rounds = 0;
    let stable = loop {
        let next = (value + 100 / value.max(1)) / 2;
        rounds += 1;
        if next == value || rounds > 50 {
            break next;
        }
        value = next;
    };
    (stable, rounds)
}

pub struct Even(u32);

#[threader::pure]
impl TryFrom<u32> for Even {
    type Error = u32;

    fn try_from(n: u32) -> Result<Self, u32> {
        if n % 2 == 0 { Ok(Even(n)) } else { Err(n) }
    }
}

#[threader::task]
pub fn halves(numbers: Vec<u32>) -> Result<Vec<u32>, u32> {
    let evens: Vec<Even> = numbers
        .into_iter()
        .map(Even::try_from)
        .collect::<Result<_, _>>()?;
    Ok(evens.into_iter().map(|Even(n)| n / 2).collect())
}

#[threader::task]
pub fn fizz_buzz(until: u32) -> Vec<String> {
    (1..=until)
        .map(|n| match (n % 3, n % 5) {
            (0, 0) => "FizzBuzz".into(),
            (0, _) => "Fizz".into(),
            (_, 0) => "Buzz".into(),
            _ => n.to_string(),
        })
        .collect()
}

#[threader::pure]
pub fn settle(first: Option<i32>, second: Result<i32, String>) -> i32 {
    first
        .or_else(|| second.as_ref().ok().copied())
        .filter(|n| *n > 0)
        .map_or_else(|| second.map_or(-1, |n| n.abs()), |n| n * 2)
}
