//! Results whose error cannot travel back.

use std::io;
use std::num::ParseIntError;

struct Plain;

#[threader::task]
fn parse(text: &str) -> Result<u32, ParseIntError> {
    text.parse()
}

#[threader::task]
fn neither(text: &str) -> Result<Plain, Plain> {
    if text.is_empty() { Ok(Plain) } else { Err(Plain) }
}

#[threader::task]
fn by_an_alias(text: &str) -> io::Result<u32> {
    text.parse().map_err(|_| io::ErrorKind::InvalidData.into())
}

fn main() {}
