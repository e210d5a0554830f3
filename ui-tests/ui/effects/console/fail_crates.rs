//! Loggers.
#![allow(unused)]

mod log {
    macro_rules! write_nowhere {
        ($($text:tt)*) => { { let _ = format!($($text)*); } };
    }
    pub(crate) use {write_nowhere as info, write_nowhere as warn, write_nowhere as debug};
}
mod tracing {
    pub(crate) use crate::log::{info, warn};
}
macro_rules! twice {
    ($($text:tt)*) => { { $($text)*; $($text)* } };
}
use log::debug;

#[threader::task]
fn logs(x: u32) -> u32 {
    log::info!("{x}");
    x
}

#[threader::pure]
fn traces(x: u32) {
    tracing::warn!("{x} is too much");
}

#[threader::pure]
fn imported(x: u32) {
    debug!("{x}");
}

#[threader::pure]
fn through_a_macro_of_ones_own(x: u32) {
    twice!(println!("{x}"));
}

fn main() {}
