//! Types with attributes of serde that the format of tasks cannot carry, and one with many that it
//! can.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// Nothing in its bytes says which variant it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Untagged {
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
}

/// Its variant is a field of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Internal {
    /// With a field.
    Number {
        /// Some number.
        n: u64,
    },
}

/// Its variant is a field beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of")]
pub enum Adjacent {
    /// A number.
    Number(u64),
}

/// Its fields are those of another type as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flat {
    /// Its own.
    pub n: u8,
    /// The others.
    #[serde(flatten)]
    pub inner: HashMap<String, u8>,
}

/// Does not write `n` where it is zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sparse {
    /// Left out if it is zero.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n: u8,
    /// Never left out.
    pub bytes: Vec<u8>,
}

/// The same without names, of which serde says less.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SparseTuple(
    #[serde(skip_serializing_if = "is_zero")] pub u8,
    pub Vec<u8>,
);

fn is_zero(n: &u8) -> bool {
    *n == 0
}

/// Reads a field that it does not write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unwritten {
    /// Not written.
    #[serde(default, skip_serializing)]
    pub n: u8,
    /// Written.
    pub m: u32,
}

/// Attributes that the format carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plain {
    /// Has other names elsewhere.
    #[serde(rename = "other", alias = "third")]
    pub long_name: u8,
    /// May be missing elsewhere.
    #[serde(default)]
    pub defaulted: Option<u8>,
    /// Neither written nor read.
    #[serde(skip)]
    pub skipped: u8,
    /// Travels as another type.
    pub into: Converted,
    /// Written in another order each time.
    pub map: HashMap<u8, String>,
}

/// Travels as a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Converted(pub u8);

impl From<Converted> for String {
    fn from(value: Converted) -> Self {
        value.0.to_string()
    }
}

impl TryFrom<String> for Converted {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Converted)
    }
}

/// A list of that many nodes within each other; two levels each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nested {
    next: Option<Box<Nested>>,
}

impl Nested {
    /// So many of them.
    pub fn of(nodes: u32) -> Self {
        (1..nodes).fold(Nested::default(), |next, _| Nested {
            next: Some(Box::new(next)),
        })
    }

    /// How many there are.
    pub fn nodes(&self) -> u32 {
        std::iter::successors(Some(self), |node| node.next.as_deref()).count() as u32
    }
}

/// Whether it is the one that every case sends.
#[threader::task]
pub fn take_untagged(value: Untagged) -> bool {
    value == Untagged::Number(1)
}

/// The one that every case expects.
#[threader::task]
pub fn give_untagged() -> Untagged {
    Untagged::Text("x".to_owned())
}

/// The same for the other types.
#[threader::task]
pub fn take_internal(value: Internal) -> bool {
    value == Internal::Number { n: 1 }
}

/// The same for the other types.
#[threader::task]
pub fn take_adjacent(value: Adjacent) -> bool {
    value == Adjacent::Number(1)
}

/// The same for the other types.
#[threader::task]
pub fn take_flat(value: Flat) -> u8 {
    value.n
}

/// The same for the other types.
#[threader::task]
pub fn give_flat(n: u8) -> Flat {
    Flat {
        n,
        inner: [("m".to_owned(), 2)].into(),
    }
}

/// What has arrived.
#[threader::task]
pub fn take_sparse(value: Sparse, more: Vec<u8>) -> (u8, u64) {
    (value.n, (value.bytes.len() + more.len()) as u64)
}

/// One with these fields.
#[threader::task]
pub fn give_sparse(n: u8, bytes: Vec<u8>) -> Sparse {
    Sparse { n, bytes }
}

/// One with these fields.
#[threader::task]
pub fn give_sparse_tuple(n: u8, bytes: Vec<u8>) -> SparseTuple {
    SparseTuple(n, bytes)
}

/// Its fields.
#[threader::task]
pub fn take_unwritten(value: Unwritten) -> (u8, u32) {
    (value.n, value.m)
}

/// The same.
#[threader::task]
pub fn same_plain(value: Plain) -> Plain {
    value
}

/// How many nodes have arrived.
#[threader::task]
pub fn take_nested(value: Nested) -> u32 {
    value.nodes()
}

/// So many nodes.
#[threader::task]
pub fn give_nested(nodes: u32) -> Nested {
    Nested::of(nodes)
}

/// How many there are.
#[threader::task]
pub fn take_units(units: Vec<()>) -> u64 {
    units.len() as u64
}

/// So many.
#[threader::task]
pub fn give_units(count: u64) -> Vec<()> {
    vec![(); count as usize]
}
