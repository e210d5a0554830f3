//! Mistakes around tasks that only rustc sees: what it says today.

use threader::{all, spawn};

#[threader::task]
fn square(x: u32) -> u32 {
    x * x
}

async fn awaits_the_function() -> u32 {
    square(4).await
}

async fn one_item_is_a_tuple_of_one() -> u32 {
    all!(square(4)).await.unwrap()
}

fn main() {
    let _ = spawn!(square(4)).await;
}
