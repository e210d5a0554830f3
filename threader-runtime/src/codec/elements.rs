//! What a [`Decoder`] gives piece by piece: elements, entries, fields and variants.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::CodecError;
use super::de::{Decoder, too_early};

/// The elements of a sequence, tuple, struct or map.
pub(super) struct Elements<'d, 'a> {
    pub(super) decoder: &'d mut Decoder<'a>,
    /// How many may still be read.
    left: usize,
    /// How many of them are not there, see [`verify`](Self::verify).
    absent: usize,
}

/// In place of the number of absent elements: one of them was read.
const TOO_MANY: usize = usize::MAX;

impl<'d, 'a> Elements<'d, 'a> {
    pub(super) fn new(decoder: &'d mut Decoder<'a>, length: usize, absent: usize) -> Self {
        Elements {
            decoder,
            left: length,
            absent,
        }
    }

    /// Where lengths are written: as many fields as were written have to have been read. `length`
    /// is how many the type has, an `alias` counted as one of its own.
    #[cold]
    pub(super) fn verify(
        &self,
        name: &str,
        written: usize,
        length: usize,
        whole: bool,
    ) -> Result<(), CodecError> {
        let read = length - self.left;
        if self.absent != TOO_MANY && (read == written || !whole) {
            return Ok(());
        }
        let name = if name.is_empty() {
            "a tuple or a variant"
        } else {
            name
        };
        Err(CodecError::unsupported(format_args!(
            "`{name}` reads other fields than the {written} that it writes, as \
             `#[serde(skip_serializing)]`, `#[serde(skip_serializing_if)]` or \
             `#[serde(skip_deserializing)]` makes it"
        )))
    }

    #[cold]
    fn past_the_end<T>(&mut self) -> Result<Option<T>, CodecError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.absent = TOO_MANY;
        Err(too_early())
    }
}

impl<'de> SeqAccess<'de> for &mut Elements<'_, '_> {
    type Error = CodecError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, CodecError> {
        if self.left <= self.absent {
            return self.past_the_end();
        }
        self.left -= 1;
        seed.deserialize(&mut *self.decoder).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for &mut Elements<'_, '_> {
    type Error = CodecError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, CodecError> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, CodecError> {
        seed.deserialize(&mut *self.decoder)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de, 'd, 'a> EnumAccess<'de> for &'d mut Decoder<'a> {
    type Error = CodecError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), CodecError> {
        let index: U32Deserializer<CodecError> =
            u32::from_le_bytes(self.array()?).into_deserializer();
        Ok((seed.deserialize(index)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Decoder<'_> {
    type Error = CodecError;

    fn unit_variant(self) -> Result<(), CodecError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, CodecError> {
        self.depth.enter()?;
        let value = seed.deserialize(&mut *self)?;
        self.leave(value)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.fixed("", length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.fixed("", fields.len(), visitor)
    }
}
