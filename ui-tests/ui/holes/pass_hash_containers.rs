//! Hole: hash containers that no declaration in sight names.
#![allow(unused)]

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Debug, Clone, Default)]
struct Order {
    lines: HashMap<String, u32>,
}

type Prices = HashMap<String, u32>;

#[threader::pure]
fn index(words: &[String]) -> HashMap<String, usize> {
    words.iter().cloned().enumerate().map(|(i, word)| (word, i)).collect()
}

#[threader::task]
fn in_a_field_of_an_argument(order: Order) -> Vec<String> {
    order.lines.into_keys().collect()
}

#[threader::pure]
fn behind_an_alias(prices: &Prices) -> Vec<String> {
    prices.keys().cloned().collect()
}

#[threader::pure]
fn from_a_function(words: &[String]) -> Vec<String> {
    let index = index(words);
    index.into_iter().map(|(word, _)| word).collect()
}

#[threader::pure]
fn as_any_iterator(items: impl IntoIterator<Item = u32>) -> Vec<u32> {
    items.into_iter().collect()
}

#[threader::pure]
fn passed_on(set: HashSet<u32>) -> Vec<u32> {
    as_any_iterator(set)
}

#[threader::pure]
fn shown(order: &Order) -> String {
    format!("{order:?}")
}

#[threader::pure]
fn by_a_default() -> Vec<String> {
    let order: Order = Default::default();
    order.lines.keys().cloned().collect()
}

fn main() {
    assert_eq!(from_a_function(&["a".to_owned()]), ["a"]);
}
