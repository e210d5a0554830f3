//! `#[threader::main]` on an async main that returns a `Result`, and on functions of other names.
#![deny(warnings)]

use std::error::Error;

#[threader::task]
fn parse(text: &str) -> Option<u32> {
    text.parse().ok()
}

#[threader::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (value,) = threader::all!(parse("7")).await?;
    assert_eq!(value, Some(7));
    "8".parse::<u32>()?;
    start();
    fallible_start()?;
    // Not `async` any more: it runs to its end, which needs a thread that waits for nothing else.
    std::thread::spawn(returns_early).join().unwrap();
    if value.is_some() {
        return Ok(());
    }
    unreachable!()
}

/// A page's or a script's entry point may have any name.
#[threader::main]
pub fn start() {
    let x: u32 = 1;
    assert_eq!(x, 1);
}

#[threader::main]
fn fallible_start() -> Result<(), std::num::ParseIntError> {
    #![allow(unused)]
    let x: u32 = "1".parse()?;
    Ok(())
}

#[threader::main]
async fn returns_early() {
    if threader::Pool::global().workers() < usize::MAX {
        return;
    }
    unreachable!()
}
