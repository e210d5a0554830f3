//! Everything that a task's signature may be, in a crate that forbids and denies what can be.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, rust_2018_idioms, unused_qualifications, unused_lifetimes)]

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use threader::{block_on, spawn};

macro_rules! run {
    ($($task:tt)*) => { block_on(spawn!($($task)*)).unwrap() };
}

/// A type of the application.
#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
pub struct Tile {
    /// Its width.
    pub width: u32,
}

type Bytes = Vec<u8>;

/// No parameters and no result.
#[threader::task]
pub fn nothing() {}

#[threader::task]
fn owned(tile: Tile, name: String, bytes: Bytes, pair: (u8, [u16; 2])) -> (Tile, String, Bytes, (u8, [u16; 2])) {
    (tile, name, bytes, pair)
}

#[threader::task]
fn borrowed(tile: &Tile, name: &str, bytes: &[u8], tiles: &[Tile], vec: &Vec<u8>, array: &[u8; 2]) -> usize {
    tile.width as usize + name.len() + bytes.len() + tiles.len() + vec.len() + array.len()
}

#[threader::task]
fn patterns((a, b): (u32, u32), mut x: u32, Tile { width }: Tile, _: u8, [c, ..]: &[u32; 2]) -> u32 {
    x += 1;
    a + b + x + width + c
}

#[threader::task]
const fn constant(x: u32) -> u32 {
    x + 1
}

#[threader::task]
fn named_lifetimes<'a, 'b: 'a>(left: &'a str, right: &'b [u8]) -> usize {
    left.len() + right.len()
}

#[threader::task]
fn static_data(text: Cow<'static, str>) -> Cow<'static, str> {
    text
}

#[threader::task]
fn fallible(text: &str) -> Result<BTreeMap<String, Option<u32>>, String> {
    let value = text.parse().map_err(|error| format!("{error}"))?;
    Ok(BTreeMap::from([(text.to_owned(), Some(value))]))
}

#[threader::task(name = "ui/stable-name")]
fn with_a_name(x: u32) -> u32 {
    x
}

/// Attributes of the function's own.
#[threader::task]
#[inline]
#[must_use]
#[allow(clippy::needless_pass_by_value)]
fn with_attributes(#[allow(unused)] x: u32) -> u32 {
    #![allow(unused_variables)]
    let y = 1;
    x
}

#[threader::task]
#[deprecated = "use another"]
fn old(x: u32) -> u32 {
    x
}

#[threader::task]
#[cfg(any())]
fn left_out(x: NoSuchType) -> u32 {
    x
}

#[cfg(any())]
#[threader::task]
fn left_out_too(x: NoSuchType) -> u32 {
    x
}

#[threader::task]
#[cfg(all())]
fn kept(x: u32) -> u32 {
    x
}

#[threader::task]
#[allow(clippy::too_many_arguments)]
fn twenty(
    a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8,
    k: u8, l: u8, m: u8, n: u8, o: u8, p: u8, q: u8, r: &str, s: &[u8], t: &u8,
) -> usize {
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q].len() + r.len() + s.len() + usize::from(*t)
}

macro_rules! of_types {
    ($name:ident, $borrowed:ty, $owned:ty) => {
        #[threader::task]
        fn $name(a: $borrowed, b: &$owned) -> usize {
            a.len() + usize::from(*b)
        }
    };
}
of_types!(of_fragments, &str, u8);
of_types!(of_slices, &[u8], u8);

mod shadowed {
    //! Names of the prelude that are something else here.
    #![allow(dead_code, missing_docs)]

    pub struct Vec;
    pub struct String;
    pub struct Option;
    pub struct Result;
    pub mod core {}
    pub mod std {}
    pub mod threader {}
    pub enum Some {}
    #[allow(non_upper_case_globals)]
    pub const bound: u32 = 0;

    #[::threader::task]
    pub fn shadowed(text: &str, bytes: &[u8]) -> usize {
        text.len() + bytes.len()
    }

    pub fn run() -> usize {
        let task = ::threader::prepare!(shadowed("a", [1]));
        ::threader::block_on(::threader::spawn!(task)).unwrap()
    }
}

fn main() {
    let tile = Tile { width: 3 };
    run!(nothing());
    let (same, ..) = run!(owned(tile.clone(), "a".to_owned(), vec![1], (1, [2, 3])));
    assert_eq!(same, tile);
    assert_eq!(run!(borrowed(tile.clone(), "ab", [1, 2], vec![tile.clone()], vec![1], [1, 2])), 11);
    assert_eq!(run!(patterns((1, 2), 3, tile, 0, [1, 2])), 11);
    assert_eq!(run!(constant(1)), 2);
    const { assert!(constant(1) == 2) }
    assert_eq!(run!(named_lifetimes("a", [1])), 2);
    assert_eq!(run!(static_data("a".into())), "a");
    assert_eq!(run!(fallible("7")).unwrap()["7"], Some(7));
    assert!(run!(fallible("x")).is_err());
    assert_eq!(run!(with_a_name(1)), 1);
    assert_eq!(run!(with_attributes(1)), 1);
    #[allow(deprecated)]
    {
        assert_eq!(run!(old(1)), 1);
    }
    assert_eq!(run!(kept(1)), 1);
    assert_eq!(run!(twenty(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "ab", [1], 5)), 25);
    assert_eq!(run!(of_fragments("abc", 1)) + run!(of_slices(vec![1], 1)), 6);
    assert_eq!(shadowed::run(), 2);
}
