//! Constants, statics and lookup tables.

use std::borrow::Cow;
use std::collections::BTreeMap;

static VOWELS: [bool; 256] = {
    let mut table = [false; 256];
    let letters = b"aeiouAEIOU";
    let mut i = 0;
    while i < letters.len() {
        table[letters[i] as usize] = true;
        i += 1;
    }
    table
};

static MONTHS: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const NOTHING: Vec<u32> = Vec::new();
const NO_NAME: String = String::new();
const BORROWED: Cow<'static, str> = Cow::Borrowed("none");
const PRIMES: [u32; 5] = [2, 3, 5, 7, 11];
const GREETINGS: &[(&str, &str)] = &[("en", "hello"), ("de", "hallo"), ("fr", "bonjour")];
pub(crate) static LIMIT: u32 = 1 << 10;

#[threader::task]
pub fn count_vowels(text: &str) -> usize {
    text.bytes()
        .filter(|&byte| VOWELS[usize::from(byte)])
        .count()
}

#[threader::task]
pub fn month_name(month: usize) -> Option<String> {
    MONTHS
        .get(month.checked_sub(1)?)
        .map(|name| name.to_string())
}

#[threader::pure]
pub fn month_number(name: &str) -> Option<usize> {
    MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(name))
        .map(|index| index + 1)
}

#[threader::task]
pub fn collect_small(numbers: &[u32]) -> Vec<u32> {
    let mut out = NOTHING;
    out.extend(numbers.iter().filter(|&&n| n < LIMIT));
    out
}

#[threader::pure]
pub fn names(count: usize) -> Vec<String> {
    vec![NO_NAME; count]
}

#[threader::pure]
pub fn empty_rows() -> [Vec<u32>; 4] {
    [NOTHING; 4]
}

#[threader::pure]
pub fn label(name: Option<String>) -> Cow<'static, str> {
    name.map_or(BORROWED, Cow::Owned)
}

#[threader::task]
pub fn greet(language: &str, name: &str) -> String {
    let greeting = GREETINGS
        .iter()
        .find(|(code, _)| *code == language)
        .map_or("hello", |&(_, text)| text);
    format!("{greeting}, {name}!")
}

#[threader::pure]
pub fn factors(mut n: u32) -> BTreeMap<u32, u32> {
    let mut out = BTreeMap::new();
    for prime in PRIMES.iter().copied() {
        while n % prime == 0 {
            *out.entry(prime).or_insert(0) += 1;
            n /= prime;
        }
    }
    out
}

pub struct Fixed<const SCALE: u32>(pub i64);

#[threader::pure]
impl<const SCALE: u32> Fixed<SCALE> {
    pub const ONE: i64 = 10i64.pow(SCALE);
    const HALF: i64 = Self::ONE / 2;

    pub fn from_int(n: i64) -> Self {
        Fixed(n * Self::ONE)
    }

    pub fn round(&self) -> i64 {
        (self.0 + Self::HALF).div_euclid(Self::ONE)
    }

    pub fn times(&self, other: &Self) -> Self {
        Self((i128::from(self.0) * i128::from(other.0) / i128::from(Self::ONE)) as i64)
    }
}

#[threader::task]
pub fn price(units: i64, cents: i64) -> i64 {
    Fixed::<2>::from_int(units)
        .times(&Fixed::<2>(cents))
        .round()
}

pub trait Unit {
    const NAME: &'static str;
    const PER_METRE: f64;
}

pub struct Feet;
pub struct Yards;

impl Unit for Feet {
    const NAME: &'static str = "ft";
    const PER_METRE: f64 = 3.28084;
}

impl Unit for Yards {
    const NAME: &'static str = "yd";
    const PER_METRE: f64 = Feet::PER_METRE / 3.0;
}

#[threader::pure]
pub fn measure<U: Unit>(metres: f64) -> String {
    format!("{:.1} {}", metres * U::PER_METRE, U::NAME)
}

#[threader::pure]
pub fn both(metres: f64) -> [String; 2] {
    [measure::<Feet>(metres), measure::<Yards>(metres)]
}

#[threader::pure]
pub fn limits() -> (u8, i32, f64, usize) {
    (u8::MAX, i32::MIN, f64::EPSILON, usize::BITS as usize)
}

mod inner {
    pub static WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    pub const OFFSET: usize = 3;
}

#[threader::task]
pub fn weekday(days_since_epoch: usize) -> String {
    inner::WEEKDAYS[(days_since_epoch + self::inner::OFFSET) % crate::tables::inner::WEEKDAYS.len()]
        .into()
}

#[threader::pure]
pub fn local_table(digit: usize) -> Option<&'static str> {
    static WORDS: [&str; 4] = ["zero", "one", "two", "three"];
    const LAST: usize = WORDS.len() - 1;
    match digit {
        0..=LAST => Some(WORDS[digit]),
        _ => None,
    }
}

#[threader::pure]
pub fn keypad(letter: char) -> u8 {
    const A: u8 = b'A';
    const KEYS: [u8; 26] = *b"22233344455566677778889999";
    match letter.to_ascii_uppercase() {
        upper @ 'A'..='Z' => KEYS[usize::from(upper as u8 - A)] - b'0',
        _ => 0,
    }
}
