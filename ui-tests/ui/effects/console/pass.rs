//! Text that stays inside, and effects that were agreed to.
#![allow(unused)]

use std::fmt::Write as _;
use std::io::{self, BufRead, Cursor, Read, Write};

#[threader::task]
fn formats(x: u32) -> String {
    format!("println!({x})")
}

#[threader::pure]
fn into_a_string(x: u32) -> String {
    let mut out = String::new();
    write!(out, "{x}").unwrap();
    writeln!(&mut out, "!").unwrap();
    out
}

#[threader::pure]
fn into_bytes(x: u32) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    writeln!(out, "{x}")?;
    out.write_all(b"end")?;
    Ok(out)
}

#[threader::pure]
fn into_any_writer(out: &mut dyn Write, x: u32) -> io::Result<()> {
    write!(out, "{x}")
}

#[threader::pure]
fn from_bytes(bytes: &[u8]) -> io::Result<String> {
    let mut text = String::new();
    Cursor::new(bytes).read_to_string(&mut text)?;
    Ok(text)
}

#[threader::pure]
fn lines(bytes: &[u8]) -> usize {
    io::BufReader::new(bytes).lines().count()
}

#[threader::pure]
fn fails(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[threader::pure]
fn panics(x: u32) -> u32 {
    if x > 3 {
        panic!("{x} is too much");
    }
    x
}

#[threader::task(allow(console))]
fn agreed(x: u32) -> u32 {
    println!("{x}");
    dbg!(x)
}

struct Report(Vec<String>);

#[threader::pure]
impl Report {
    fn print(&mut self, text: &str) -> &mut Self {
        self.0.push(text.to_owned());
        self
    }
}

#[threader::pure(allow(console))]
impl Report {
    fn show(&self) {
        println!("{:?}", self.0);
    }
}

#[threader::pure]
fn stdout(text: &str) -> usize {
    text.len()
}

#[threader::pure]
fn a_local_of_that_name(stdin: &str) -> usize {
    let stderr = stdin.len();
    let println = stderr + 1;
    println
}

fn main() {
    assert_eq!(formats(1), "println!(1)");
    assert_eq!(into_bytes(1).unwrap(), b"1\nend");
}
