//! Generic tasks.
#![deny(warnings)]

use std::fmt::Display;
use std::iter::Sum;

use serde::Serialize;
use serde::de::DeserializeOwned;
use threader::{block_on, prepare, spawn};

macro_rules! run {
    ($($task:tt)*) => { block_on(spawn!($($task)*)).unwrap() };
}

trait Data: Serialize + DeserializeOwned + Send + 'static {}
impl<T: Serialize + DeserializeOwned + Send + 'static> Data for T {}

#[threader::task]
fn total<T: Data + Copy + Sum>(values: &[T]) -> T {
    values.iter().copied().sum()
}

#[threader::task]
fn pair<A, B>(a: A, b: &B) -> (A, String)
where
    A: Data,
    B: Data + Display,
{
    (a, b.to_string())
}

#[threader::task]
fn array<const N: usize>(value: u8) -> Vec<u8> {
    vec![value; N]
}

#[threader::task]
fn borrowed<'a, T: Data + Clone>(value: &'a T, text: &'a str) -> (T, String) {
    (value.clone(), text.to_owned())
}

fn caller<T: Data + Copy + Sum>(values: Vec<T>) -> T {
    run!(total::<T>(values))
}

fn main() {
    assert_eq!(run!(total(vec![1u8, 2])), 3);
    assert_eq!(run!(total([1.5, 2.5])), 4.0);
    assert_eq!(run!(total::<u64>([1, 2])), 3);
    assert_eq!(run!(total::<u64>(vec![])), 0);
    assert_eq!(run!(total::<u16>([1u8, 2].map(u16::from))), 3);
    assert_eq!(run!(pair(1, "x".to_owned())), (1, "x".to_owned()));
    assert_eq!(run!(pair::<u8, _>(1, 2i64)), (1, "2".to_owned()));
    assert_eq!(run!(array::<3>(7)), [7, 7, 7]);
    assert_eq!(run!(borrowed('a', "b")), ('a', "b".to_owned()));
    assert_eq!(caller(vec![1i16, 2]), 3);
    let task: threader::Task<f32> = prepare!(total(vec![]));
    assert_eq!(run!(task), 0.0);
}
