//! Chance that is the same on every machine: splitmix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
//! Generators", 2014).

use std::ops::RangeInclusive;

pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn new(seed: u64) -> Self {
        Rng(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    pub(super) fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.next() % (range.end() - range.start() + 1)
    }

    /// Small numbers as often as large ones: each power of two is as likely as the next.
    pub(super) fn spread(&mut self, range: RangeInclusive<u64>) -> u64 {
        let (low, high) = ((*range.start()).max(1) as f64, (*range.end()).max(1) as f64);
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (low * (high / low).powf(share)) as u64
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.next() as usize % of.len()]
    }
}

/// One number from several: chance that belongs to a thing and not to the order in which things happen, so that a plan
/// from which something was taken away stays the same for the rest.
pub(super) fn hash(parts: &[u64]) -> u64 {
    parts
        .iter()
        .fold(0, |hash, part| mix(hash ^ mix(part.wrapping_add(1))))
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
