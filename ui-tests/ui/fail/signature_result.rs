//! Results that cannot travel back.

use std::borrow::Cow;
use std::error::Error;

#[threader::task]
fn first(text: &str) -> &str {
    text
}

#[threader::task]
fn named<'a>(text: &'a str, other: &str) -> Option<&'a str> {
    Some(text)
}

#[threader::task]
fn constant(x: u8) -> &'static str {
    "a"
}

#[threader::task]
fn elided(text: &str) -> Cow<'_, str> {
    text.into()
}

#[threader::task]
fn changed(bytes: &[u8]) -> &mut [u8] {
    unimplemented!()
}

#[threader::task]
fn iterator(n: u8) -> impl Iterator<Item = u8> {
    0..n
}

#[threader::task]
fn boxed(text: &str) -> Result<u8, Box<dyn Error + Send>> {
    Ok(0)
}

#[threader::task]
fn function() -> fn(u8) -> u8 {
    |x| x
}

#[threader::task]
fn pointer() -> *const u8 {
    std::ptr::null()
}

fn main() {}
