//! Commands that are data, and names that only look like it.
#![allow(unused)]

use std::process::ExitCode;

enum Command {
    Push(i32),
    Exit,
}

#[threader::pure]
impl Command {
    fn parse(word: &str) -> Option<Command> {
        match word {
            "exit" => Some(Command::Exit),
            number => number.parse().ok().map(Command::Push),
        }
    }
}

#[threader::task]
fn run(script: &str) -> i32 {
    let commands = script.split(' ').filter_map(Command::parse);
    let mut sum = 0;
    for command in commands {
        match command {
            Command::Push(n) => sum += n,
            Command::Exit => break,
        }
    }
    sum
}

#[threader::pure]
fn exit(maze: &[u8]) -> Option<usize> {
    maze.iter().position(|&cell| cell == b'E')
}

#[threader::pure]
fn calls_its_own(maze: &[u8]) -> usize {
    exit(maze).unwrap_or_default()
}

#[threader::pure]
fn process(items: &mut [u8], abort: impl Fn(u8) -> bool) {
    for item in items {
        if abort(*item) {
            return;
        }
        *item += 1;
    }
}

#[threader::pure]
fn called(mut items: Vec<u8>) -> Vec<u8> {
    process(&mut items, |item| item > 3);
    items
}

#[threader::pure]
fn code(failed: bool) -> ExitCode {
    if failed { ExitCode::FAILURE } else { ExitCode::from(0) }
}

struct Row {
    id: u32,
}

#[threader::pure]
impl Row {
    fn id(&self) -> u32 {
        self.id
    }
}

#[threader::pure(allow(process))]
fn agreed() -> u32 {
    std::process::id()
}

fn main() {
    assert_eq!(run("1 2 exit 3"), 3);
    assert_eq!(called(vec![1, 9, 1]), [2, 9, 1]);
}
