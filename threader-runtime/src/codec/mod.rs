//! Values to bytes and back: the only folder that knows the format.
//!
//! The format is that of bincode 2 with fixed-width little-endian integers, byte for byte
//! (`tests.rs` compares them): on the payloads that tasks carry it decodes faster than the
//! variable-width form. It names neither fields nor types, so a value can only be read by the type
//! that wrote it, and only if that type writes every field every time.
//!
//! Serializer and deserializer are this crate's own, because both have limits that bincode's do not
//! have: the depth of nesting, and the number of elements in relation to the bytes. Both sides
//! count alike, so what one side can write the other side can read.

mod check;
mod de;
mod depth;
mod elements;
mod ser;
#[cfg(test)]
mod tests;

use std::any::type_name;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use self::check::check;
use self::de::Decoder;
use self::depth::Depth;
use self::ser::Encoder;

/// How many elements of sequences and maps may take no bytes at all, in one value: those of a
/// `Vec<()>`.
///
/// Any other element takes at least one byte, so a value has at most this many elements more than
/// bytes. Without the limit eight bytes could stand for 2^64 elements.
pub(crate) const MAX_EMPTY_ELEMENTS: usize = 1 << 16;

/// Appends the bytes of `value` to `out`. On an error `out` holds what it held before.
pub(crate) fn encode_into<T: Serialize + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let mut encoder = Encoder::new(out);
    let result = write(value, &mut encoder);
    encoder.end(result).map_err(CodecError::of_type::<T>)
}

/// The bytes of `value`.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    encode_into(value, &mut out)?;
    Ok(out)
}

/// The value that `bytes` are, all of them: bytes left over are an error.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let mut decoder = Decoder::new(bytes);
    read(&mut decoder).map_err(CodecError::of_type::<T>)
}

// Functions of their own, so that a program has the code of each type once and not also in its
// check.
#[inline(never)]
fn write<T: Serialize + ?Sized>(value: &T, encoder: &mut Encoder<'_>) -> Result<(), CodecError> {
    value.serialize(encoder)
}

#[inline(never)]
fn read<T: DeserializeOwned>(decoder: &mut Decoder<'_>) -> Result<T, CodecError> {
    let value = T::deserialize(&mut *decoder)?;
    decoder.end().map(|()| value)
}

/// A value that cannot be bytes, or bytes that are not a value of the type: the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodecError(Box<str>);

impl CodecError {
    #[cold]
    fn new(text: impl Into<Box<str>>) -> Self {
        CodecError(text.into())
    }

    #[cold]
    fn of_type<T: ?Sized>(self) -> Self {
        self.of(type_name::<T>())
    }

    fn of(self, name: &str) -> Self {
        CodecError(format!("{} (in a value of type `{name}`)", self.0).into())
    }

    /// The type has an attribute that this format cannot carry.
    #[cold]
    fn unsupported(text: impl fmt::Display) -> Self {
        CodecError(format!("{text}; {INSTEAD}").into())
    }

    #[cold]
    fn too_many_empty() -> Self {
        let text = format!(
            "it has more than {MAX_EMPTY_ELEMENTS} elements that take no bytes, as `()` does, or \
             claims elements that are not there"
        );
        CodecError(text.into())
    }
}

const INSTEAD: &str = "remove the attribute, or convert to a type without it by \
                       `#[serde(into = \"…\", from = \"…\")]`";

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CodecError {}

impl serde::ser::Error for CodecError {
    #[cold]
    fn custom<T: fmt::Display>(text: T) -> Self {
        CodecError(text.to_string().into())
    }
}

impl serde::de::Error for CodecError {
    #[cold]
    fn custom<T: fmt::Display>(text: T) -> Self {
        CodecError(text.to_string().into())
    }
}
