//! Iterators: adaptors, own ones, and functions that take or return them.

use std::collections::{BTreeMap, VecDeque};
use std::iter::{self, FromIterator, Sum, zip};

#[threader::task]
pub fn moving_average(values: &[f64], window: usize) -> Vec<f64> {
    values
        .windows(window)
        .map(|w| w.iter().sum::<f64>() / w.len() as f64)
        .collect()
}

#[threader::pure]
pub fn evens() -> impl Iterator<Item = u64> {
    (0..).step_by(2)
}

#[threader::task]
pub fn squares_of_evens(count: usize) -> Vec<u64> {
    evens().map(|n| n.pow(2)).take(count).collect()
}

#[threader::pure]
pub fn powers(base: u64) -> impl Iterator<Item = u64> {
    iter::successors(Some(1u64), move |n| n.checked_mul(base))
}

#[threader::pure]
pub fn largest_power_below(base: u64, limit: u64) -> u64 {
    powers(base).take_while(|&n| n < limit).last().unwrap_or(1)
}

pub struct Fibonacci {
    pair: (u64, u64),
}

#[threader::pure]
impl Default for Fibonacci {
    fn default() -> Self {
        Fibonacci { pair: (0, 1) }
    }
}

#[threader::pure]
impl Iterator for Fibonacci {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let (a, b) = self.pair;
        self.pair = (b, a.checked_add(b)?);
        Some(a)
    }
}

#[threader::task]
pub fn even_fibonacci_sum(limit: u64) -> u64 {
    Fibonacci::default()
        .take_while(|&n| n <= limit)
        .filter(|n| n % 2 == 0)
        .sum()
}

#[threader::pure]
pub fn group_runs<T: PartialEq + Copy>(items: &[T]) -> Vec<(T, usize)> {
    items
        .chunk_by(|a, b| a == b)
        .map(|run| (run[0], run.len()))
        .collect()
}

#[threader::pure]
pub fn unzip_pairs<A, B>(pairs: impl IntoIterator<Item = (A, B)>) -> (Vec<A>, Vec<B>) {
    pairs.into_iter().unzip()
}

#[threader::pure]
pub fn interleave<T>(a: impl IntoIterator<Item = T>, b: impl IntoIterator<Item = T>) -> Vec<T> {
    let (mut a, mut b) = (a.into_iter().fuse(), b.into_iter().fuse());
    let mut out = Vec::new();
    loop {
        let before = out.len();
        out.extend(a.next());
        out.extend(b.next());
        if out.len() == before {
            break out;
        }
    }
}

#[threader::task]
pub fn dot_product(a: &[f64], b: &[f64]) -> f64 {
    zip(a, b).map(|(x, y)| x * y).sum()
}

#[threader::pure]
pub fn sum_all<T: Sum<T> + Copy>(rows: &[Vec<T>]) -> T {
    rows.iter().flatten().copied().sum()
}

#[threader::pure]
pub fn partition_by<T, F>(items: Vec<T>, mut keep: F) -> (Vec<T>, Vec<T>)
where
    F: FnMut(&T) -> bool,
{
    items.into_iter().partition(|item| keep(item))
}

#[threader::task]
pub fn first_repeated(numbers: &[i64]) -> Option<i64> {
    let mut seen = std::collections::BTreeSet::new();
    numbers.iter().copied().find(|&n| !seen.insert(n))
}

#[threader::task]
pub fn sum_of_digits(text: &str) -> Result<u32, String> {
    text.chars()
        .map(|c| c.to_digit(10).ok_or_else(|| format!("`{c}` is no digit")))
        .sum()
}

#[threader::pure]
pub fn positions<'a, T: PartialEq>(
    items: &'a [T],
    wanted: &'a T,
) -> impl Iterator<Item = usize> + 'a {
    items
        .iter()
        .enumerate()
        .filter_map(move |(i, item)| (item == wanted).then_some(i))
}

#[threader::pure]
pub fn transpose<T: Clone>(rows: &[Vec<T>]) -> Vec<Vec<T>> {
    let width = rows.iter().map(Vec::len).min().unwrap_or(0);
    (0..width)
        .map(|column| rows.iter().map(|row| row[column].clone()).collect())
        .collect()
}

#[threader::task]
pub fn index_by_initial(words: Vec<String>) -> BTreeMap<char, Vec<String>> {
    words.into_iter().fold(BTreeMap::new(), |mut index, word| {
        if let Some(initial) = word.chars().next() {
            index.entry(initial).or_insert_with(Vec::new).push(word);
        }
        index
    })
}

#[threader::pure]
pub fn sliding_maximum(values: &[i32], window: usize) -> Vec<i32> {
    let mut candidates: VecDeque<usize> = VecDeque::new();
    let mut out = Vec::new();
    for (i, value) in values.iter().enumerate() {
        while candidates
            .back()
            .is_some_and(|&back| values[back] <= *value)
        {
            candidates.pop_back();
        }
        candidates.push_back(i);
        if candidates[0] + window <= i {
            candidates.pop_front();
        }
        if i + 1 >= window {
            out.push(values[candidates[0]]);
        }
    }
    out
}

#[threader::pure]
pub fn pairs<T>(items: &[T]) -> impl Iterator<Item = (&T, &T)> {
    items
        .iter()
        .enumerate()
        .flat_map(|(i, a)| items[i + 1..].iter().map(move |b| (a, b)))
}

#[threader::task]
pub fn closest(points: &[(i64, i64)]) -> Option<i64> {
    pairs(points)
        .map(|((ax, ay), (bx, by))| (ax - bx).pow(2) + (ay - by).pow(2))
        .min()
}

pub struct Countdown(pub u32);

#[threader::pure]
impl IntoIterator for Countdown {
    type Item = u32;
    type IntoIter = iter::Rev<std::ops::RangeInclusive<u32>>;

    fn into_iter(self) -> Self::IntoIter {
        (1..=self.0).rev()
    }
}

#[threader::pure]
pub fn countdown_text(from: u32) -> String {
    let mut out = String::new();
    for n in Countdown(from) {
        out += &n.to_string();
        out.push(' ');
    }
    out + "go"
}

#[threader::pure]
pub fn collect_sorted<T: Ord, C: FromIterator<T>>(items: impl Iterator<Item = T>) -> C {
    let mut all = Vec::from_iter(items);
    all.sort();
    C::from_iter(all)
}

#[threader::pure]
pub fn generate(count: usize) -> Vec<u32> {
    let mut state = 7u32;
    iter::from_fn(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(state >> 16)
    })
    .take(count)
    .collect()
}
