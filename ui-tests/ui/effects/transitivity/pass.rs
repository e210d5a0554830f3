//! Functions that somebody vouches for, by every way to name them.
#![allow(unused)]

use std::cmp::{self, max, min};
use std::mem::swap;

#[threader::pure]
fn helper(x: u32) -> u32 {
    x + 1
}

#[threader::task]
fn task(x: u32) -> u32 {
    helper(x) * 2
}

#[threader::pure]
const fn proven(x: u32) -> u32 {
    x * 3
}

mod inner {
    #[threader::pure]
    pub fn helper(x: u32) -> u32 {
        super::helper(x) + self::private(x)
    }

    #[threader::pure]
    fn private(x: u32) -> u32 {
        x
    }

    #[threader::pure]
    pub(crate) fn of_the_crate(x: u32) -> u32 {
        x
    }
}

mod globbed {
    #[threader::pure]
    pub fn from_a_glob(x: u32) -> u32 {
        x
    }
}
use globbed::*;
use inner::helper as renamed_helper;

#[threader::task]
fn a_task_calls_a_task(x: u32) -> u32 {
    task(x) + proven(x)
}

#[threader::pure]
fn by_paths(x: u32) -> u32 {
    inner::helper(x) + crate::inner::of_the_crate(x) + self::helper(x) + renamed_helper(x) + from_a_glob(x)
}

#[threader::pure]
fn renamed(x: u32) -> u32 {
    use inner::of_the_crate as shared;
    shared(x)
}

#[threader::pure]
fn as_values(values: &[u32]) -> u32 {
    let f: fn(u32) -> u32 = if values.len() > 3 { helper } else { inner::helper };
    values.iter().copied().map(helper).map(f).map(task).sum()
}

#[threader::pure]
fn generic<T: Clone>(x: &T, f: impl Fn(&T) -> T) -> (T, T) {
    (f(x), x.clone())
}

#[threader::pure]
fn calls_a_generic(x: u32) -> (u32, u32) {
    generic::<u32>(&x, |x| helper(*x))
}

#[threader::pure]
fn of_std(mut a: u32, mut b: u32) -> u32 {
    swap(&mut a, &mut b);
    max(a, 3) + min(b, 4) + cmp::max(a, b) + std::cmp::min(a, b) + core::cmp::max(a, 1)
}

#[threader::pure]
fn methods_by_path(words: &[String]) -> usize {
    words.iter().map(String::as_str).map(str::len).map(usize::count_ones).map(u64::from).sum::<u64>() as usize
}

#[threader::pure]
fn recursive(n: u32) -> u32 {
    if n < 2 { n } else { recursive(n - 1) + recursive(n - 2) }
}

#[threader::pure]
fn nested(n: u32) -> u32 {
    fn local(n: u32) -> u32 {
        other(n) + 1
    }
    fn other(n: u32) -> u32 {
        n
    }
    local(n)
}

#[threader::pure]
fn from_outside(x: f64) -> f64 {
    helper_crate::norm(x)
}

fn unmarked(x: u32) -> u32 {
    x
}

mod unmarked_too {
    pub fn same(x: u32) -> u32 {
        x
    }
    pub fn other(x: u32) -> u32 {
        x
    }
}

#[threader::pure(trust(unmarked))]
fn trusts(x: u32) -> u32 {
    unmarked(x)
}

#[threader::task(trust(unmarked, unmarked_too))]
fn trusts_a_module(x: u32) -> u32 {
    unmarked(x) + unmarked_too::same(x) + unmarked_too::other(x)
}

#[threader::pure]
fn changes(values: &mut Vec<u32>, by: impl Fn(u32) -> u32) {
    values.iter_mut().for_each(|value| *value = by(*value));
}

#[threader::task]
fn uses_one_that_changes(mut values: Vec<u32>) -> Vec<u32> {
    changes(&mut values, |value| value + 1);
    changes(&mut values, helper);
    values
}

struct Sum(u32);

#[threader::pure]
impl Sum {
    fn new() -> Self {
        Sum(0)
    }

    fn add(mut self, x: u32) -> Self {
        self.0 += helper(x);
        self
    }
}

#[threader::pure]
fn sums(values: &[u32]) -> u32 {
    values.iter().fold(Sum::new(), |sum, value| sum.add(*value)).0
}

fn main() {
    assert_eq!(a_task_calls_a_task(1), 7);
    assert_eq!(sums(&[1, 2]), 5);
    assert_eq!(uses_one_that_changes(vec![1]), [3]);
}
