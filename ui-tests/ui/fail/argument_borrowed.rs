//! Arguments that a borrowed parameter would take in an ordinary call.

use threader::{all, prepare, spawn};

#[threader::task]
fn sum(values: &[u32]) -> u32 {
    values.iter().sum()
}

#[threader::task]
fn length(name: &str) -> usize {
    name.len()
}

async fn run() {
    let values = vec![1, 2, 3];
    let names = [String::from("a")];
    let _ = all!(sum(&values), sum(&values)).await;
    let _ = spawn!(sum(values.iter().map(|x| x + 1))).await;
    let _ = prepare!(sum(1));
    let _ = prepare!(length(&names));
    let _ = all!(for x in 0..4 => length(x)).await;
}

fn main() {}
