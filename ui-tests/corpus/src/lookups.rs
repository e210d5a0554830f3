//! Hash containers: look-ups, and order only after sorting.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

#[threader::task]
pub fn two_sum(numbers: &[i64], target: i64) -> Option<(usize, usize)> {
    let mut seen = HashMap::new();
    for (i, number) in numbers.iter().enumerate() {
        if let Some(&j) = seen.get(&(target - number)) {
            return Some((j, i));
        }
        seen.insert(*number, i);
    }
    None
}

#[threader::task]
pub fn word_counts(text: &str) -> Vec<(String, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut sorted: Vec<_> = counts
        .into_iter()
        .map(|(word, n)| (word.to_string(), n))
        .collect();
    sorted.sort();
    sorted
}

#[threader::task]
pub fn without_repeats(items: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::with_capacity(items.len());
    items
        .into_iter()
        .filter(|item| seen.insert(item.clone()))
        .collect()
}

#[threader::pure]
pub fn all_distinct(items: &[u32]) -> bool {
    items.iter().collect::<HashSet<_>>().len() == items.len()
}

#[threader::pure]
pub fn ordered(prices: HashMap<String, u64>) -> BTreeMap<String, u64> {
    prices.into_iter().collect()
}

#[threader::pure]
pub fn doubled(prices: &HashMap<String, u64>) -> HashMap<String, u64> {
    prices
        .iter()
        .map(|(name, price)| (name.clone(), price * 2))
        .collect()
}

#[threader::pure]
pub fn sorted_names(prices: &HashMap<String, u64>) -> Vec<&String> {
    let mut names: Vec<&String> = prices.keys().collect();
    names.sort_unstable();
    names
}

#[threader::pure]
pub fn common(a: &[i32], b: &[i32]) -> Vec<i32> {
    let known: HashSet<i32> = a.iter().copied().collect();
    b.iter().copied().filter(|n| known.contains(n)).collect()
}

#[threader::task]
pub fn anagrams(words: Vec<String>) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for word in words {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        groups
            .entry(letters.into_iter().collect())
            .or_default()
            .push(word);
    }
    groups
}

#[threader::pure]
pub fn translate(text: &str, dictionary: &HashMap<&str, &str>) -> String {
    text.split(' ')
        .map(|word| dictionary.get(word).copied().unwrap_or(word))
        .collect::<Vec<_>>()
        .join(" ")
}

#[threader::pure]
pub fn insert_once(map: &mut HashMap<u32, String>, key: u32, value: &str) -> bool {
    match map.entry(key) {
        Entry::Vacant(slot) => {
            slot.insert(value.to_string());
            true
        }
        Entry::Occupied(_) => false,
    }
}

#[threader::task]
pub fn longest_unique(text: &str) -> usize {
    let mut last_seen: HashMap<char, usize> = HashMap::default();
    let (mut start, mut longest) = (0, 0);
    for (i, c) in text.chars().enumerate() {
        if let Some(previous) = last_seen.insert(c, i) {
            start = start.max(previous + 1);
        }
        longest = longest.max(i + 1 - start);
    }
    longest
}

pub struct Interner {
    ids: HashMap<String, usize>,
    names: Vec<String>,
}

#[threader::pure]
impl Interner {
    pub fn new() -> Self {
        Interner {
            ids: HashMap::new(),
            names: Vec::new(),
        }
    }

    pub fn id(&mut self, name: &str) -> usize {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.names.len();
        self.ids.insert(name.to_owned(), id);
        self.names.push(name.to_owned());
        id
    }

    pub fn name(&self, id: usize) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    pub fn is_known(&self, name: &str) -> bool {
        self.ids.contains_key(name)
    }
}

#[threader::task]
pub fn intern(words: &[String]) -> Vec<usize> {
    let mut interner = Interner::new();
    words.iter().map(|word| interner.id(word)).collect()
}

#[threader::pure]
pub fn missing(wanted: &[&str], present: &HashSet<String>) -> BTreeSet<String> {
    wanted
        .iter()
        .filter(|name| !present.contains(**name))
        .map(ToString::to_string)
        .collect()
}

#[threader::pure]
pub fn forget(map: &mut HashMap<u8, u8>, keys: &[u8]) -> Option<u8> {
    let before = map.len();
    for key in keys {
        map.remove(key);
    }
    u8::try_from(before - map.len()).ok()
}
