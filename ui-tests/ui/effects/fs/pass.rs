//! Paths as text, files of the source code, and names that only look like it.
#![allow(unused)]

use std::path::{Component, Path, PathBuf};
use std::sync::RwLock;

#[threader::task]
fn extension(name: &str) -> Option<String> {
    let extension = Path::new(name).extension()?;
    Some(extension.to_string_lossy().into_owned())
}

#[threader::pure]
fn beside(path: &Path, name: &str) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).join(name).with_extension("txt")
}

#[threader::pure]
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    out
}

#[threader::pure]
fn at_compile_time() -> usize {
    include_str!("pass.rs").len() + include_bytes!("pass.rs").len()
}

#[threader::pure]
fn locks(values: &[u32]) -> u32 {
    let sum = RwLock::new(0);
    for value in values {
        *sum.write().unwrap() += value;
    }
    *sum.read().unwrap()
}

#[derive(Clone, Copy, PartialEq)]
enum File {
    A,
    B,
}

#[threader::pure]
impl File {
    fn next(self) -> Option<File> {
        (self == File::A).then_some(File::B)
    }

    fn exists(self) -> bool {
        self.next().is_some()
    }
}

#[threader::pure]
fn of_a_chess_board(file: File) -> bool {
    file.exists() || File::next(file).is_none()
}

#[threader::pure]
fn open(door: u8) -> u8 {
    door + 1
}

#[threader::pure]
fn calls_its_own(fs: u8) -> u8 {
    let read = |x: u8| x + fs;
    read(open(fs))
}

#[threader::pure(allow(fs))]
fn agreed(name: &str) -> bool {
    std::fs::read(name).is_ok() && Path::new(name).exists()
}

#[threader::task(allow(fs, console))]
fn agreed_to_several(name: &str) -> u64 {
    println!("{name}");
    std::fs::metadata(name).map_or(0, |data| data.len())
}

mod drawing {
    pub struct Path(pub Vec<(i32, i32)>);

    impl Path {
        pub fn exists(&self) -> bool {
            !self.0.is_empty()
        }
    }
}

#[threader::pure]
fn a_path_that_is_drawn(outlines: &[drawing::Path]) -> usize {
    use drawing::Path;
    outlines.iter().filter(|path| Path::exists(path)).count()
}

fn main() {
    assert_eq!(normal(Path::new("a/./b/../c")), Path::new("a/c"));
    assert_eq!(locks(&[1, 2]), 3);
}
