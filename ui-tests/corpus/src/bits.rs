//! Bits and bytes: checksums, hashes, encodings, sets.

#[threader::pure]
const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
}

static CRC_TABLE: [u32; 256] = crc_table();

#[threader::task]
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        CRC_TABLE[((crc ^ u32::from(byte)) & 0xff) as usize] ^ crc >> 8
    })
}

#[threader::task]
pub fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65521;
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), &byte| {
        let a = (a + byte as u32) % MODULUS;
        (a, (b + a) % MODULUS)
    });
    b << 16 | a
}

#[threader::pure]
pub const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}

pub const SALT: u64 = fnv1a(b"salt");

#[threader::pure]
pub fn salted(bytes: &[u8]) -> u64 {
    fnv1a(bytes) ^ SALT
}

#[threader::pure]
pub fn to_gray(n: u32) -> u32 {
    n ^ n >> 1
}

#[threader::pure]
pub fn from_gray(mut gray: u32) -> u32 {
    for shift in [16, 8, 4, 2, 1] {
        gray ^= gray >> shift;
    }
    gray
}

#[threader::pure]
fn spread(mut x: u64) -> u64 {
    x = (x | x << 16) & 0x0000_ffff_0000_ffff;
    x = (x | x << 8) & 0x00ff_00ff_00ff_00ff;
    x = (x | x << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    x = (x | x << 2) & 0x3333_3333_3333_3333;
    (x | x << 1) & 0x5555_5555_5555_5555
}

#[threader::task]
pub fn morton(x: u32, y: u32) -> u64 {
    spread(x.into()) | spread(y.into()) << 1
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[threader::task]
pub fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let number = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for i in 0..4 {
            if i > chunk.len() {
                out.push('=');
            } else {
                out.push(ALPHABET[(number >> (18 - 6 * i) & 63) as usize].into());
            }
        }
    }
    out
}

#[threader::pure]
fn sextet(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|&b| b == byte).map(|n| n as u32)
}

#[threader::task]
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = vec![];
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let number = chunk
            .iter()
            .copied()
            .map(sextet)
            .try_fold(0, |acc, n| Some(acc << 6 | n?))?;
        let aligned = number << (6 * (4 - chunk.len()));
        out.extend_from_slice(&aligned.to_be_bytes()[1..chunk.len()]);
    }
    Some(out)
}

#[threader::pure]
pub fn write_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[threader::pure]
pub fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[threader::task]
pub fn pack(numbers: &[u64]) -> Vec<u8> {
    let mut out = Vec::new();
    numbers.iter().for_each(|&n| write_varint(n, &mut out));
    out
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct BitSet(Vec<u64>);

#[threader::pure]
impl BitSet {
    const BITS: usize = u64::BITS as usize;

    pub fn insert(&mut self, index: usize) -> bool {
        let (word, mask) = Self::locate(index);
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        let fresh = self.0[word] & mask == 0;
        self.0[word] |= mask;
        fresh
    }

    pub fn contains(&self, index: usize) -> bool {
        let (word, mask) = Self::locate(index);
        self.0.get(word).is_some_and(|bits| bits & mask != 0)
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(i, &word)| {
            std::iter::successors((word != 0).then_some(word), |&rest| {
                let rest = rest & (rest - 1);
                (rest != 0).then_some(rest)
            })
            .map(move |rest| i * Self::BITS + rest.trailing_zeros() as usize)
        })
    }

    fn locate(index: usize) -> (usize, u64) {
        (index / Self::BITS, 1 << (index % Self::BITS))
    }
}

#[threader::pure]
impl FromIterator<usize> for BitSet {
    fn from_iter<I: IntoIterator<Item = usize>>(items: I) -> Self {
        let mut set = BitSet::default();
        for item in items {
            set.insert(item);
        }
        set
    }
}

#[threader::task]
pub fn distinct(numbers: Vec<usize>) -> Vec<usize> {
    numbers.into_iter().collect::<BitSet>().iter().collect()
}

#[threader::pure]
pub fn swap_nibbles(byte: u8) -> u8 {
    byte.rotate_left(4)
}

#[threader::pure]
pub fn parity(words: &[u16]) -> bool {
    words
        .iter()
        .copied()
        .reduce(std::ops::BitXor::bitxor)
        .unwrap_or(0)
        .count_ones()
        & 1
        == 1
}
