//! Numbers: number theory, integration, statistics, Fourier.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

#[threader::task]
pub fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[threader::pure]
pub fn lcm(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 {
        return 0;
    }
    a / gcd(a, b) * b
}

#[threader::pure]
pub fn mod_pow(mut base: u64, mut exp: u64, modulus: u64) -> u64 {
    let mut result = 1;
    base %= modulus;
    while exp > 0 {
        if exp & 1 == 1 {
            result = (result as u128 * base as u128 % modulus as u128) as u64;
        }
        base = (base as u128 * base as u128 % modulus as u128) as u64;
        exp >>= 1;
    }
    result
}

#[threader::task]
pub fn is_prime(n: u64) -> bool {
    const WITNESSES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 {
        return false;
    }
    for p in WITNESSES {
        if n % p == 0 {
            return n == p;
        }
    }
    let r = (n - 1).trailing_zeros();
    let d = (n - 1) >> r;
    'witness: for a in WITNESSES {
        let mut x = mod_pow(a, d, n);
        if x == 1 || x == n - 1 {
            continue;
        }
        for _ in 1..r {
            x = mod_pow(x, 2, n);
            if x == n - 1 {
                continue 'witness;
            }
        }
        return false;
    }
    true
}

#[threader::task]
pub fn primes_below(limit: usize) -> Vec<usize> {
    let mut sieve = vec![true; limit.max(2)];
    sieve[0] = false;
    sieve[1] = false;
    let mut i = 2;
    while i * i < limit {
        if sieve[i] {
            for j in (i * i..limit).step_by(i) {
                sieve[j] = false;
            }
        }
        i += 1;
    }
    (0..limit).filter(|&n| sieve[n]).collect()
}

#[threader::pure]
pub fn integrate<F: Fn(f64) -> f64>(f: F, from: f64, to: f64, steps: u32) -> f64 {
    let h = (to - from) / f64::from(steps);
    let inner: f64 = (1..steps)
        .map(|i| {
            let weight = if i % 2 == 0 { 2.0 } else { 4.0 };
            weight * f(from + f64::from(i) * h)
        })
        .sum();
    (f(from) + inner + f(to)) * h / 3.0
}

#[threader::task]
pub fn bell_area(sigma: f64) -> f64 {
    let bell = |x: f64| (-x * x / (2.0 * sigma * sigma)).exp() / (sigma * (2.0 * PI).sqrt());
    integrate(bell, -sigma, sigma, 200)
}

#[threader::pure]
pub fn bisect(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
    if f(low).signum() == f(high).signum() {
        return None;
    }
    for _ in 0..200 {
        let mid = f64::midpoint(low, high);
        if f(mid).signum() == f(low).signum() {
            low = mid;
        } else {
            high = mid;
        }
    }
    Some(low)
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    pub count: usize,
    pub mean: f64,
    pub variance: f64,
    pub min: f64,
    pub max: f64,
}

#[threader::task]
pub fn summarise(values: &[f64]) -> Summary {
    let mut summary = Summary {
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        ..Default::default()
    };
    let mut m2 = 0.0;
    for &value in values {
        summary.count += 1;
        let delta = value - summary.mean;
        summary.mean += delta / summary.count as f64;
        m2 += delta * (value - summary.mean);
        summary.min = summary.min.min(value);
        summary.max = summary.max.max(value);
    }
    if summary.count > 1 {
        summary.variance = m2 / (summary.count - 1) as f64;
    }
    summary
}

#[threader::pure]
pub fn kahan_sum(values: &[f64]) -> f64 {
    let (sum, _) = values.iter().fold((0.0, 0.0), |(sum, lost), &value| {
        let y = value - lost;
        let t = sum + y;
        (t, (t - sum) - y)
    });
    sum
}

#[threader::task]
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let mid = values.len() / 2;
    Some(if values.len() % 2 == 0 {
        (values[mid - 1] + values[mid]) / 2.0
    } else {
        values[mid]
    })
}

#[threader::pure]
pub fn fit_line(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = points.len() as f64;
    let (sx, sy) = points
        .iter()
        .fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
    let (sxx, sxy) = points
        .iter()
        .fold((0.0, 0.0), |acc, &(x, y)| (acc.0 + x * x, acc.1 + x * y));
    let divisor = n * sxx - sx * sx;
    (divisor.abs() > f64::EPSILON).then(|| {
        let slope = (n * sxy - sx * sy) / divisor;
        (slope, (sy - slope * sx) / n)
    })
}

#[threader::pure]
pub fn horner(coefficients: &[i64], x: i64) -> i64 {
    coefficients.iter().rev().fold(0, |acc, c| acc * x + c)
}

#[threader::pure]
pub fn binomial(n: u64, k: u64) -> Option<u64> {
    (0..k.min(n.checked_sub(k)?)).try_fold(1u64, |acc, i| Some(acc.checked_mul(n - i)? / (i + 1)))
}

#[threader::task]
pub fn collatz_length(start: u64) -> u32 {
    std::iter::successors(Some(start), |&n| match n {
        1 => None,
        n if n % 2 == 0 => Some(n / 2),
        n => Some(3 * n + 1),
    })
    .count() as u32
}

type Complex = (f64, f64);

#[threader::pure]
fn multiply((a, b): Complex, (c, d): Complex) -> Complex {
    (a * c - b * d, a * d + b * c)
}

/// The length is a power of two.
#[threader::task]
pub fn fourier(signal: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let n = signal.len();
    if n <= 1 {
        return signal.to_vec();
    }
    let even: Vec<Complex> = signal.iter().step_by(2).copied().collect();
    let odd: Vec<Complex> = signal.iter().skip(1).step_by(2).copied().collect();
    let (even, odd) = (fourier(&even), fourier(&odd));
    let mut out = vec![(0.0, 0.0); n];
    for k in 0..n / 2 {
        let angle = -2.0 * PI * k as f64 / n as f64;
        let (sin, cos) = angle.sin_cos();
        let turned = multiply((cos, sin), odd[k]);
        out[k] = (even[k].0 + turned.0, even[k].1 + turned.1);
        out[k + n / 2] = (even[k].0 - turned.0, even[k].1 - turned.1);
    }
    out
}
