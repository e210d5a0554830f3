//! Parsing by hand: calculators, CSV, durations, versions, a small JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::iter::Peekable;
use std::net::Ipv4Addr;
use std::str::{Chars, FromStr};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    Operator(char),
    Open,
    Close,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ParseError {
    Unexpected(char),
    UnexpectedEnd,
    Number(String),
}

#[threader::pure]
impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Unexpected(c) => write!(f, "unexpected `{c}`"),
            ParseError::UnexpectedEnd => f.write_str("unexpected end"),
            Self::Number(text) => write!(f, "`{text}` is no number"),
        }
    }
}

impl std::error::Error for ParseError {}

#[threader::pure]
fn take_number(chars: &mut Peekable<Chars<'_>>) -> Result<f64, ParseError> {
    let mut text = String::new();
    while let Some(&c) = chars.peek() {
        if c.is_ascii_digit() || c == '.' {
            text.push(c);
            chars.next();
        } else {
            break;
        }
    }
    text.parse().map_err(|_| ParseError::Number(text))
}

#[threader::pure]
pub fn tokenize(input: &str) -> Result<Vec<Token>, ParseError> {
    let mut tokens = Vec::new();
    let mut chars = input.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            ' ' => drop(chars.next()),
            '0'..='9' | '.' => tokens.push(Token::Number(take_number(&mut chars)?)),
            '+' | '-' | '*' | '/' => {
                tokens.push(Token::Operator(c));
                chars.next();
            }
            '(' | ')' => {
                tokens.push(if c == '(' { Token::Open } else { Token::Close });
                chars.next();
            }
            other => return Err(ParseError::Unexpected(other)),
        }
    }
    Ok(tokens)
}

#[threader::pure]
fn sum(tokens: &mut &[Token]) -> Result<f64, ParseError> {
    let mut value = product(tokens)?;
    while let [Token::Operator(op @ ('+' | '-')), rest @ ..] = *tokens {
        *tokens = rest;
        let right = product(tokens)?;
        value = if *op == '+' {
            value + right
        } else {
            value - right
        };
    }
    Ok(value)
}

#[threader::pure]
fn product(tokens: &mut &[Token]) -> Result<f64, ParseError> {
    let mut value = atom(tokens)?;
    while let [Token::Operator(op @ ('*' | '/')), rest @ ..] = *tokens {
        *tokens = rest;
        let right = atom(tokens)?;
        match op {
            '*' => value *= right,
            _ => value /= right,
        }
    }
    Ok(value)
}

#[threader::pure]
fn atom(tokens: &mut &[Token]) -> Result<f64, ParseError> {
    match *tokens {
        [Token::Number(value), rest @ ..] => {
            *tokens = rest;
            Ok(*value)
        }
        [Token::Operator('-'), rest @ ..] => {
            *tokens = rest;
            atom(tokens).map(std::ops::Neg::neg)
        }
        [Token::Open, rest @ ..] => {
            *tokens = rest;
            let value = sum(tokens)?;
            let [Token::Close, rest @ ..] = *tokens else {
                return Err(ParseError::UnexpectedEnd);
            };
            *tokens = rest;
            Ok(value)
        }
        [Token::Close, ..] => Err(ParseError::Unexpected(')')),
        [Token::Operator(c), ..] => Err(ParseError::Unexpected(*c)),
        [] => Err(ParseError::UnexpectedEnd),
    }
}

#[threader::task]
pub fn calculate(input: &str) -> Result<f64, ParseError> {
    let tokens = tokenize(input)?;
    sum(&mut tokens.as_slice())
}

#[threader::task]
pub fn settings(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim().to_string(), value.trim().to_string()))
        .collect()
}

#[threader::pure]
pub fn csv_fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => {
                chars.next();
                fields.last_mut().unwrap().push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => fields.push(String::new()),
            (c, _) => fields.last_mut().expect("starts with one").push(c),
        }
    }
    fields
}

#[threader::task]
pub fn duration(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| c.is_alphabetic())?;
    let (amount, unit) = text.split_at(unit_at);
    let amount: u64 = amount.trim().parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(amount)),
        "s" => Some(Duration::from_secs(amount)),
        "m" => amount.checked_mul(60).map(Duration::from_secs),
        "h" => Some(Duration::from_secs(amount.checked_mul(3600)?)),
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
pub struct Version(pub u32, pub u32, pub u32);

#[threader::pure]
impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.trim_start_matches('v').split('.').collect();
        let &[major, minor, patch] = parts.as_slice() else {
            return Err(format!("`{text}` has {} parts", parts.len()));
        };
        let number = |part: &str| part.parse().map_err(|e| format!("{part}: {e}"));
        Ok(Version(number(major)?, number(minor)?, number(patch)?))
    }
}

#[threader::pure]
pub fn newest(versions: &[&str]) -> Option<Version> {
    versions
        .iter()
        .flat_map(|text| Version::from_str(text))
        .max()
}

#[threader::pure]
pub fn in_network(address: Ipv4Addr, network: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let (base, bits) = network.split_once('/').ok_or("no prefix length")?;
    let base: Ipv4Addr = base.parse()?;
    let bits = bits.parse::<u32>()?;
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    Ok(u32::from(address) & mask == u32::from(base) & mask)
}
