//! Functions that nobody vouches for.
#![allow(unused)]

fn noisy(x: u32) -> u32 {
    println!("{x}");
    x
}

fn silent(x: u32) -> u32 {
    x + 1
}

mod helpers {
    pub fn quiet(x: u32) -> u32 {
        x + 1
    }
    pub mod deep {
        pub fn quieter(x: u32) -> u32 {
            x + 2
        }
    }
}
mod globbed {
    pub fn from_a_glob(x: u32) -> u32 {
        x
    }
}
use globbed::*;

#[threader::task]
fn calls(x: u32) -> u32 {
    noisy(x)
}

#[threader::pure]
fn calls_a_harmless_one(x: u32) -> u32 {
    silent(x) + 1
}

#[threader::pure]
fn by_path(x: u32) -> u32 {
    helpers::quiet(x)
}

#[threader::pure]
fn by_a_long_path(x: u32) -> u32 {
    crate::helpers::deep::quieter(x)
}

#[threader::pure]
fn renamed(x: u32) -> u32 {
    use helpers::quiet as hush;
    hush(x)
}

#[threader::pure]
fn through_a_glob(x: u32) -> u32 {
    from_a_glob(x)
}

#[threader::pure]
fn as_a_value(values: &[u32]) -> u32 {
    values.iter().copied().map(silent).sum()
}

#[threader::pure]
fn as_an_argument(x: u32) -> u32 {
    Some(x).map_or(0, noisy)
}

#[threader::pure]
fn stored(x: u32) -> u32 {
    let f: fn(u32) -> u32 = silent;
    f(x)
}

#[threader::pure]
fn with_a_turbofish(x: u32) -> u32 {
    identical::<u32>(x)
}

fn identical<T>(x: T) -> T {
    x
}

#[threader::pure]
fn in_a_macro(x: u32) -> String {
    format!("{}", silent(x))
}

#[threader::pure]
fn in_a_closure(values: &[u32]) -> Vec<u32> {
    values.iter().map(|value| helpers::quiet(*value)).collect()
}

#[threader::pure]
fn in_a_loop_head(x: u32) -> u32 {
    let mut sum = 0;
    for i in 0..silent(x) {
        sum += i;
    }
    sum
}

#[threader::pure(trust(noisy))]
fn trusts_another(x: u32) -> u32 {
    noisy(x) + silent(x)
}

struct Sum(u32);

#[threader::pure]
impl Sum {
    fn add(&mut self, x: u32) {
        self.0 += silent(x);
    }
}

fn main() {}
