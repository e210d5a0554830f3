//! Functions with errors, called as if they had none: each error is reported once, where it is.
#![deny(warnings)]

use std::borrow::Cow;
use std::error::Error;
use std::sync::{Arc, Mutex};

use threader::{all, spawn};

#[threader::task]
async fn waits(x: u32) -> u32 {
    x
}

#[threader::task]
fn borrows(text: &str) -> &str {
    text
}

#[threader::task]
fn elides(text: &str) -> Cow<'_, str> {
    text.into()
}

#[threader::task]
fn calls(f: impl Fn(u32) -> u32) -> u32 {
    f(1)
}

#[threader::task]
fn calls_any<F: Fn(u32) -> u32>(f: F) -> u32 {
    f(1)
}

#[threader::task]
fn fails(x: u32) -> Result<u32, Box<dyn Error>> {
    Ok(x)
}

#[threader::task]
fn shares(values: Arc<Mutex<Vec<u32>>>) -> usize {
    values.lock().map_or(0, |values| values.len())
}

#[threader::task]
fn first<T>(values: Vec<T>) -> Option<T> {
    values.into_iter().next()
}

struct Plain(u32);

#[threader::task]
fn cannot_travel(plain: Plain) -> Plain {
    plain
}

#[threader::task]
fn parses(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

async fn run() -> Result<(), threader::TaskError> {
    let (a, b) = all!(waits(1), borrows("a")).await?;
    let c = spawn!(elides("b")).await?;
    assert_eq!(a as usize, b.len() + c.len());
    let d: u32 = spawn!(calls(|x| x + 1)).await?;
    let e: u32 = spawn!(calls_any(|x| x + 1)).await?;
    let f = spawn!(fails(1)).await?;
    let values = Arc::new(Mutex::new(vec![d, e]));
    let g = all!(shares(values.clone()), shares(values)).await?;
    assert!(f.is_ok() && g.0 == g.1);
    let h: Option<u32> = spawn!(first(vec![1u32])).await?;
    let (i, j) = all!(cannot_travel(Plain(1)), parses("1")).await?;
    assert_eq!((h, Ok(i.0)), (Some(1), j));
    Ok(())
}

fn main() {
    let _ = run();
}
