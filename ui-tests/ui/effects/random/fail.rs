//! Random values without a seed.
#![allow(unused)]

mod rand {
    pub fn random() -> u32 {
        4
    }
    pub fn rng() -> u32 {
        4
    }
    pub fn thread_rng() -> u32 {
        4
    }
    pub mod rngs {
        pub struct OsRng;
        pub struct StdRng;
        impl StdRng {
            pub fn from_entropy() -> StdRng {
                StdRng
            }
            pub fn from_os_rng() -> StdRng {
                StdRng
            }
        }
    }
}
mod getrandom {
    pub fn fill(_: &mut [u8]) {}
}
mod fastrand {
    use std::ops::Range;
    pub fn u32(range: Range<u32>) -> u32 {
        range.start
    }
}
mod uuid {
    pub struct Uuid;
    impl Uuid {
        pub fn new_v4() -> Uuid {
            Uuid
        }
    }
}
use rand::rngs::{OsRng, StdRng};
use rand::thread_rng;
use uuid::Uuid;

#[threader::task]
fn draws() -> u32 {
    rand::random()
}

#[threader::pure]
fn of_the_thread() -> u32 {
    rand::rng()
}

#[threader::pure]
fn of_the_thread_by_name() -> u32 {
    thread_rng()
}

#[threader::pure]
fn of_the_thread_renamed() -> u32 {
    use rand::thread_rng as generator;
    generator()
}

#[threader::pure]
fn seeds_from_the_system() {
    let _rng = StdRng::from_os_rng();
}

#[threader::pure]
fn seeds_from_entropy() {
    let _rng = rand::rngs::StdRng::from_entropy();
}

#[threader::pure]
fn the_system_itself() {
    let _rng = OsRng;
}

#[threader::pure]
fn fills(buffer: &mut [u8]) {
    getrandom::fill(buffer);
}

#[threader::pure]
fn quickly() -> u32 {
    fastrand::u32(0..6)
}

#[threader::pure]
fn names() {
    let _name = Uuid::new_v4();
}

#[threader::pure]
fn as_a_value(given: Option<u32>) -> u32 {
    given.unwrap_or_else(rand::random)
}

fn main() {}
