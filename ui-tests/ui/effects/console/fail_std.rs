//! Writing and reading text outside: macros and streams of std.
#![allow(unused)]

use std::io;
use std::io::Write;

#[threader::task]
fn prints(x: u32) -> u32 {
    println!("{x}");
    x
}

#[threader::pure]
fn prints_an_error(x: u32) -> u32 {
    std::eprintln!("{x}");
    x
}

#[threader::pure]
fn shows(x: u32) -> u32 {
    dbg!(x) + 1
}

#[threader::pure]
fn in_a_closure(items: &[u32]) {
    items.iter().for_each(|item| print!("{item}"));
}

#[threader::pure]
fn in_an_argument(x: u32) -> Vec<u32> {
    vec![x, dbg!(x + 1)]
}

#[threader::pure]
fn in_an_assertion(x: u32) {
    assert!(x > 0, "{}", {
        eprint!("about to fail");
        x
    });
}

#[threader::pure]
fn in_a_nested_function(x: u32) -> u32 {
    fn inner(x: u32) -> u32 {
        println!("inner");
        x
    }
    inner(x)
}

#[threader::pure]
fn in_a_guard(x: Option<u32>) -> bool {
    match x {
        Some(n) if dbg!(n) > 3 => true,
        _ => false,
    }
}

#[threader::pure]
fn by_its_path(text: &str) -> bool {
    std::io::stdout().write_all(text.as_bytes()).is_ok()
}

#[threader::pure]
fn by_its_module(text: &str) -> bool {
    io::stderr().write_all(text.as_bytes()).is_ok()
}

#[threader::pure]
fn renamed() -> usize {
    use std::io::stdin as input;
    input().lines().count()
}

#[threader::pure]
fn as_a_target(x: u32) {
    let _ = writeln!(std::io::stdout().lock(), "{x}");
}

struct Counter(u32);

#[threader::pure]
impl Counter {
    fn next(&mut self) -> u32 {
        self.0 += 1;
        println!("{}", self.0);
        self.0
    }
}

fn main() {}
