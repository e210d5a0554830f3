//! What the macros do not take.

use threader::{Pool, all, any, fire, prepare, race, settled, spawn, stream};

#[threader::task]
fn f(x: u32) -> u32 {
    x
}

#[threader::task]
fn g(x: u32) -> String {
    x.to_string()
}

async fn run(pool: Pool) {
    let _ = prepare!();
    let _ = spawn!();
    let _ = spawn!(in pool;);
    let _ = prepare!(f(1), f(2));
    let _ = spawn!(in pool; f(1), f(2), f(3)).await;
    let _ = prepare!(for x in 0..2 => f(x));
    let _ = spawn!(for x in 0..2 => f(x)).await;
    let _ = race!().await;
    let _ = race!(in pool;).await;
    let _ = any!().await;
    let _ = any!(f(1), f(2)).await;
    let _ = any!(for x in 0..2 => f(x)).await;
    let _ = any!("2"; f(1)).await;
    let _ = all!(
        f(1), f(2), f(3), f(4), f(5), f(6), f(7), f(8), f(9), f(10), f(11), f(12), f(13), f(14),
    )
    .await;
    let _ = settled!(
        f(1), f(2), f(3), f(4), f(5), f(6), f(7), f(8), f(9), f(10), f(11), f(12), f(13),
    )
    .await;
    let _ = race!(f(1), g(2)).await;
    let _ = stream!(f(1) f(2));
    let _ = all!(for x in 0..2, f(x)).await;
    let _ = all!(in pool, f(1)).await;
    fire!(in 1; f(1));
    let _ = all!(for x in 5 => f(x)).await;
}

fn main() {}
