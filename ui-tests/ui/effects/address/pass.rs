//! Sizes, counts and formats that say nothing about places.
#![allow(unused)]

use std::mem::{align_of, size_of, size_of_val};
use std::rc::Rc;

#[threader::task]
fn casts(x: f64) -> u32 {
    x as i64 as u32
}

#[threader::pure]
fn sizes(items: &[u64]) -> usize {
    size_of::<u32>() + align_of::<u32>() + size_of_val(items)
}

#[threader::pure]
fn with_a_precision(x: f64, p: usize) -> String {
    format!("{x:p$} {:.1$}", x, p)
}

#[threader::pure]
fn with_braces(x: u8) -> String {
    format!("{{x:p}} {x:?} {{{x}}}")
}

#[threader::pure]
fn in_a_text() -> &'static str {
    "{:p} as *const u8"
}

#[threader::pure]
fn a_variable_called_p(p: u32) -> String {
    format!("{p} {p:>4} {0:?}", p)
}

#[threader::pure]
fn shares(x: u8) -> usize {
    let a = Rc::new(x);
    let b = Rc::clone(&a);
    assert_eq!(a, b);
    Rc::strong_count(&a)
}

#[threader::pure]
fn indexes(items: &[u8], wanted: u8) -> Option<usize> {
    items.iter().position(|item| *item == wanted)
}

#[threader::pure]
fn slices(items: &mut Vec<u8>) -> (&[u8], usize) {
    items.as_mut_slice().reverse();
    (items.as_slice(), items.capacity())
}

struct Ptr(usize);

#[threader::pure]
impl Ptr {
    fn addr(&self) -> usize {
        self.0
    }

    fn eq(&self, other: &Ptr) -> bool {
        self.addr() == other.addr()
    }
}

#[threader::pure]
fn same(ptr: &Ptr) -> bool {
    ptr.eq(&Ptr(3))
}

#[threader::pure(allow(address))]
fn agreed(x: &u32, y: &u32) -> bool {
    std::ptr::eq(x, y) || format!("{x:p}").is_empty()
}

fn main() {
    assert_eq!(with_a_precision(1.25, 1), "1.25 1.2");
    assert_eq!(with_braces(1), "{x:p} 1 {1}");
}
