//! Parameters that cannot travel, each reported at its smallest token.

use std::borrow::Cow;
use std::fmt::Display;

#[threader::task]
fn changes(values: &mut Vec<u8>) {}

#[threader::task]
fn changes_inside(values: Option<&mut u8>) {}

#[threader::task]
fn borrows_for_ever(text: &'static str) {}

#[threader::task]
fn borrows_inside(words: &[&str]) {}

#[threader::task]
fn borrows_maybe(value: Option<&u8>) {}

#[threader::task]
fn has_a_lifetime<'a>(text: Cow<'a, str>, other: &Cow<'_, str>) {}

#[threader::task]
fn takes_any_display(value: impl Display + Send) {}

#[threader::task]
fn takes_an_object(value: &dyn Display) {}

#[threader::task]
fn takes_a_box(values: Vec<Box<dyn Fn(&u8) -> u8 + Send>>) {}

#[threader::task]
fn takes_a_function(f: fn(&u8) -> u8) {}

#[threader::task]
fn takes_a_pointer(data: *const u8, out: &[*mut u8]) {}

#[threader::task]
fn takes_a_part(#[cfg(unix)] x: u8) {}

#[threader::task]
fn bounds_a_lifetime<'a, 'b: 'a, T: 'a + Clone>(a: &'a T, b: &'b T)
where
    &'b T: Clone,
{
}

fn main() {}
