//! Look-ups, orders that are made at once, and containers that have one.
#![allow(unused)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

#[threader::task]
fn looks_up(names: &[String], wanted: &str) -> Option<usize> {
    let index: HashMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
    index.get(wanted).copied()
}

#[threader::pure]
fn counts(words: &[&str]) -> usize {
    let mut seen = HashSet::new();
    words.iter().filter(|word| seen.insert(**word)).count() + seen.len()
}

#[threader::pure]
fn sorts(prices: &HashMap<String, u64>) -> Vec<&String> {
    let mut names: Vec<_> = prices.keys().collect();
    names.sort();
    names
}

#[threader::pure]
fn sorts_pairs(prices: HashMap<String, u64>) -> Vec<(String, u64)> {
    let mut pairs: Vec<(String, u64)> = prices.into_iter().collect();
    pairs.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    pairs
}

#[threader::pure]
fn into_a_tree(prices: HashMap<String, u64>) -> BTreeMap<String, u64> {
    prices.into_iter().collect()
}

#[threader::pure]
fn into_a_tree_by_turbofish(set: &HashSet<u8>) -> Option<u8> {
    let sorted = set.iter().copied().collect::<BTreeSet<_>>();
    sorted.first().copied()
}

#[threader::pure]
fn into_another(prices: &HashMap<String, u64>) -> HashMap<String, u64> {
    prices.iter().map(|(name, price)| (name.clone(), price + 1)).collect()
}

#[threader::pure]
fn asks_all(set: &HashSet<u8>) -> bool {
    set.iter().all(|item| *item > 3) || set.is_empty()
}

#[threader::pure]
fn counts_values(map: &HashMap<u8, u8>) -> usize {
    map.values().filter(|value| **value > 3).count()
}

#[threader::pure]
fn has_an_order(prices: &BTreeMap<String, u64>) -> Vec<u64> {
    prices.values().copied().collect()
}

#[threader::pure]
fn replaced_by_one_with_an_order(map: HashMap<u8, u8>) -> Vec<u8> {
    let map: BTreeMap<u8, u8> = map.into_iter().collect();
    map.keys().copied().collect()
}

#[threader::pure]
fn a_list_of_that_name(map: &[u8]) -> Vec<u8> {
    let set = vec![1, 2];
    map.iter().chain(set.iter()).copied().collect()
}

#[threader::pure]
fn hashes(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

struct Cache {
    known: HashMap<u64, u64>,
}

#[threader::pure]
impl Cache {
    fn square(&mut self, n: u64) -> u64 {
        *self.known.entry(n).or_insert_with(|| n * n)
    }
}

#[threader::pure]
fn squares(n: u64) -> u64 {
    let mut cache = Cache { known: HashMap::new() };
    (0..n).map(|i| cache.square(i % 3)).sum()
}

#[threader::pure(allow(hash_order))]
fn agreed(set: &HashSet<u8>) -> Option<u8> {
    set.iter().next().copied()
}

#[threader::pure]
fn an_ordered_one_under_another_name(pairs: &[(u8, u8)]) -> Option<u8> {
    use std::collections::BTreeMap as Map;
    let map: Map<u8, u8> = pairs.iter().copied().collect();
    map.into_keys().next()
}

fn main() {
    assert_eq!(squares(4), 5);
    assert_eq!(hashes("a"), hashes("a"));
}
