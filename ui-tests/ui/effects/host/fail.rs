//! Asking the pool's owner.
#![allow(unused)]

mod read_chunk {
    pub fn call(_: u32) -> Vec<u8> {
        Vec::new()
    }
}
mod hosts {
    pub mod size_of_file {
        pub fn call(_: &str) -> u64 {
            0
        }
    }
}

#[threader::task]
fn asks(id: u32) -> usize {
    read_chunk::call(id).len()
}

#[threader::pure]
fn asks_by_a_path(name: &str) -> u64 {
    hosts::size_of_file::call(name)
}

fn main() {}
