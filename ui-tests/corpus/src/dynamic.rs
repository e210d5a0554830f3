//! Dynamic programming.

use std::cmp::{max, min};
use std::collections::HashMap;

#[threader::task]
pub fn knapsack(items: &[(usize, u64)], capacity: usize) -> u64 {
    let mut best = vec![0; capacity + 1];
    for &(weight, value) in items {
        for room in (weight..=capacity).rev() {
            best[room] = max(best[room], best[room - weight] + value);
        }
    }
    best[capacity]
}

#[threader::task]
pub fn common_subsequence(a: &str, b: &str) -> String {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0u32; b.len() + 1]; a.len() + 1];
    for i in 0..a.len() {
        for j in 0..b.len() {
            table[i + 1][j + 1] = if a[i] == b[j] {
                table[i][j] + 1
            } else {
                max(table[i][j + 1], table[i + 1][j])
            };
        }
    }
    let (mut i, mut j) = (a.len(), b.len());
    let mut out = Vec::new();
    while i > 0 && j > 0 {
        if a[i - 1] == b[j - 1] {
            out.push(a[i - 1]);
            i -= 1;
            j -= 1;
        } else if table[i - 1][j] >= table[i][j - 1] {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    out.iter().rev().collect()
}

#[threader::pure]
pub fn increasing_subsequence(values: &[i32]) -> usize {
    let mut tails: Vec<i32> = Vec::new();
    for &value in values {
        match tails.binary_search(&value) {
            Ok(_) => {}
            Err(at) if at == tails.len() => tails.push(value),
            Err(at) => tails[at] = value,
        }
    }
    tails.len()
}

#[threader::pure]
pub fn fewest_coins(coins: &[usize], amount: usize) -> Option<u32> {
    let mut fewest = vec![None; amount + 1];
    fewest[0] = Some(0);
    for sum in 1..=amount {
        fewest[sum] = coins
            .iter()
            .filter_map(|&coin| fewest[sum.checked_sub(coin)?])
            .min()
            .map(|n: u32| n + 1);
    }
    fewest[amount]
}

#[threader::pure]
pub fn ways_to_change(coins: &[usize], amount: usize) -> u64 {
    let mut ways = vec![0; amount + 1];
    ways[0] = 1;
    coins.iter().for_each(|&coin| {
        (coin..=amount).for_each(|sum| ways[sum] += ways[sum - coin]);
    });
    ways[amount]
}

#[threader::pure]
fn memoised(n: u64, seen: &mut HashMap<u64, u64>) -> u64 {
    if n < 2 {
        return n;
    }
    if let Some(&known) = seen.get(&n) {
        return known;
    }
    let value = memoised(n - 1, seen).wrapping_add(memoised(n - 2, seen));
    seen.insert(n, value);
    value
}

#[threader::task]
pub fn fibonacci(n: u64) -> u64 {
    memoised(n, &mut HashMap::new())
}

#[threader::task]
pub fn largest_sum(values: &[i64]) -> i64 {
    values
        .iter()
        .scan(0, |current, &value| {
            *current = max(value, *current + value);
            Some(*current)
        })
        .max()
        .unwrap_or_default()
}

#[threader::pure]
pub fn matrix_chain(dimensions: &[u64]) -> u64 {
    let n = dimensions.len() - 1;
    let mut cost = vec![vec![0; n]; n];
    for length in 2..=n {
        for i in 0..=n - length {
            let j = i + length - 1;
            cost[i][j] = (i..j)
                .map(|k| {
                    cost[i][k]
                        + cost[k + 1][j]
                        + dimensions[i] * dimensions[k + 1] * dimensions[j + 1]
                })
                .min()
                .unwrap();
        }
    }
    cost[0][n - 1]
}

#[threader::pure]
pub fn can_sum(numbers: &[usize], target: usize) -> bool {
    let mut reachable = vec![false; target + 1];
    reachable[0] = true;
    for &number in numbers {
        for sum in (number..=target).rev() {
            reachable[sum] |= reachable[sum - number];
        }
    }
    reachable[target]
}

#[threader::pure]
pub fn grid_paths(grid: &[&str]) -> u64 {
    let width = grid.first().map_or(0, |row| row.len());
    let mut ways = vec![0u64; width];
    if let Some(first) = ways.first_mut() {
        *first = 1;
    }
    for row in grid {
        for (x, cell) in row.bytes().enumerate() {
            if cell == b'#' {
                ways[x] = 0;
            } else if x > 0 {
                ways[x] += ways[x - 1];
            }
        }
    }
    ways.last().copied().unwrap_or(0)
}

#[threader::task]
pub fn longest_palindrome(text: &str) -> String {
    let bytes = text.as_bytes();
    let expand = |mut left: isize, mut right: isize| -> (usize, usize) {
        while left >= 0
            && (right as usize) < bytes.len()
            && bytes[left as usize] == bytes[right as usize]
        {
            left -= 1;
            right += 1;
        }
        ((left + 1) as usize, right as usize)
    };
    let (mut start, mut end) = (0, 0);
    for i in 0..bytes.len() as isize {
        for (a, b) in [expand(i, i), expand(i, i + 1)] {
            if b.saturating_sub(a) > end - start {
                (start, end) = (a, b);
            }
        }
    }
    text[start..end].to_string()
}

#[threader::pure]
pub fn word_break<'a>(text: &'a str, words: &[&'a str]) -> Option<Vec<&'a str>> {
    if text.is_empty() {
        return Some(vec![]);
    }
    words.iter().find_map(|word| {
        let rest = text.strip_prefix(word)?;
        let mut found = word_break(rest, words)?;
        found.insert(0, word);
        Some(found)
    })
}

#[threader::pure]
pub fn least_effort(costs: &[[u32; 3]]) -> u32 {
    let last = costs.iter().fold([0; 3], |before, cost| {
        let [a, b, c] = before;
        [
            cost[0] + min(b, c),
            cost[1] + min(a, c),
            cost[2] + min(a, b),
        ]
    });
    last.into_iter().min().unwrap()
}

#[threader::pure]
pub fn catalan(n: usize) -> u64 {
    let mut numbers = vec![1u64; n + 1];
    for i in 1..=n {
        numbers[i] = (0..i).map(|j| numbers[j] * numbers[i - 1 - j]).sum();
    }
    numbers[n]
}
