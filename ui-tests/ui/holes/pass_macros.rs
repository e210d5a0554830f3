//! Hole: a macro's tokens are scanned where it is called; what it is made of elsewhere is not seen.
#![allow(unused)]

macro_rules! shout {
    ($x:expr) => {{
        println!("{}", $x);
        $x
    }};
}

macro_rules! call {
    ($x:expr) => {
        crate::noisy($x)
    };
}

fn noisy(x: u32) -> u32 {
    println!("{x}");
    x
}

#[threader::task]
fn prints_through_a_macro(x: u32) -> u32 {
    shout!(x)
}

#[threader::pure]
fn calls_through_a_macro(x: u32) -> u32 {
    call!(x) + 1
}

#[derive(Debug)]
struct Point {
    x: u32,
}

/// A derived implementation is fine; one by hand would be seen as little.
#[threader::pure]
fn shows(x: u32) -> String {
    format!("{:?}", Point { x })
}

fn main() {
    assert_eq!(prints_through_a_macro(1), 1);
}
