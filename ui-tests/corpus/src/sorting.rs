//! Sorting and searching, in place.

use std::cmp::Ordering;

#[threader::pure]
pub fn insertion_sort<T: Ord>(items: &mut [T]) {
    for i in 1..items.len() {
        let mut j = i;
        while j > 0 && items[j - 1] > items[j] {
            items.swap(j - 1, j);
            j -= 1;
        }
    }
}

#[threader::pure]
fn partition<T: PartialOrd>(items: &mut [T]) -> usize {
    let last = items.len() - 1;
    items.swap(last / 2, last);
    let mut store = 0;
    for i in 0..last {
        if items[i] < items[last] {
            items.swap(store, i);
            store += 1;
        }
    }
    items.swap(store, last);
    store
}

#[threader::pure]
pub fn quick_sort<T: PartialOrd>(items: &mut [T]) {
    if items.len() > 1 {
        let pivot = partition(items);
        let (left, right) = items.split_at_mut(pivot);
        quick_sort(left);
        quick_sort(&mut right[1..]);
    }
}

#[threader::task]
pub fn quick_sorted(mut items: Vec<i64>) -> Vec<i64> {
    quick_sort(&mut items);
    items
}

#[threader::pure]
fn merge<T: Ord + Clone>(left: &[T], right: &[T]) -> Vec<T> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (left.get(i), right.get(j)) {
        if a.cmp(b) == Ordering::Greater {
            out.push(b.clone());
            j += 1;
        } else {
            out.push(a.clone());
            i += 1;
        }
    }
    out.extend_from_slice(&left[i..]);
    out.extend_from_slice(&right[j..]);
    out
}

#[threader::pure]
pub fn merge_sort<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    match items {
        [] | [_] => items.to_vec(),
        _ => {
            let (left, right) = items.split_at(items.len() / 2);
            merge(&merge_sort(left), &merge_sort(right))
        }
    }
}

#[threader::pure]
fn sift_down<T: Ord>(heap: &mut [T], mut root: usize) {
    loop {
        let mut child = 2 * root + 1;
        if child >= heap.len() {
            break;
        }
        if child + 1 < heap.len() && heap[child] < heap[child + 1] {
            child += 1;
        }
        if heap[root] >= heap[child] {
            break;
        }
        heap.swap(root, child);
        root = child;
    }
}

#[threader::pure]
pub fn heap_sort<T: Ord>(items: &mut [T]) {
    for root in (0..items.len() / 2).rev() {
        sift_down(items, root);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        sift_down(&mut items[..end], 0);
    }
}

#[threader::task]
pub fn counting_sort(bytes: &[u8]) -> Vec<u8> {
    let mut counts = [0usize; 256];
    for &byte in bytes {
        counts[byte as usize] += 1;
    }
    counts
        .iter()
        .enumerate()
        .flat_map(|(byte, &count)| std::iter::repeat(byte as u8).take(count))
        .collect()
}

#[threader::pure]
pub fn radix_sort(items: &mut Vec<u32>) {
    let mut buffer = vec![0; items.len()];
    for shift in (0..32).step_by(8) {
        let mut starts = [0usize; 257];
        for item in items.iter() {
            starts[(item >> shift & 0xff) as usize + 1] += 1;
        }
        for i in 0..256 {
            starts[i + 1] += starts[i];
        }
        for &item in items.iter() {
            let slot = &mut starts[(item >> shift & 0xff) as usize];
            buffer[*slot] = item;
            *slot += 1;
        }
        std::mem::swap(items, &mut buffer);
    }
}

#[threader::pure]
pub fn lower_bound<T, K: Ord>(items: &[T], key: &K, key_of: impl Fn(&T) -> &K) -> usize {
    let mut range = 0..items.len();
    while !range.is_empty() {
        let mid = range.start + range.len() / 2;
        match key_of(&items[mid]).cmp(key) {
            Ordering::Less => range.start = mid + 1,
            Ordering::Equal | Ordering::Greater => range.end = mid,
        }
    }
    range.start
}

#[threader::pure]
pub fn dutch_flag(items: &mut [u8]) {
    let (mut low, mut mid, mut high) = (0, 0, items.len());
    while mid < high {
        match items[mid] {
            0 => {
                items.swap(low, mid);
                low += 1;
                mid += 1;
            }
            1 => mid += 1,
            _ => {
                high -= 1;
                items.swap(mid, high);
            }
        }
    }
}

#[threader::pure]
pub fn select<T: Ord + Copy>(items: &mut [T], nth: usize) -> Option<T> {
    if nth >= items.len() {
        return None;
    }
    let (_, value, _) = items.select_nth_unstable(nth);
    Some(*value)
}

#[threader::task]
pub fn by_length_then_name(mut words: Vec<String>) -> Vec<String> {
    words.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    words.dedup_by_key(|word| word.to_lowercase());
    words
}

#[threader::pure]
pub fn rank(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&a, &b| scores[b].partial_cmp(&scores[a]).unwrap_or(Ordering::Equal));
    order
}

#[threader::pure]
pub fn next_permutation<T: Ord>(items: &mut [T]) -> bool {
    let Some(i) = items.windows(2).rposition(|pair| pair[0] < pair[1]) else {
        items.reverse();
        return false;
    };
    let j = items.iter().rposition(|item| *item > items[i]).unwrap();
    items.swap(i, j);
    items[i + 1..].reverse();
    true
}
