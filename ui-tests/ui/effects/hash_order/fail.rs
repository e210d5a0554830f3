//! The order of a hash container.
#![allow(unused)]

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

#[threader::task]
fn first_word(words: Vec<String>) -> Option<String> {
    let set: HashSet<String> = words.into_iter().collect();
    set.into_iter().next()
}

#[threader::pure]
fn in_a_loop(prices: &HashMap<String, f64>) -> f64 {
    let mut sum = 0.0;
    for (_, price) in prices {
        sum += price;
    }
    sum
}

#[threader::pure]
fn in_a_loop_by_borrow(prices: HashMap<String, f64>) -> String {
    let mut out = String::new();
    for (name, _) in &prices {
        out += name;
    }
    out
}

#[threader::pure]
fn keys(prices: &HashMap<String, u64>) -> Vec<String> {
    prices.keys().cloned().collect()
}

#[threader::pure]
fn values(words: &[&str]) -> Vec<usize> {
    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts.values().copied().collect()
}

#[threader::pure]
fn drains(mut set: HashSet<u32>) -> Vec<u32> {
    set.drain().collect()
}

#[threader::pure]
fn retains(map: &mut HashMap<u32, u32>, mut room: u32) {
    map.retain(|_, value| {
        room = room.saturating_sub(*value);
        room > 0
    });
}

#[threader::pure]
fn extends(set: HashSet<u32>) -> Vec<u32> {
    let mut out = vec![];
    out.extend(set);
    out
}

#[threader::pure]
fn sums_floats(prices: &HashMap<u32, f64>) -> f64 {
    prices.values().sum()
}

#[threader::pure]
fn with_a_full_path(map: &std::collections::HashMap<u8, u8>) -> Vec<u8> {
    map.iter().map(|(key, _)| *key).collect()
}

#[threader::pure]
fn from_a_collect(items: &[u8]) -> Option<u8> {
    let set = items.iter().copied().collect::<HashSet<_>>();
    set.iter().copied().find(|item| *item > 3)
}

#[threader::pure]
fn in_a_closure(set: HashSet<u8>) -> Vec<u8> {
    let list = || set.iter().copied().collect::<Vec<_>>();
    list()
}

#[threader::pure]
fn common(a: &HashSet<u8>, b: &HashSet<u8>) -> Vec<u8> {
    a.intersection(b).copied().collect()
}

struct Index {
    places: HashMap<String, usize>,
}

#[threader::pure]
impl Index {
    fn names(&self) -> Vec<&String> {
        let places: &HashMap<String, usize> = &self.places;
        places.keys().collect()
    }
}

#[threader::pure]
fn seeds() -> u64 {
    RandomState::new().hash_one(1)
}

#[threader::pure]
fn under_another_name(pairs: &[(u8, u8)]) -> Option<u8> {
    use std::collections::HashMap as Map;
    let map: Map<u8, u8> = pairs.iter().copied().collect();
    map.into_keys().next()
}

#[threader::pure]
fn made_under_another_name(bytes: &[u8]) -> Vec<u8> {
    use std::collections::HashSet as Seen;
    let mut seen = Seen::new();
    seen.extend(bytes);
    seen.iter().map(|byte| **byte).collect()
}

fn main() {}
