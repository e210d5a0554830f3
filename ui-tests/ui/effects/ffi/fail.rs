//! Foreign functions.
#![allow(unused)]

mod libc {
    pub fn getpid() -> i32 {
        1
    }
}
mod rustix {
    pub mod process {
        pub fn getppid() -> i32 {
            1
        }
    }
}
mod nix {
    pub mod unistd {
        pub fn getuid() -> u32 {
            1
        }
    }
}
unsafe extern "C" {
    safe fn abs(x: i32) -> i32;
}

#[threader::task]
fn through_libc() -> i32 {
    libc::getpid()
}

#[threader::pure]
fn through_rustix() -> i32 {
    rustix::process::getppid()
}

#[threader::pure]
fn through_nix() -> u32 {
    nix::unistd::getuid()
}

#[threader::pure]
fn renamed() -> i32 {
    use libc::getpid as own;
    own()
}

#[threader::pure]
fn as_a_value(given: Option<i32>) -> i32 {
    given.unwrap_or_else(libc::getpid)
}

#[threader::pure]
fn declared_outside(x: i32) -> i32 {
    abs(x)
}

#[threader::pure(allow(unsafe))]
fn declared_inside(x: i32) -> i32 {
    unsafe extern "C" {
        fn labs(x: i32) -> i32;
    }
    x
}

fn main() {}
