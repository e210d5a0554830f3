//! Everything that is wrong with one function in one go, and nothing at its calls.

use std::fmt::Display;

#[threader::task(color = "red", name = "", name = "x")]
async unsafe extern "C" fn everything(
    values: &mut Vec<u8>,
    names: &[&str],
    show: impl Display,
    hook: fn(),
) -> Box<dyn Display> {
    values.push(names.len() as u8);
    hook();
    undefined_in_the_body()
}

#[threader::task]
fn good_result(values: &mut Vec<u8>, scale: u8) -> u64 {
    0
}

#[threader::task]
fn good_task(x: u64) -> u64 {
    x
}

async fn callers() -> u64 {
    let (a, b) = threader::all!(good_result(vec![1], 2), good_task(3)).await.unwrap();
    let c = threader::spawn!(good_result(vec![1], 2)).await.unwrap();
    let d: u64 = threader::race!(good_task(1), good_result(vec![1], 2)).await.unwrap().1;
    a + b + c + d
}

fn main() {
    let _ = callers();
}
