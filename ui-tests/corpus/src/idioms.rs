//! Spellings that are rare and still ordinary: names in unusual cases, constants through generics, big tables.
#![allow(non_snake_case)]

use std::collections::HashMap;
use std::fmt::{self, Debug};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RGB(pub u8, pub u8, pub u8);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colour {
    RED,
    GREEN,
    MIX(u8),
}

use Colour::*;

#[threader::pure]
pub fn paint(colour: Colour) -> RGB {
    match colour {
        RED => RGB(255, 0, 0),
        GREEN => RGB(0, 255, 0),
        MIX(n) => RGB(n, n, 0),
    }
}

#[threader::pure]
pub fn mixes(parts: &[u8]) -> Vec<RGB> {
    use Colour::MIX as Mix;
    parts
        .iter()
        .copied()
        .map(Mix)
        .chain([RED, Colour::GREEN])
        .map(paint)
        .collect()
}

#[threader::pure]
pub fn DOUBLE(x: u32) -> u32 {
    2 * x
}

#[threader::pure]
pub fn calls_a_loud_name(x: u32) -> u32 {
    DOUBLE(x) + Some(x).map_or(0, DOUBLE)
}

#[threader::pure]
pub fn repeated<const SIZE: usize, const FLAG: bool>(byte: u8) -> [u8; SIZE] {
    if FLAG { [byte; SIZE] } else { [0; SIZE] }
}

#[threader::pure]
pub fn both_sizes() -> usize {
    repeated::<3, true>(1).len() + repeated::<{ LANES * 2 }, false>(1).len()
}

const LANES: usize = 4;

pub struct Ring<T, const CAPACITY: usize> {
    items: [Option<T>; CAPACITY],
    at: usize,
}

#[threader::pure]
impl<T: Copy, const CAPACITY: usize> Ring<T, CAPACITY> {
    const LAST: usize = CAPACITY - 1;

    pub fn new() -> Self {
        Ring {
            items: [const { None }; CAPACITY],
            at: 0,
        }
    }

    pub fn push(&mut self, item: T) {
        self.items[self.at] = Some(item);
        self.at = if self.at == Self::LAST {
            0
        } else {
            (self.at + 1) % CAPACITY
        };
    }

    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..CAPACITY).filter_map(|i| self.items[(self.at + i) % CAPACITY])
    }
}

pub trait Limited {
    const LIMIT: u32;
    const NAME: &'static str = "limited";

    fn clamp(x: u32) -> u32;
}

pub struct Low;

#[threader::pure]
impl Limited for Low {
    const LIMIT: u32 = 3;

    fn clamp(x: u32) -> u32 {
        if x > Self::LIMIT {
            <Self as Limited>::LIMIT
        } else {
            x
        }
    }
}

#[threader::pure]
pub fn limited<T: Limited>(x: u32) -> (u32, &'static str) {
    (T::clamp(x).min(T::LIMIT) + <Low as Limited>::LIMIT, T::NAME)
}

static BIG: [u8; 1 << 16] = [1; 1 << 16];
static RULE: &(dyn Fn(u32) -> u32 + Sync) = &|x| x + 1;
static OPERATIONS: [(char, fn(i64, i64) -> Option<i64>); 3] = [
    ('+', i64::checked_add),
    ('-', i64::checked_sub),
    ('/', i64::checked_div),
];
const ROOMS: [&[&str]; 2] = [&["a"], &["b", "c"]];
const NO_MAP: Option<HashMap<u8, u8>> = None;

#[threader::task]
pub fn from_a_big_table(at: usize) -> u8 {
    BIG[at % BIG.len()]
}

#[threader::pure]
pub fn by_an_object(x: u32) -> u32 {
    RULE(x)
}

#[threader::task]
pub fn operate(symbol: char, a: i64, b: i64) -> Option<i64> {
    let (_, operation) = OPERATIONS.iter().find(|(known, _)| *known == symbol)?;
    operation(a, b)
}

#[threader::pure]
pub fn rooms() -> usize {
    ROOMS.iter().copied().flatten().count() + ROOMS[1].len()
}

#[threader::pure]
pub fn known(key: u8, map: Option<&HashMap<u8, u8>>) -> Option<u8> {
    map.or(NO_MAP.as_ref())
        .and_then(|map| map.get(&key).copied())
}

#[threader::pure]
pub fn recursive_closure(n: u64) -> u64 {
    struct Fix<'a>(&'a dyn Fn(&Fix<'_>, u64) -> u64);
    let factorial = Fix(&|this, n| if n == 0 { 1 } else { n * (this.0)(this, n - 1) });
    (factorial.0)(&factorial, n)
}

#[threader::pure]
pub fn shadowing(paint: u32) -> u32 {
    let DOUBLE = |x: u32| x + paint;
    let paint = DOUBLE(paint);
    let rooms = || paint;
    {
        let paint = |x: u32| x * 2;
        paint(rooms())
    }
}

#[threader::pure]
pub fn parameters_that_are_functions(
    or_fallback: impl Fn(u32) -> u32,
    (a, rooms): (u32, fn() -> u32),
) -> u32 {
    or_fallback(a) + rooms()
}

pub struct Wrapper<F>(F);

#[threader::pure]
impl<F: Fn(u32) -> u32> Wrapper<F> {
    pub fn call(&self, x: u32) -> u32 {
        let Wrapper(inner) = self;
        inner(x) + self.0(x) + (self.0)(x)
    }
}

#[threader::pure]
impl<F> Debug for Wrapper<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wrapper").field(&format_args!("..")).finish()
    }
}

#[threader::pure]
pub fn ranges(text: &str) -> Vec<&str> {
    let (start, end) = (text.len() / 3, text.len() / 3 * 2);
    vec![
        &text[..start],
        &text[start..end],
        &text[end..],
        &text[..=0],
        &text[..],
    ]
}

#[threader::pure]
pub fn or_patterns_bind(pair: (Option<u32>, Result<u32, u32>)) -> u32 {
    let ((Some(x), _) | (None, Ok(x) | Err(x))) = pair;
    let tuple @ (a, b) = (x, x + 1);
    let [first, .., last] = [a, b, tuple.0];
    if let (1..=3, y) | (y, 1..=3) = (first, last) {
        y
    } else {
        0
    }
}

#[threader::pure]
pub fn function_types(names: &[&str]) -> Vec<usize> {
    let steps: Vec<(&str, Box<dyn Fn(&str) -> usize>)> = vec![
        ("len", Box::new(str::len)),
        ("words", Box::new(|text| text.split(' ').count())),
    ];
    names
        .iter()
        .flat_map(|name| steps.iter().map(move |(_, step)| step(name)))
        .collect()
}

#[doc(hidden)]
#[inline]
#[must_use]
#[threader::pure]
#[deprecated(note = "an attribute below")]
pub fn attributes(x: u32) -> u32 {
    #[allow(clippy::let_and_return)]
    let y = x;
    #[rustfmt::skip]
    let z = y;
    z
}
