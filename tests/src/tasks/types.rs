//! Types whose way over the wire is special, and tasks that take them.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Any shape an enum variant can have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// A unit.
    Dot,
    /// A tuple.
    Line(i64, Option<String>),
    /// Fields.
    Grid {
        /// Some bytes.
        cells: Vec<u8>,
        /// Some shapes.
        inside: Vec<Shape>,
    },
}

/// Cannot be written. Where arguments are moved nobody asks it to.
#[derive(Debug, PartialEq)]
pub struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("this one stays here"))
    }
}

impl<'de> Deserialize<'de> for Unwritable {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

/// Can be written and not be read back.
#[derive(Debug, PartialEq)]
pub struct Unreadable;

impl Serialize for Unreadable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de> Deserialize<'de> for Unreadable {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("this one cannot be read"))
    }
}

/// Takes what cannot be written.
#[threader::task]
pub fn take_unwritable(value: Unwritable) -> bool {
    value == Unwritable
}

/// Gives what cannot be written.
#[threader::task]
pub fn give_unwritable() -> Unwritable {
    Unwritable
}

/// Takes what cannot be read.
#[threader::task]
pub fn take_unreadable(value: Unreadable) -> bool {
    value == Unreadable
}

/// Gives what cannot be read.
#[threader::task]
pub fn give_unreadable() -> Unreadable {
    Unreadable
}
