//! Names that look like effects and are none.

use std::collections::BTreeMap;

#[threader::pure]
fn open(lock: &[u8], key: u8) -> Vec<u8> {
    lock.iter().map(|byte| byte ^ key).collect()
}

#[threader::pure]
fn random(seed: u32) -> u32 {
    seed.wrapping_mul(2_654_435_761).rotate_left(7)
}

#[threader::pure]
fn now(ticks: &[u64]) -> u64 {
    ticks.last().copied().unwrap_or(0)
}

#[threader::pure]
fn spawn(population: u32, rate: f32) -> u32 {
    (population as f32 * rate) as u32
}

#[threader::pure]
fn exit(maze: &[&str]) -> Option<(usize, usize)> {
    maze.iter()
        .enumerate()
        .find_map(|(row, line)| line.find('E').map(|column| (row, column)))
}

#[threader::pure]
fn log(x: f64, base: f64) -> f64 {
    x.ln() / base.ln()
}

#[threader::pure]
fn print(value: i32) -> String {
    value.to_string()
}

#[threader::pure]
fn sleep(hours: f32) -> bool {
    hours >= 7.5
}

#[threader::task]
pub fn unlock(lock: &[u8], key: u8) -> String {
    String::from_utf8_lossy(&open(lock, key)).into_owned()
}

#[threader::task]
pub fn mixed(seed: u32, ticks: &[u64]) -> u64 {
    u64::from(random(seed)) + now(ticks)
}

#[threader::pure]
pub fn grown(generations: u32) -> u32 {
    (0..generations).fold(100, |population, _| spawn(population, 1.5))
}

#[threader::pure]
pub fn report(maze: &[&str]) -> String {
    let exit = exit(maze);
    match exit {
        Some((row, column)) => format!("{row},{column} {}", print(log(8.0, 2.0).round() as i32)),
        None => format!("none, rested: {}", sleep(8.0)),
    }
}

/// A file of a chess board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    A,
    B,
    C,
}

#[threader::pure]
impl File {
    pub fn from_letter(letter: char) -> Option<File> {
        Some(match letter {
            'a' => File::A,
            'b' => File::B,
            'c' => File::C,
            _ => return None,
        })
    }
}

#[threader::pure]
pub fn file_of(square: &str) -> Option<File> {
    square.chars().next().and_then(File::from_letter)
}

#[derive(Debug, PartialEq)]
pub enum Command {
    Push(i64),
    Add,
    Swap,
}

#[threader::pure]
impl Command {
    fn parse(word: &str) -> Result<Command, String> {
        match word {
            "add" => Ok(Command::Add),
            "swap" => Ok(Self::Swap),
            other => other
                .parse()
                .map(Command::Push)
                .map_err(|_| other.to_string()),
        }
    }
}

#[threader::task]
pub fn execute(script: &str) -> Result<Vec<i64>, String> {
    let mut stack = Vec::new();
    for word in script.split_whitespace() {
        let command = Command::parse(word)?;
        match command {
            Command::Push(n) => stack.push(n),
            Command::Add => {
                let (b, a) = (stack.pop().ok_or("empty")?, stack.pop().ok_or("empty")?);
                stack.push(a + b);
            }
            Command::Swap => match stack.as_mut_slice() {
                [.., a, b] => std::mem::swap(a, b),
                _ => return Err("too few".into()),
            },
        }
    }
    Ok(stack)
}

#[threader::pure]
pub fn locals(time: u32, env: &str, process: fn(u32) -> u32) -> u32 {
    let fs = env.len() as u32;
    let net = |thread: u32| thread + fs;
    let rand = process(time);
    let std = net(rand);
    let console = std * 2;
    console
}

#[threader::pure]
fn double(x: u32) -> u32 {
    2 * x
}

#[threader::task]
pub fn called_with_locals(time: u32) -> u32 {
    locals(time, "env", double)
}

/// Records what a file system would be asked, and asks none.
#[derive(Default)]
pub struct Plan {
    steps: Vec<String>,
}

#[threader::pure]
impl Plan {
    fn create(&mut self, path: &str) -> &mut Self {
        self.steps.push(format!("create {path}"));
        self
    }

    fn remove(&mut self, path: &str) -> &mut Self {
        self.steps.push(format!("remove {path}"));
        self
    }

    fn write(&mut self, text: &str) -> usize {
        self.steps.push(text.to_owned());
        text.len()
    }
}

#[threader::task]
pub fn plan(paths: &BTreeMap<String, bool>) -> Vec<String> {
    let mut plan = Plan::default();
    for (path, keep) in paths {
        if *keep {
            plan.create(path)
        } else {
            plan.remove(path)
        };
    }
    plan.write("end");
    plan.steps
}

#[threader::pure]
pub fn min(values: &[i32]) -> Option<i32> {
    values
        .iter()
        .copied()
        .reduce(|a, b| if a < b { a } else { b })
}

#[threader::task]
pub fn lowest(values: &[i32]) -> i32 {
    min(values).unwrap_or(i32::MAX)
}
