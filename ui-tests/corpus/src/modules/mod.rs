//! Names and the ways to reach them: modules, globs, renames, re-exports.

use std::cmp::{self, Ordering, max, min};
use std::mem::{replace, take};

mod norm;
pub use norm::norm;

pub mod shapes {
    #[threader::pure]
    pub fn area(width: u32, height: u32) -> u32 {
        width * height
    }

    #[threader::pure]
    pub(crate) fn edge(width: u32, height: u32) -> u32 {
        2 * (width + height)
    }

    pub mod inner {
        use super::*;

        #[threader::pure]
        pub fn ratio(width: u32, height: u32) -> f64 {
            f64::from(area(width, height)) / f64::from(edge(width, height))
        }

        #[threader::pure]
        pub(in crate::modules) fn unit() -> u32 {
            super::area(1, 1) + self::half(2)
        }

        #[threader::pure]
        pub(self) fn half(n: u32) -> u32 {
            n / 2
        }
    }

    pub use inner::ratio as proportion;
}

use self::shapes::{edge as circumference, inner, *};

#[threader::task]
pub fn fence(width: u32, height: u32) -> u32 {
    max(circumference(width, height), area(width, height))
}

#[threader::task]
pub fn frame(width: u32, height: u32) -> f64 {
    proportion(width, height)
        + crate::modules::shapes::inner::ratio(width, height)
        + f64::from(inner::unit())
}

#[threader::pure]
pub fn normed(x: f64) -> f64 {
    norm(x) + norm::norm(x) + norm::squared(x)
}

#[threader::pure]
pub fn clamp(value: i32, low: i32, high: i32) -> i32 {
    min(max(value, low), high)
}

#[threader::pure]
pub fn three_way(a: i32, b: i32) -> Ordering {
    cmp::max(a, 0).cmp(&cmp::min(b, 0))
}

#[threader::pure]
pub fn drain_into(from: &mut Vec<u8>, into: &mut Vec<u8>) -> Vec<u8> {
    let taken = take(from);
    replace(into, taken)
}

#[threader::task]
pub fn local_imports(text: &str) -> Result<String, String> {
    use std::str::from_utf8 as decode;
    use std::string::String as Text;
    let text: Text = decode(text.as_bytes()).map_err(|e| e.to_string())?.into();
    fn shout(text: &str) -> String {
        text.to_uppercase()
    }
    let shouted = shout(&text);
    Ok(shouted)
}

#[threader::task]
pub fn nested_functions(n: u32) -> u32 {
    return outer(n);

    fn outer(n: u32) -> u32 {
        const BASE: u32 = 10;
        fn inner(n: u32) -> u32 {
            n % BASE
        }
        inner(n) + (n >= BASE).then(|| outer(n / BASE)).unwrap_or(0)
    }
}

#[threader::pure]
fn is_even(n: u32) -> bool {
    n == 0 || is_odd(n - 1)
}

#[threader::pure]
fn is_odd(n: u32) -> bool {
    n != 0 && is_even(n - 1)
}

#[threader::task]
pub fn parities(numbers: &[u32]) -> Vec<bool> {
    let rule: fn(u32) -> bool = if numbers.len() > 3 { is_even } else { is_odd };
    numbers.iter().copied().map(rule).collect()
}

#[threader::pure]
pub fn by_table(name: &str, x: f64) -> Option<f64> {
    let functions: [(&str, fn(f64) -> f64); 4] = [
        ("abs", f64::abs),
        ("norm", norm),
        ("sqrt", f64::sqrt),
        ("half", |x| x / 2.0),
    ];
    let (_, function) = functions.into_iter().find(|(known, _)| *known == name)?;
    Some(function(x))
}

#[threader::pure]
pub fn r#match(r#type: &str) -> bool {
    r#type == "match"
}

#[threader::pure]
pub fn raw_names(kind: &str) -> bool {
    r#match(kind)
}

#[threader::pure]
pub fn line(from: (i32, i32), to: (i32, i32)) -> Vec<(i32, i32)> {
    let steps = max((to.0 - from.0).abs(), (to.1 - from.1).abs());
    (0..=steps)
        .map(|i| {
            let at = |a: i32, b: i32| a + (b - a) * i / steps.max(1);
            (at(from.0, to.0), at(from.1, to.1))
        })
        .collect()
}

#[threader::pure]
pub fn matches(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            matches(&pattern[1..], text)
                || !text.is_empty() && matches(pattern, text.get(1..).unwrap_or(""))
        }
        (Some(p), Some(t)) if p == '?' || p == t => matches(&pattern[1..], &text[1..]),
        _ => false,
    }
}

#[threader::task]
pub fn length_of_line(x: i32, y: i32) -> usize {
    line((0, 0), (x, y)).len()
}
