//! Work where a task is expected: closures, iterators, and calls that have run already.

use threader::{all, any, fire, prepare, race, spawn, stream};

#[threader::task]
fn square(x: u32) -> u32 {
    x * x
}

fn sort(mut values: Vec<u32>) -> Vec<u32> {
    values.sort();
    values
}

async fn closures() {
    let n = 1;
    let _ = spawn!(|| n + 1).await;
    let _ = all!(move || n, |x: u32| x).await;
    let _ = threader::spawn(move || n + 1).await;
}

async fn iterators() {
    let xs = vec![1, 2];
    let _ = all!((0..4).map(|x| square(x))).await;
    let _ = spawn!(xs.iter().map(|&x| square(x))).await;
    let _ = any!(2; (0..4).map(|x| square(x + 1))).await;
    let _ = race!(xs.iter().map(|x| x + 1)).await;
    let _ = stream!(0..4);
    let _ = threader::all((0..4).map(|x| square(x))).await;
    threader::fire(vec![1, 2]);
}

async fn calls() {
    let tasks: Vec<_> = (0..4).map(|x| prepare!(square(x))).collect();
    let _ = threader::spawn(sort(vec![2, 1])).await;
    let _ = spawn!((square(1))).await;
    let _ = all!(tasks).await;
    fire!(1 + 1);
}

fn main() {}
