//! Games, puzzles and simulations.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};

#[threader::task]
pub fn life(cells: &BTreeSet<(i32, i32)>) -> BTreeSet<(i32, i32)> {
    let neighbours = |(x, y): (i32, i32)| {
        (-1..=1)
            .flat_map(move |dx| (-1..=1).map(move |dy| (x + dx, y + dy)))
            .filter(move |&cell| cell != (x, y))
    };
    cells
        .iter()
        .flat_map(|&cell| neighbours(cell).chain([cell]))
        .filter(|&cell| {
            let alive = neighbours(cell).filter(|near| cells.contains(near)).count();
            alive == 3 || alive == 2 && cells.contains(&cell)
        })
        .collect()
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tile {
    pub left: f64,
    pub top: f64,
    pub step: f64,
    pub width: u32,
    pub height: u32,
}

#[threader::pure]
fn escape(cx: f64, cy: f64, limit: u16) -> u16 {
    let (mut x, mut y) = (0.0f64, 0.0f64);
    for n in 0..limit {
        if x * x + y * y > 4.0 {
            return n;
        }
        (x, y) = (x * x - y * y + cx, 2.0 * x * y + cy);
    }
    limit
}

#[threader::task]
pub fn mandelbrot(tile: &Tile, limit: u16) -> Vec<u16> {
    let mut pixels = Vec::with_capacity((tile.width * tile.height) as usize);
    for row in 0..tile.height {
        for column in 0..tile.width {
            let x = tile.left + f64::from(column) * tile.step;
            let y = tile.top + f64::from(row) * tile.step;
            pixels.push(escape(x, y, limit));
        }
    }
    pixels
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Body {
    pub position: [f64; 3],
    pub velocity: [f64; 3],
    pub mass: f64,
}

#[threader::pure]
fn attract(body: &mut Body, other: &Body, dt: f64) {
    let mut delta = [0.0; 3];
    for (d, (a, b)) in delta
        .iter_mut()
        .zip(other.position.iter().zip(body.position))
    {
        *d = a - b;
    }
    let squared: f64 = delta.iter().map(|d| d * d).sum();
    let pull = other.mass * dt / (squared * squared.sqrt()).max(1e-9);
    for (v, d) in body.velocity.iter_mut().zip(delta) {
        *v += d * pull;
    }
}

#[threader::task]
pub fn simulate(mut bodies: Vec<Body>, steps: u32, dt: f64) -> Vec<Body> {
    for _ in 0..steps {
        for i in 0..bodies.len() {
            let (before, rest) = bodies.split_at_mut(i);
            let [body, after @ ..] = rest else {
                unreachable!()
            };
            for other in before.iter().chain(after.iter()) {
                attract(body, other, dt);
            }
        }
        bodies.iter_mut().for_each(|body| {
            let velocity = body.velocity;
            body.position
                .iter_mut()
                .zip(velocity)
                .for_each(|(p, v)| *p += v * dt);
        });
    }
    bodies
}

#[threader::pure]
fn place(row: usize, size: usize, columns: &mut Vec<usize>) -> u64 {
    if row == size {
        return 1;
    }
    let mut found = 0;
    for column in 0..size {
        let safe = columns
            .iter()
            .enumerate()
            .all(|(r, &c)| c != column && c.abs_diff(column) != row - r);
        if safe {
            columns.push(column);
            found += place(row + 1, size, columns);
            columns.pop();
        }
    }
    found
}

#[threader::task]
pub fn queens(size: usize) -> u64 {
    place(0, size, &mut vec![])
}

type Grid = [[u8; 9]; 9];

#[threader::pure]
fn fits(grid: &Grid, row: usize, column: usize, digit: u8) -> bool {
    (0..9).all(|i| {
        let (r, c) = (row / 3 * 3 + i / 3, column / 3 * 3 + i % 3);
        grid[row][i] != digit && grid[i][column] != digit && grid[r][c] != digit
    })
}

#[threader::pure]
pub fn sudoku(grid: &mut Grid) -> bool {
    let empty = (0..81)
        .map(|i| (i / 9, i % 9))
        .find(|&(r, c)| grid[r][c] == 0);
    let Some((row, column)) = empty else {
        return true;
    };
    for digit in 1..=9 {
        if fits(grid, row, column, digit) {
            grid[row][column] = digit;
            if sudoku(grid) {
                return true;
            }
            grid[row][column] = 0;
        }
    }
    false
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    X,
    O,
}

use Mark::{O, X};

#[threader::pure]
impl Mark {
    fn other(self) -> Mark {
        if self == X { O } else { X }
    }
}

#[threader::pure]
fn winner(board: &[Option<Mark>; 9]) -> Option<Mark> {
    const LINES: [[usize; 3]; 8] = [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [0, 3, 6],
        [1, 4, 7],
        [2, 5, 8],
        [0, 4, 8],
        [2, 4, 6],
    ];
    LINES
        .iter()
        .find_map(|&[a, b, c]| board[a].filter(|_| board[a] == board[b] && board[b] == board[c]))
}

#[threader::task]
pub fn score(board: [Option<Mark>; 9], turn: Mark) -> i32 {
    match winner(&board) {
        Some(X) => return 1,
        Some(O) => return -1,
        None => {}
    }
    let outcomes = (0..9).filter(|&i| board[i].is_none()).map(|i| {
        let mut next = board;
        next[i] = Some(turn);
        score(next, turn.other())
    });
    let best = if turn == X {
        outcomes.max()
    } else {
        outcomes.min()
    };
    best.unwrap_or(0)
}

#[threader::task]
pub fn maze_steps(maze: &[String]) -> Option<usize> {
    let cells: Vec<&[u8]> = maze.iter().map(|row| row.as_bytes()).collect();
    let find = |wanted| {
        cells
            .iter()
            .enumerate()
            .find_map(|(y, row)| row.iter().position(|&c| c == wanted).map(|x| (x, y)))
    };
    let (start, end) = (find(b'S')?, find(b'E')?);
    let mut queue = VecDeque::from(vec![(start, 0)]);
    let mut seen = BTreeSet::from([start]);
    while let Some(((x, y), steps)) = queue.pop_front() {
        if (x, y) == end {
            return Some(steps);
        }
        for (nx, ny) in [
            (x + 1, y),
            (x.wrapping_sub(1), y),
            (x, y + 1),
            (x, y.wrapping_sub(1)),
        ] {
            let open = cells
                .get(ny)
                .and_then(|row| row.get(nx))
                .is_some_and(|&c| c != b'#');
            if open && seen.insert((nx, ny)) {
                queue.push_back(((nx, ny), steps + 1));
            }
        }
    }
    None
}

#[threader::task]
pub fn rule(number: u8, row: &[bool]) -> Vec<bool> {
    let at = |i: usize| usize::from(row[i % row.len()]);
    (0..row.len())
        .map(|i| number >> (at(i + row.len() - 1) << 2 | at(i) << 1 | at(i + 1)) & 1 == 1)
        .collect()
}

#[threader::task]
pub fn bowling(rolls: &[u32]) -> u32 {
    let mut total = 0;
    let mut at = 0;
    for _ in 0..10 {
        match rolls[at..] {
            [10, a, b, ..] => (total, at) = (total + 10 + a + b, at + 1),
            [a, b, c, ..] if a + b == 10 => (total, at) = (total + 10 + c, at + 2),
            [a, b, ..] => (total, at) = (total + a + b, at + 2),
            _ => break,
        }
    }
    total
}
