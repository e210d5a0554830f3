//! Bytes to values: [`Decoder`].

use serde::de::{Deserializer, Expected, Visitor};

use super::elements::Elements;
use super::{CodecError, Depth, MAX_EMPTY_ELEMENTS};

/// Reads one value.
pub(super) struct Decoder<'a> {
    input: &'a [u8],
    pub(super) depth: Depth,
    /// How many elements the sequences and maps to come may have, all together.
    elements: usize,
    /// Whether composites of a fixed length have written it, see `check.rs`.
    lengths: bool,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Decoder {
            input,
            depth: Depth::new(),
            elements: input.len().saturating_add(MAX_EMPTY_ELEMENTS),
            lengths: false,
        }
    }

    /// For what [`Encoder::with_lengths`](super::Encoder::with_lengths) has written.
    pub(super) fn with_lengths(input: &'a [u8]) -> Self {
        Decoder {
            lengths: true,
            ..Decoder::new(input)
        }
    }

    pub(super) fn end(&self) -> Result<(), CodecError> {
        if self.input.is_empty() {
            return Ok(());
        }
        Err(CodecError::new("bytes are left over after the value"))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (bytes, rest) = self.input.split_at_checked(length).ok_or_else(too_early)?;
        self.input = rest;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (bytes, rest) = self.input.split_first_chunk().ok_or_else(too_early)?;
        self.input = rest;
        Ok(*bytes)
    }

    fn byte(&mut self) -> Result<u8, CodecError> {
        self.array().map(|[byte]| byte)
    }

    fn length(&mut self) -> Result<usize, CodecError> {
        // A length that this platform cannot have is beyond what the bytes can hold as well.
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| too_early())
    }

    /// The bytes of a text or of a byte buffer, for which memory is only taken once they are known
    /// to be there.
    fn buffer(&mut self) -> Result<Vec<u8>, CodecError> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        let mut buffer = Vec::new();
        buffer
            .try_reserve_exact(length)
            .map_err(|_| CodecError::new(format!("no memory for a value of {length} bytes")))?;
        buffer.extend_from_slice(bytes);
        Ok(buffer)
    }

    fn character(&mut self) -> Result<char, CodecError> {
        let length = match self.input.first().ok_or_else(too_early)? {
            0x00..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let text = std::str::from_utf8(self.take(length)?).ok();
        text.and_then(|text| text.chars().next())
            .ok_or_else(|| CodecError::new("a character is not valid UTF-8"))
    }

    /// The number of elements of a sequence or map, taken from those that there can be.
    fn count(&mut self) -> Result<usize, CodecError> {
        let length = self.length()?;
        let left = self.elements.checked_sub(length);
        self.elements = left.ok_or_else(CodecError::too_many_empty)?;
        Ok(length)
    }

    pub(super) fn leave<T>(&mut self, value: T) -> Result<T, CodecError> {
        self.depth.leave();
        Ok(value)
    }

    /// A tuple, struct or variant of this many fields.
    pub(super) fn fixed<'de, V: Visitor<'de>>(
        &mut self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        let written = if self.lengths { self.length()? } else { length };
        self.depth.enter()?;
        let mut fields = Elements::new(self, length, length.saturating_sub(written));
        let value = visitor.visit_seq(&mut fields);
        if fields.decoder.lengths {
            fields.verify(name, written, length, value.is_ok())?;
        }
        self.leave(value?)
    }
}

#[cold]
pub(super) fn too_early() -> CodecError {
    CodecError::new("the bytes end too early")
}

#[cold]
fn unknown_type(expected: &dyn Expected) -> CodecError {
    let expected = expected.to_string();
    let attribute = if expected.starts_with("internally tagged enum") {
        "enums with `#[serde(tag)]`"
    } else {
        "enums with `#[serde(untagged)]` and types like `serde_json::Value`"
    };
    CodecError::unsupported(format_args!(
        "it has to find out from the bytes what they are ({expected}), as {attribute} do, and the \
         format of tasks does not describe itself"
    ))
}

#[cold]
fn name(expected: &dyn Expected) -> CodecError {
    let (read, attribute) = match expected.to_string().as_str() {
        "variant identifier" => ("a variant", "`#[serde(tag, content)]`"),
        _ => ("fields", "`#[serde(flatten)]`"),
    };
    CodecError::unsupported(format_args!(
        "it reads {read} by name, as {attribute} does, and the format of tasks has no names"
    ))
}

macro_rules! numbers {
    ($($method:ident, $visit:ident: $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
            visitor.$visit(<$type>::from_le_bytes(self.array()?))
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Decoder<'_> {
    type Error = CodecError;

    numbers! {
        deserialize_i8, visit_i8: i8;
        deserialize_i16, visit_i16: i16;
        deserialize_i32, visit_i32: i32;
        deserialize_i64, visit_i64: i64;
        deserialize_i128, visit_i128: i128;
        deserialize_u8, visit_u8: u8;
        deserialize_u16, visit_u16: u16;
        deserialize_u32, visit_u32: u32;
        deserialize_u64, visit_u64: u64;
        deserialize_u128, visit_u128: u128;
        deserialize_f32, visit_f32: f32;
        deserialize_f64, visit_f64: f64;
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.byte()? {
            0 => visitor.visit_bool(false),
            1 => visitor.visit_bool(true),
            _ => Err(CodecError::new("a `bool` is neither 0 nor 1")),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        visitor.visit_char(self.character()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        let text = String::from_utf8(self.buffer()?);
        visitor.visit_string(text.map_err(|_| CodecError::new("a text is not valid UTF-8"))?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        visitor.visit_byte_buf(self.buffer()?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        visitor.visit_byte_buf(self.buffer()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.byte()? {
            0 => visitor.visit_none(),
            1 => {
                self.depth.enter()?;
                let value = visitor.visit_some(&mut *self)?;
                self.leave(value)
            }
            _ => Err(CodecError::new("an `Option` is neither 0 nor 1")),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.depth.enter()?;
        let value = visitor.visit_newtype_struct(&mut *self)?;
        self.leave(value)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        let length = self.count()?;
        self.depth.enter()?;
        let value = visitor.visit_seq(&mut Elements::new(self, length, 0))?;
        self.leave(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.fixed("", length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.fixed(name, length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        let length = self.count()?;
        self.depth.enter()?;
        let value = visitor.visit_map(&mut Elements::new(self, length, 0))?;
        self.leave(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.fixed(name, fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        visitor.visit_enum(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        Err(unknown_type(&visitor))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        Err(name(&visitor))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        Err(unknown_type(&visitor))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
