//! The source of a crate of ordinary pure functions, generated: what `bench macros` compiles.

use std::fmt::Write;

/// In modules of this size, as a crate of so many functions would be.
const PER_MODULE: usize = 100;

/// Text in, numbers in and out, borrows, slices, loops, matches, recursion. `@` is the function's own number, `~` that
/// of the function before it, `#` a constant that differs.
const BODIES: [&str; 10] = [
    "pub fn mix_@(seed: u64, rounds: u32) -> u64 {
    let mut state = seed ^ #;
    for round in 0..rounds {
        state = state.wrapping_mul(6364136223846793005).rotate_left(round % 64);
        state ^= state >> 29;
    }
    state
}",
    "pub fn digest_@(text: &str) -> u64 {
    let mut sum: u64 = #;
    for (index, byte) in text.bytes().enumerate() {
        let weight = (index as u64 % 31) + 1;
        sum = sum.wrapping_add(u64::from(byte) * weight);
    }
    mix_~(sum, 3)
}",
    "pub fn words_@(text: &str, shortest: usize) -> Vec<String> {
    let mut words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() >= shortest.max(# % 5))
        .map(str::to_lowercase)
        .collect();
    words.sort_by_key(|word| digest_~(word));
    words.dedup();
    words
}",
    "pub fn summary_@(text: String) -> Option<(String, usize)> {
    let words = words_~(&text, 2);
    let longest = words.iter().max_by_key(|word| word.len())?;
    let total: usize = words.iter().map(|word| word.len()).sum();
    match total {
        0 => None,
        total if total > # => Some((longest.clone(), total % #)),
        total => Some((format!(\"{longest}:{total}\"), total)),
    }
}",
    "pub fn smooth_@(samples: &[f64], radius: usize) -> Vec<f64> {
    let mut result = Vec::with_capacity(samples.len());
    for index in 0..samples.len() {
        let start = index.saturating_sub(radius);
        let end = (index + radius + 1).min(samples.len());
        let window = &samples[start..end];
        let mean = window.iter().sum::<f64>() / window.len() as f64;
        result.push(mean * (1.0 + 1.0 / #.0));
    }
    result
}",
    "pub fn peak_@(samples: Vec<f64>) -> (usize, f64) {
    let smoothed = smooth_~(&samples, # % 7);
    let mut best = (0, f64::NEG_INFINITY);
    for (index, &value) in smoothed.iter().enumerate() {
        if value > best.1 {
            best = (index, value);
        }
    }
    best
}",
    "pub fn escape_@(x: f64, y: f64, limit: u32) -> u32 {
    let (mut re, mut im) = (0.0_f64, 0.0_f64);
    let mut steps = 0;
    while steps < limit && re * re + im * im < 4.0 {
        let next = re * re - im * im + x;
        im = 2.0 * re * im + y + 1e-9 * #.0;
        re = next;
        steps += 1;
    }
    steps
}",
    "pub fn row_@(y: f64, width: u32) -> Vec<u8> {
    let step = 3.0 / f64::from(width.max(1));
    let shade = |column: u32| {
        let x = f64::from(column) * step - 2.0;
        (escape_~(x, y, # % 256) % 256) as u8
    };
    (0..width).map(shade).collect()
}",
    "pub fn parse_@(line: &str) -> Result<Vec<i64>, String> {
    let mut numbers = Vec::new();
    for (column, field) in line.split(',').enumerate() {
        let field = field.trim();
        if field.is_empty() {
            continue;
        }
        let number: i64 = field
            .parse()
            .map_err(|error| format!(\"column {column}: {error}\"))?;
        numbers.push(number % #);
    }
    Ok(numbers)
}",
    "pub fn table_@(lines: &[String], wanted: usize) -> Result<Vec<i64>, String> {
    let mut sums = vec![0_i64; wanted.min(#)];
    for line in lines {
        let numbers = parse_~(line)?;
        for (sum, number) in sums.iter_mut().zip(&numbers) {
            *sum = sum.saturating_add(*number);
        }
    }
    Ok(sums)
}",
];

/// `attribute` stands over each function; `edit` is the one place that differs between two versions of the source.
pub(crate) fn source(count: usize, attribute: &str, edit: usize) -> String {
    let mut text = format!("use threader as _;\n\npub const EDIT: usize = {edit};\n");
    for number in 0..count {
        if number % PER_MODULE == 0 {
            let _ = write!(text, "\npub mod part_{} {{\n", number / PER_MODULE);
        }
        let body = BODIES[number % BODIES.len()]
            .replace('@', &number.to_string())
            .replace('~', &number.wrapping_sub(1).to_string())
            .replace('#', &(1000 + 7 * number).to_string());
        let _ = writeln!(text, "{attribute}\n{body}");
        if number % PER_MODULE == PER_MODULE - 1 || number == count - 1 {
            text += "}\n";
        }
    }
    text
}
