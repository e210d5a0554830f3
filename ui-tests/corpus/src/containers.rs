//! Containers with hash containers in or around them, and names shared between a hash container and a list.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher};

type Graph = HashMap<u32, Vec<u32>>;
type Steady<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

#[threader::pure]
pub fn neighbours(graph: &HashMap<u32, Vec<u32>>, node: u32) -> u32 {
    let mut sum = 0;
    for next in &graph[&node] {
        sum += next;
    }
    if let Some(list) = graph.get(&node) {
        for next in list {
            sum += next;
        }
    }
    sum + graph[&node].iter().max().unwrap_or(&0)
}

#[threader::task]
pub fn reachable(edges: &[(u32, u32)], start: u32) -> Vec<u32> {
    let mut graph: Graph = HashMap::new();
    for &(a, b) in edges {
        graph.entry(a).or_default().push(b);
    }
    let mut seen = HashSet::from([start]);
    let mut order = vec![start];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &next in graph.get(&node).into_iter().flatten() {
            if seen.insert(next) {
                order.push(next);
                queue.push_back(next);
            }
        }
    }
    order
}

#[threader::pure]
pub fn total_entries(maps: &[HashMap<String, u32>]) -> usize {
    maps.iter().map(HashMap::len).sum()
}

#[threader::pure]
pub fn found_in(maps: Vec<HashMap<String, u32>>, key: &str) -> Vec<u32> {
    let mut found = vec![];
    for map in &maps {
        found.extend(map.get(key));
    }
    maps.into_iter()
        .filter_map(|mut map| map.remove(key))
        .for_each(|value| found.push(value));
    found
}

#[threader::pure]
pub fn maybe(map: Option<HashMap<u8, u8>>, key: u8) -> Option<u8> {
    map.iter().find_map(|map| map.get(&key)).copied()
}

#[threader::pure]
pub fn sizes(groups: &BTreeMap<String, HashSet<u32>>) -> Vec<(String, usize)> {
    groups
        .iter()
        .map(|(name, members)| (name.clone(), members.len()))
        .collect()
}

#[threader::pure]
pub fn pairs_of(sets: (HashSet<u8>, Vec<u8>)) -> Vec<u8> {
    let (known, list) = sets;
    list.into_iter()
        .filter(|item| known.contains(item))
        .collect()
}

#[threader::pure]
pub fn another_of_that_name(items: HashSet<u8>) -> usize {
    let count = |items: &[u8]| items.iter().filter(|item| **item > 3).count();
    let size = items.len();
    let items = [1, 2, 3];
    for item in items {
        assert!(item > 0);
    }
    size + count(&items)
}

#[threader::pure]
pub fn most_common(text: &str) -> Option<usize> {
    let mut counts = HashMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0usize) += 1;
    }
    counts.values().copied().max()
}

#[threader::pure]
pub fn counted(words: &[&str]) -> u64 {
    let counts = words.iter().fold(HashMap::new(), |mut counts, word| {
        *counts.entry(*word).or_insert(0u64) += 1;
        counts
    });
    counts.values().sum::<u64>() + counts.keys().count() as u64
}

#[threader::pure]
pub fn in_a_fixed_order(map: &Steady<u8, u8>) -> Vec<u8> {
    map.keys().copied().collect()
}

#[threader::pure]
pub fn sorted_with_a_step_between(scores: HashMap<String, u32>) -> Vec<(String, u32)> {
    let mut ranking: Vec<(String, u32)> =
        scores.into_iter().filter(|(_, score)| *score > 0).collect();
    ranking.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ranking.truncate(10);
    ranking
}

#[threader::pure]
pub fn merged(mut into: HashMap<String, u32>, from: HashMap<String, u32>) -> HashMap<String, u32> {
    into.extend(from);
    into
}

#[threader::pure]
pub fn as_a_set(map: &HashMap<u32, String>) -> HashSet<u32> {
    let mut keys = HashSet::new();
    keys.extend(map.keys().copied());
    keys
}

#[threader::pure]
pub fn same_members(a: &[u32], b: &[u32]) -> bool {
    let (a, b): (HashSet<_>, HashSet<_>) = (a.iter().collect(), b.iter().collect());
    a == b || a.is_subset(&b)
}

#[threader::pure]
pub fn overlap(a: &HashSet<u32>, b: &HashSet<u32>) -> (usize, bool) {
    (a.intersection(b).count(), a.union(b).any(|n| *n == 0))
}

pub struct Registry {
    by_name: HashMap<String, usize>,
    items: Vec<(String, u32)>,
}

#[threader::pure]
impl Registry {
    pub fn new(items: Vec<(String, u32)>) -> Registry {
        let by_name = items
            .iter()
            .enumerate()
            .map(|(i, (name, _))| (name.clone(), i))
            .collect();
        Registry { by_name, items }
    }

    pub fn get(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).map(|&at| self.items[at].1)
    }

    pub fn total(&self) -> u32 {
        self.items.iter().map(|(_, value)| value).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = &(String, u32)> {
        self.items.iter()
    }
}

#[threader::pure]
pub fn registered(names: &[&str]) -> Vec<String> {
    let registry = Registry::new(names.iter().map(|name| (name.to_string(), 1)).collect());
    registry.iter().map(|(name, _)| name.clone()).collect()
}
