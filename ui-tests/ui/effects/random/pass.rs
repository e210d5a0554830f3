//! Generators that their seeds decide, and names that only look like it.
#![allow(unused)]

mod rand {
    pub mod rngs {
        pub struct StdRng(u64);
        impl super::SeedableRng for StdRng {
            fn seed_from_u64(seed: u64) -> StdRng {
                StdRng(seed)
            }
        }
        impl StdRng {
            pub fn random(&mut self) -> u64 {
                self.0 += 1;
                self.0
            }
        }
    }
    pub trait SeedableRng {
        fn seed_from_u64(seed: u64) -> Self;
    }
}
mod fastrand {
    pub struct Rng(u64);
    impl Rng {
        pub fn with_seed(seed: u64) -> Rng {
            Rng(seed)
        }
        pub fn u64(&mut self) -> u64 {
            self.0
        }
    }
}
mod uuid {
    pub struct Uuid(u128);
    impl Uuid {
        pub fn from_u128(value: u128) -> Uuid {
            Uuid(value)
        }
    }
}
use rand::SeedableRng;
use rand::rngs::StdRng;

#[threader::task]
fn seeded(seed: u64) -> u64 {
    let mut rng = StdRng::seed_from_u64(seed);
    rng.random()
}

#[threader::pure]
fn seeded_by_path(seed: u64) -> u64 {
    rand::rngs::StdRng::seed_from_u64(seed).random()
}

#[threader::pure]
fn given(rng: &mut StdRng) -> u64 {
    rng.random() % 6
}

#[threader::pure]
fn seeded_otherwise(seed: u64) -> u64 {
    let mut rng = fastrand::Rng::with_seed(seed);
    rng.u64()
}

#[threader::pure]
fn name(value: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(value)
}

#[threader::pure]
fn random(seed: u32) -> u32 {
    seed.wrapping_mul(2_654_435_761)
}

#[threader::pure]
fn calls_its_own(seed: u32) -> u32 {
    random(seed)
}

#[threader::pure]
fn a_local_of_that_name(rand: &[u32]) -> u32 {
    let random = |at: usize| rand[at];
    random(0)
}

struct Dice {
    random: u64,
}

#[threader::pure]
impl Dice {
    fn roll(&mut self) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.random >> 33) % 6 + 1
    }
}

#[threader::pure]
fn rolls(seed: u64) -> u64 {
    let mut dice = Dice { random: seed };
    dice.roll() + dice.roll()
}

#[threader::pure(allow(random))]
fn agreed() -> std::collections::HashMap<u8, u8> {
    std::collections::HashMap::new()
}

fn main() {
    assert_eq!(seeded(1), seeded(1));
}
