//! Macros: those of std, those of users, functions made by macros.

use std::collections::BTreeMap;
use std::fmt::Write as _;

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

macro_rules! largest {
    ($first:expr $(,)?) => { $first };
    ($first:expr, $($rest:expr),+ $(,)?) => {{
        let (a, b) = ($first, largest!($($rest),+));
        if a > b { a } else { b }
    }};
}

macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {{
        let mut map = BTreeMap::new();
        $(map.insert($key, $value);)*
        map
    }};
}

macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(format!($($message)+));
        }
    };
}

#[threader::task]
pub fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (square!(a.0 - b.0) + square!(a.1 - b.1)).sqrt()
}

#[threader::pure]
pub fn largest_of(a: i32, b: i32, c: i32) -> i32 {
    largest!(a, b.abs(), c + 1)
}

#[threader::pure]
pub fn planets() -> BTreeMap<&'static str, u32> {
    map! { "mercury" => 88, "venus" => 225, "earth" => 365 }
}

#[threader::task]
pub fn checked_age(age: i32) -> Result<u8, String> {
    ensure!(age >= 0, "{age} is negative");
    ensure!(age < 150, "{} is too old by {}", age, age - 150);
    Ok(age as u8)
}

macro_rules! conversions {
    ($($name:ident($from:ident) = $factor:literal;)*) => {$(
        #[threader::pure]
        pub fn $name($from: f64) -> f64 {
            $from * $factor
        }
    )*};
}

conversions! {
    miles(kilometres) = 0.621_371;
    pounds(kilograms) = 2.204_62;
    inches(centimetres) = 0.393_701;
}

#[threader::task]
pub fn imperial(kilometres: f64, kilograms: f64) -> (f64, f64, f64) {
    (
        miles(kilometres),
        pounds(kilograms),
        inches(kilometres * 1e5),
    )
}

#[threader::pure]
pub fn checked(values: &[i32]) -> i32 {
    assert!(!values.is_empty(), "no values in {}", module_path!());
    debug_assert_ne!(values.len(), usize::MAX);
    let sum = values.iter().sum();
    assert_eq!(
        sum,
        values.iter().rev().sum::<i32>(),
        "addition commutes: {values:?}"
    );
    sum
}

#[threader::pure]
pub fn build_facts() -> String {
    let name = env!("CARGO_PKG_NAME");
    let extra = option_env!("PURITY_CORPUS_EXTRA").unwrap_or("nothing");
    concat!("built: ", stringify!(a + b), "; ").to_owned() + name + extra
}

#[threader::pure]
pub fn is_vowel(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u')
}

#[threader::pure]
pub fn kind(text: &str) -> &'static str {
    if matches!(text.chars().next(), Some(c) if c.is_uppercase()) {
        "name"
    } else if text.chars().any(is_vowel) {
        "word"
    } else {
        "noise"
    }
}

#[threader::task]
pub fn table(rows: &[(String, f64)], width: usize) -> String {
    let mut out = String::new();
    for (name, value) in rows {
        writeln!(out, "{name:<width$}|{value:>10.precision$}", precision = 2)
            .expect("strings do not fail");
    }
    write!(&mut out, "{}", format_args!("{:-<1$}", "", width + 11)).unwrap();
    out
}

#[threader::pure]
pub fn unreachable_arms(n: u8) -> u8 {
    match n % 3 {
        0 => n,
        1 => n
            .checked_add(1)
            .unwrap_or_else(|| panic!("{n} overflows at {}:{}", file!(), line!())),
        2 => n - 2,
        _ => unreachable!(),
    }
}

#[threader::pure]
pub fn platform() -> &'static str {
    if cfg!(target_family = "wasm") {
        "wasm"
    } else {
        "native"
    }
}

#[cfg(target_pointer_width = "64")]
#[threader::pure]
pub fn word_bits() -> u32 {
    64
}

#[cfg(not(target_pointer_width = "64"))]
#[threader::pure]
pub fn word_bits() -> u32 {
    32
}

#[threader::pure]
pub fn words(bits: u32) -> u32 {
    let words = bits.div_ceil(word_bits());
    #[cfg(debug_assertions)]
    assert!(words * word_bits() >= bits);
    words
}

macro_rules! counted {
    ($($item:expr),*) => { [$(counted!(@one $item)),*].len() };
    (@one $item:expr) => { { let _ = &$item; } };
}

#[threader::pure]
pub fn count_three(text: &str) -> usize {
    counted!(text.len(), text.trim(), text.to_uppercase())
}
