//! What may stand where an argument does.
#![deny(warnings)]

use std::borrow::Cow;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use threader::{Task, all, block_on, prepare, spawn};

macro_rules! run {
    ($($task:tt)*) => { block_on(spawn!($($task)*)).unwrap() };
}

#[derive(Serialize, Deserialize, Default, Clone)]
struct Tile {
    width: u32,
}

#[threader::task]
fn sum(values: &[u32]) -> u32 {
    values.iter().sum()
}

#[threader::task]
fn length(text: &str) -> usize {
    text.len()
}

#[threader::task]
fn width(tile: &Tile, factor: u32) -> u32 {
    tile.width * factor
}

#[threader::task]
fn total(values: Vec<u64>, scale: f32) -> f32 {
    values.iter().sum::<u64>() as f32 * scale
}

#[threader::task]
fn maybe(value: Option<u8>, nested: &[Option<u8>]) -> usize {
    usize::from(value.unwrap_or(0)) + nested.len()
}

fn slices() {
    let vec = vec![1, 2, 3];
    assert_eq!(run!(sum([1, 2, 3])), 6);
    assert_eq!(run!(sum(&[1, 2, 3])), 6);
    assert_eq!(run!(sum(&vec[1..])), 5);
    assert_eq!(run!(sum(vec.clone())), 6);
    assert_eq!(run!(sum(vec.clone().into_boxed_slice())), 6);
    assert_eq!(run!(sum(VecDeque::from([1, 2]))), 3);
    assert_eq!(run!(sum(Cow::Borrowed(&vec[..]))), 6);
    assert_eq!(run!(sum(vec![])), 0);
    assert_eq!(run!(sum(Vec::new())), 0);
    assert_eq!(run!(sum([])), 0);
    assert_eq!(run!(sum(Default::default())), 0);
    assert_eq!(run!(sum(vec.iter().map(|x| x * 2).collect())), 12);
    assert_eq!(run!(sum(vec.iter().copied().collect::<Vec<_>>())), 6);
    assert_eq!(run!(sum(vec.iter().copied().collect::<VecDeque<u32>>())), 6);
    assert_eq!(run!(sum([1, 2].into())), 3);
    assert_eq!(run!(sum({ vec })), 6);
}

fn texts() {
    let text = String::from("abc");
    assert_eq!(run!(length("abc")), 3);
    assert_eq!(run!(length(&text)), 3);
    assert_eq!(run!(length(&text[1..])), 2);
    assert_eq!(run!(length(text.clone())), 3);
    assert_eq!(run!(length(text.clone().into_boxed_str())), 3);
    assert_eq!(run!(length(Cow::Borrowed("abc"))), 3);
    assert_eq!(run!(length('a')), 1);
    assert_eq!(run!(length(format!("{text}{text}"))), 6);
    assert_eq!(run!(length(text.chars().rev().collect())), 3);
    assert_eq!(run!(length("abc".into())), 3);
    assert_eq!(run!(length(Default::default())), 0);
    assert_eq!(run!(length(String::new())), 0);
}

fn owned() {
    assert_eq!(run!(width(Tile { width: 2 }, 3)), 6);
    assert_eq!(run!(width(Tile { ..Default::default() }, 3)), 0);
    assert_eq!(run!(width(Default::default(), 3u8.into())), 0);
    assert_eq!(run!(width(Tile::default(), "3".parse().unwrap())), 0);
    assert_eq!(run!(total([1u8, 2].iter().map(|&x| x.into()).collect(), 2.0)), 6.0);
    assert_eq!(run!(total(vec![1, 2], 0.5,)), 1.5);
    assert_eq!(run!(maybe(None, [None, Some(1)])), 2);
    assert_eq!(run!(maybe(Some(1), vec![None; 2])), 3);
}

// Evaluated here and now, from left to right.
fn in_the_callers_context() -> Result<(), std::num::ParseIntError> {
    let mut order = Vec::new();
    let mut note = |x: u32| {
        order.push(x);
        x
    };
    let (a, b) = block_on(all!(
        width(Tile { width: note(1) }, note(2)),
        width(Tile { width: note(3) }, { note(4) }),
    ))
    .unwrap();
    assert_eq!((a, b), (2, 12));
    assert_eq!(order, [1, 2, 3, 4]);

    let borrowed = String::from("12");
    assert_eq!(run!(width(Tile { width: borrowed.parse()? }, borrowed.len() as u32)), 24);

    let task: Task<u32> = prepare!(width(
        Tile { width: 1 },
        if borrowed.is_empty() { return Ok(()) } else { 5 },
    ));
    assert_eq!(run!(task), 5);

    let tasks = loop {
        break prepare!(length(if order.len() == 4 { &borrowed } else { break prepare!(length("")) }));
    };
    assert_eq!(run!(tasks), 2);

    // A failed argument starts nothing and leaves nothing.
    fn fails() -> Result<u32, std::num::ParseIntError> {
        Ok(run!(width(Tile::default(), "x".parse()?)))
    }
    assert!(fails().is_err());
    Ok(())
}

async fn across_an_await() -> u32 {
    async fn later<T>(value: T) -> T {
        value
    }
    let (a, b) = all!(
        width(later(Tile { width: 2 }).await, later(3).await),
        sum(later(vec![1]).await),
    )
    .await
    .unwrap();
    let each = all!(for x in [1, 2] => width(Tile { width: x }, later(2).await)).await.unwrap();
    a + b + each.iter().sum::<u32>()
}

// Locals that are called like what the expansion has.
fn hygiene() {
    let (a, b, bound, function, f, task, tasks, pool, argument0, __threader_0) = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    let values = [a, b, bound, function, f, task, tasks, pool, argument0, __threader_0];
    assert_eq!(
        run!(sum([a, b, bound, function, f, task, tasks, pool, argument0, __threader_0])),
        values.iter().sum::<u32>(),
    );
    let each = block_on(all!(for x in values => sum([x, pool, tasks, task, a]))).unwrap();
    assert_eq!(each.len(), values.len());
    #[allow(non_upper_case_globals)]
    const info: u32 = 1;
    const INFO: u32 = 2;
    assert_eq!(run!(width(Tile { width: info }, INFO)), 2);
}

fn main() {
    slices();
    texts();
    owned();
    in_the_callers_context().unwrap();
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    assert_eq!(block_on(is_send(across_an_await())), 13);
    hygiene();
}
