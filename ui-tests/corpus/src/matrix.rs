//! A dense matrix with operators.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Index, IndexMut, Mul, Neg, Sub};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    cells: Vec<f64>,
}

#[threader::pure]
impl Matrix {
    pub fn zero(rows: usize, columns: usize) -> Self {
        Self::from_fn(rows, columns, |_, _| 0.0)
    }

    pub fn identity(size: usize) -> Self {
        Self::from_fn(size, size, |r, c| if r == c { 1.0 } else { 0.0 })
    }

    pub fn from_fn(rows: usize, columns: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        let mut cells = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            cells.extend((0..columns).map(|column| f(row, column)));
        }
        Matrix {
            rows,
            columns,
            cells,
        }
    }

    pub fn from_rows<const C: usize>(rows: &[[f64; C]]) -> Matrix {
        Matrix {
            rows: rows.len(),
            columns: C,
            cells: rows.concat(),
        }
    }

    pub fn transpose(&self) -> Self {
        Matrix::from_fn(self.columns, self.rows, |r, c| self[(c, r)])
    }

    pub fn trace(&self) -> f64 {
        (0..self.rows.min(self.columns)).map(|i| self[(i, i)]).sum()
    }

    pub fn is_square(&self) -> bool {
        self.rows == self.columns
    }

    fn swap_rows(&mut self, a: usize, b: usize) {
        for column in 0..self.columns {
            self.cells
                .swap(a * self.columns + column, b * self.columns + column);
        }
    }
}

#[threader::pure]
impl Index<(usize, usize)> for Matrix {
    type Output = f64;

    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.cells[row * self.columns + column]
    }
}

#[threader::pure]
impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.cells[row * self.columns + column]
    }
}

#[threader::pure]
impl Mul for &Matrix {
    type Output = Matrix;

    fn mul(self, other: &Matrix) -> Matrix {
        assert_eq!(self.columns, other.rows, "shapes do not fit");
        Matrix::from_fn(self.rows, other.columns, |r, c| {
            (0..self.columns)
                .map(|k| self[(r, k)] * other[(k, c)])
                .sum()
        })
    }
}

macro_rules! cell_by_cell {
    ($($trait:ident :: $method:ident;)*) => {$(
        #[threader::pure]
        impl $trait for &Matrix {
            type Output = Matrix;

            fn $method(self, other: &Matrix) -> Matrix {
                debug_assert!(self.rows == other.rows && self.columns == other.columns);
                let cells = self.cells.iter().zip(&other.cells).map(|(a, b)| $trait::$method(a, b));
                Matrix { cells: cells.collect(), ..*self }
            }
        }
    )*};
}

cell_by_cell! {
    Add::add;
    Sub::sub;
}

#[threader::pure]
impl Neg for Matrix {
    type Output = Matrix;

    fn neg(mut self) -> Matrix {
        self.cells.iter_mut().for_each(|cell| *cell = -*cell);
        self
    }
}

#[threader::task]
pub fn product(a: &Matrix, b: &Matrix) -> Matrix {
    a * b
}

#[threader::pure]
pub fn power(base: &Matrix, exponent: u32) -> Matrix {
    match exponent {
        0 => Matrix::identity(base.rows),
        n if n % 2 == 1 => &power(base, n - 1) * base,
        n => {
            let half = power(base, n / 2);
            &half * &half
        }
    }
}

/// Gauss elimination; the determinant of what it was given.
#[threader::pure]
pub fn eliminate(matrix: &mut Matrix) -> f64 {
    let mut determinant = 1.0;
    for pivot in 0..matrix.rows {
        let best = (pivot..matrix.rows)
            .max_by(|&a, &b| {
                matrix[(a, pivot)]
                    .abs()
                    .total_cmp(&matrix[(b, pivot)].abs())
            })
            .unwrap();
        if matrix[(best, pivot)] == 0.0 {
            return 0.0;
        }
        if best != pivot {
            matrix.swap_rows(best, pivot);
            determinant = -determinant;
        }
        determinant *= matrix[(pivot, pivot)];
        for row in pivot + 1..matrix.rows {
            let factor = matrix[(row, pivot)] / matrix[(pivot, pivot)];
            for column in pivot..matrix.columns {
                let above = matrix[(pivot, column)];
                matrix[(row, column)] -= factor * above;
            }
        }
    }
    determinant
}

#[threader::task]
pub fn determinant(mut matrix: Matrix) -> Option<f64> {
    matrix.is_square().then(|| eliminate(&mut matrix))
}

#[threader::task]
pub fn solve(matrix: &Matrix, right: &[f64]) -> Option<Vec<f64>> {
    let n = matrix.rows;
    let mut wide = Matrix::from_fn(
        n,
        n + 1,
        |r, c| if c < n { matrix[(r, c)] } else { right[r] },
    );
    if eliminate(&mut wide) == 0.0 {
        return None;
    }
    let mut x = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|k| wide[(row, k)] * x[k]).sum();
        x[row] = (wide[(row, n)] - known) / wide[(row, row)];
    }
    Some(x)
}

#[threader::pure]
pub fn dot<const N: usize>(a: [f64; N], b: [f64; N]) -> f64 {
    std::array::from_fn::<f64, N, _>(|i| a[i] * b[i])
        .iter()
        .sum()
}

#[threader::pure]
pub fn cross([a, b, c]: [f64; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}

#[threader::task]
pub fn spiral(grid: Vec<Vec<i32>>) -> Vec<i32> {
    let mut out = vec![];
    let mut rows = std::collections::VecDeque::from(grid);
    while let Some(first) = rows.pop_front() {
        out.extend(first);
        let width = rows.front().map_or(0, Vec::len);
        rows = (0..width)
            .rev()
            .map(|c| rows.iter().map(|row| row[c]).collect())
            .collect();
    }
    out
}
