//! Random numbers that depend on their seed alone.

use rand::rngs::{ChaCha8Rng, StdRng};
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, RngExt, SeedableRng};

#[threader::task]
pub fn estimate_pi(seed: u64, samples: u32) -> f64 {
    let mut rng = StdRng::seed_from_u64(seed);
    let inside = (0..samples)
        .filter(|_| {
            let (x, y): (f64, f64) = (rng.random(), rng.random());
            x * x + y * y <= 1.0
        })
        .count();
    4.0 * inside as f64 / f64::from(samples)
}

#[threader::task]
pub fn shuffled(seed: u64, mut items: Vec<u32>) -> Vec<u32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    items.shuffle(&mut rng);
    items
}

#[threader::pure]
pub fn roll(rng: &mut impl Rng, dice: usize) -> u32 {
    (0..dice).map(|_| rng.random_range(1..=6)).sum()
}

#[threader::task]
pub fn histogram(seed: [u8; 32], rolls: u32) -> [u32; 13] {
    let mut rng = StdRng::from_seed(seed);
    let mut counts = [0; 13];
    for _ in 0..rolls {
        counts[roll(&mut rng, 2) as usize] += 1;
    }
    counts
}

#[threader::pure]
pub fn pick<'a, R: Rng>(rng: &mut R, words: &[&'a str]) -> Option<&'a str> {
    words.choose(rng).copied()
}

#[threader::task]
pub fn passphrase(seed: u64) -> String {
    let mut rng = rand::rngs::StdRng::seed_from_u64(seed);
    let words = ["correct", "horse", "battery", "staple"];
    (0..4)
        .filter_map(|_| pick(&mut rng, &words))
        .collect::<Vec<_>>()
        .join("-")
}

pub struct Lcg(pub u64);

#[threader::pure]
impl Lcg {
    pub fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as u32
    }

    pub fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }
}

#[threader::pure]
pub fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[threader::task]
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.max(1);
    (0..length).map(|_| random(&mut state) as u8).collect()
}

#[threader::task]
pub fn reservoir(seed: u64, items: &[i32], size: usize) -> Vec<i32> {
    let mut generator = Lcg(seed);
    let (head, tail) = items.split_at(size.min(items.len()));
    let mut kept = head.to_vec();
    for (i, &item) in tail.iter().enumerate() {
        let at = generator.below((size + i + 1) as u32) as usize;
        if let Some(slot) = kept.get_mut(at) {
            *slot = item;
        }
    }
    kept
}

#[threader::pure]
pub fn weighted_index(rng: &mut dyn Rng, weights: &[f64]) -> usize {
    let mut left = rng.random_range(0.0..weights.iter().sum());
    for (index, weight) in weights.iter().enumerate() {
        if left < *weight {
            return index;
        }
        left -= weight;
    }
    weights.len() - 1
}

#[threader::task]
pub fn walk(seed: u64, steps: usize) -> (i32, i32) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(1);
    (0..steps).fold((0, 0), |(x, y), _| match rng.random_range(0..4) {
        0 => (x + 1, y),
        1 => (x - 1, y),
        2 => (x, y + 1),
        _ => (x, y - 1),
    })
}
