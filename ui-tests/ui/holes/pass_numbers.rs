//! Hole: results that differ between builds and machines, with nothing in the source to see.
#![allow(unused)]

#[threader::task]
fn by_the_machines_libm(x: f64) -> f64 {
    x.sin().powf(1.1).mul_add(2.0, 1.0)
}

#[threader::task]
fn by_the_bits_of_nan(x: f64) -> u64 {
    (x / 0.0 * 0.0).to_bits()
}

#[threader::pure]
fn by_the_width_of_a_pointer(x: u64) -> usize {
    (x as usize).wrapping_mul(0x9e37_79b9) ^ size_of::<usize>()
}

#[threader::pure]
fn by_the_kind_of_build(x: u8) -> u8 {
    if cfg!(debug_assertions) { x } else { x.wrapping_add(1) }
}

#[threader::pure]
fn by_the_checks_of_overflow(x: u8) -> u8 {
    x + 200
}

#[threader::pure]
fn by_the_depth_of_the_stack(x: u64) -> u64 {
    if x == 0 { 0 } else { 1 + by_the_depth_of_the_stack(x - 1) }
}

#[threader::pure]
fn by_the_order_of_bytes(x: u32) -> [u8; 4] {
    x.to_ne_bytes()
}

#[threader::pure]
fn by_the_name_of_a_function(f: fn(u8) -> u8) -> String {
    format!("{f:?}")
}

fn main() {
    assert_eq!(by_the_depth_of_the_stack(9), 9);
}
