//! A wrong count is reported at the first argument too many, or at the list.

use threader::{all, prepare, spawn};

#[threader::task]
fn render(name: &str, (width, height): (u32, u32)) -> u32 {
    name.len() as u32 * width * height
}

#[threader::task]
fn one(x: u32) -> u32 {
    x
}

#[threader::task]
fn none() {}

async fn run() {
    let _ = prepare!(render("a"));
    let _ = prepare!(render());
    let _ = prepare!(render("a", (1, 2), 3 + 4, 5));
    let _ = prepare!(none(1));
    let _ = all!(one(), one(1), one(1, 2)).await;
    let _ = all!(for x in 0..2 => one(x, x).label("x")).await;
    let _: u32 = spawn!(one("a".len(), { 2 })).await.unwrap();
}

fn main() {}
