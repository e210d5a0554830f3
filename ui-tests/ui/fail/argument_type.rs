//! A wrong argument is reported at the argument, in every macro.

use serde::{Deserialize, Serialize};
use threader::{all, prepare, race, spawn};

#[derive(Serialize, Deserialize)]
struct Tile {
    width: u32,
}

#[threader::task]
fn render(tile: &Tile, words: &[String], name: &str, limit: u32) -> Vec<u16> {
    vec![0; tile.width as usize + words.len() + name.len() + limit as usize]
}

#[threader::task]
fn generic<T: Serialize + serde::de::DeserializeOwned + Send + 'static>(_: &[T], value: T) -> T {
    value
}

async fn run(tile: Tile, pool: threader::Pool) {
    let _ = prepare!(render(&tile, [], "a", 1));
    let _ = prepare!(render(tile.width, [], "a", 1));
    let _ = prepare!(render(Tile { width: 1 }, vec!["a"], "a", 1));
    let _ = prepare!(render(Tile { width: 1 }, 1 + 1, "a", 1));
    let _ = prepare!(render(Tile { width: 1 }, [], 1.max(2), 1));
    let _ = prepare!(render(Tile { width: 1 }, [], "a", 1.5));
    let _ = prepare!(render(Tile { width: 1 }, [], "a", "1".to_string()));
    let _ = prepare!(generic::<u8>([1], "a"));
    let _ = prepare!(generic([1u8], "a"));
    let _ = all!(render(tile, [], "a", -1i64), render(Tile { width: "1" }, [], 'a', None)).await;
    let _ = all!(for name in [1u8] => render(Tile { width: 1 }, [], name, 1)).await;
    let _ = spawn!(in pool; render(Tile { width: 1 }, [], "a", 1u8).label("x")).await;
    let _ = race!(render(Tile { width: 1 }, [], "a", ()), render(undefined, [], "a", 1)).await;
}

fn main() {}
