//! Files by way of other crates.
#![allow(unused)]

mod fs_err {
    pub fn read(_: &str) -> Vec<u8> {
        Vec::new()
    }
}
mod tempfile {
    pub fn tempdir() -> u8 {
        0
    }
}
mod walkdir {
    pub struct WalkDir;
    impl WalkDir {
        pub fn new(_: &str) -> WalkDir {
            WalkDir
        }
    }
}

#[threader::task]
fn reads(name: &str) -> usize {
    fs_err::read(name).len()
}

#[threader::pure]
fn makes_a_folder() -> u8 {
    tempfile::tempdir()
}

#[threader::pure]
fn walks(name: &str) {
    let _walk = walkdir::WalkDir::new(name);
}

fn main() {}
