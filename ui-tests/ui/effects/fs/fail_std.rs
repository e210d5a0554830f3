//! Files by way of std.
#![allow(unused)]

use std::fs;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

#[threader::task]
fn reads(name: &str) -> Option<String> {
    std::fs::read_to_string(name).ok()
}

#[threader::pure]
fn by_its_module(name: &str) -> bool {
    fs::remove_file(name).is_ok()
}

#[threader::pure]
fn as_a_value(names: &[String]) -> usize {
    names.iter().flat_map(std::fs::read).count()
}

#[threader::pure]
fn opens(name: &str) -> bool {
    File::open(name).is_ok()
}

#[threader::pure]
fn opens_through_the_module(name: &str) -> bool {
    fs::File::create(name).is_ok()
}

#[threader::pure]
fn opens_for_writing(name: &str) -> bool {
    OpenOptions::new().write(true).open(name).is_ok()
}

#[threader::pure]
fn renamed(name: &str) -> usize {
    use std::fs::read as load;
    load(name).map_or(0, |bytes| bytes.len())
}

#[threader::pure]
fn renamed_module(name: &str) -> bool {
    use std::fs as files;
    files::create_dir(name).is_ok()
}

#[threader::pure]
fn asks_whether_it_is_there(path: &Path) -> bool {
    path.exists()
}

#[threader::pure]
fn asks_what_it_is(name: &str) -> bool {
    PathBuf::from(name).is_dir()
}

#[threader::pure]
fn lists(directory: &Path) -> usize {
    directory.read_dir().map_or(0, Iterator::count)
}

#[threader::pure]
fn resolves(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

#[threader::pure]
fn measures(path: PathBuf) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}

#[threader::pure]
fn asks_by_the_methods_path(paths: &[PathBuf]) -> usize {
    paths.iter().filter(|path| Path::exists(path)).count()
}

fn main() {}
