//! Values to bytes: [`Encoder`].

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::{CodecError, Depth, MAX_EMPTY_ELEMENTS};

/// Writes one value.
pub(super) struct Encoder<'a> {
    out: &'a mut Vec<u8>,
    /// What `out` held before.
    before: usize,
    depth: Depth,
    /// Elements that wrote nothing, of all sequences and maps.
    empty: usize,
    /// More bytes are an error.
    limit: usize,
    /// Whether composites of a fixed length write it, see `check.rs`.
    lengths: bool,
}

impl<'a> Encoder<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        let before = out.len();
        Encoder {
            out,
            before,
            depth: Depth::new(),
            empty: 0,
            limit: usize::MAX,
            lengths: false,
        }
    }

    /// Writes lengths where the format has none, and at most about this many bytes.
    pub(super) fn with_lengths(out: &'a mut Vec<u8>, limit: usize) -> Self {
        Encoder {
            limit,
            lengths: true,
            ..Encoder::new(out)
        }
    }

    /// What the value's `Serialize` returned; after an error `out` holds what it held before.
    pub(super) fn end(self, result: Result<(), CodecError>) -> Result<(), CodecError> {
        if result.is_err() {
            self.out.truncate(self.before);
        }
        result
    }

    /// Whether the writing ended because there were too many bytes.
    pub(super) fn is_over_limit(&self) -> bool {
        self.out.len() - self.before > self.limit
    }

    /// The growth of the buffer can fail: an argument that does not fit into memory is an error of
    /// its task, not the end of the program.
    fn write(&mut self, bytes: &[u8]) -> Result<(), CodecError> {
        if self.out.capacity() - self.out.len() < bytes.len() {
            self.grow(bytes.len())?;
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    #[cold]
    fn grow(&mut self, by: usize) -> Result<(), CodecError> {
        if self.is_over_limit() {
            return Err(CodecError::new("it is too large to be checked"));
        }
        self.out.try_reserve(by).map_err(|_| {
            let length = self.out.len();
            CodecError::new(format!("no memory for a value of more than {length} bytes"))
        })
    }

    #[cold]
    fn wrote_nothing(&mut self) -> Result<(), CodecError> {
        self.empty += 1;
        if self.empty > MAX_EMPTY_ELEMENTS {
            return Err(CodecError::too_many_empty());
        }
        Ok(())
    }

    fn nested<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.depth.enter()?;
        value.serialize(&mut *self)?;
        self.depth.leave();
        Ok(())
    }

    fn many<'e>(
        &'e mut self,
        length: Option<usize>,
        without: impl FnOnce() -> CodecError,
    ) -> Result<Compound<'e, 'a>, CodecError> {
        let length = length.ok_or_else(without)?;
        self.write(&(length as u64).to_le_bytes())?;
        self.depth.enter()?;
        Ok(Compound(self, ""))
    }

    fn fixed<'e>(
        &'e mut self,
        name: &'static str,
        length: usize,
    ) -> Result<Compound<'e, 'a>, CodecError> {
        if self.lengths {
            self.write(&(length as u64).to_le_bytes())?;
        }
        self.depth.enter()?;
        Ok(Compound(self, name))
    }
}

/// What has elements or fields; the name is that of its struct or enum.
pub(super) struct Compound<'e, 'a>(&'e mut Encoder<'a>, &'static str);

impl Compound<'_, '_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        value.serialize(&mut *self.0)
    }

    /// An element that may be one of too many without bytes.
    fn counted<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        let before = self.0.out.len();
        self.element(value)?;
        if self.0.out.len() == before {
            self.0.wrote_nothing()?;
        }
        Ok(())
    }

    fn close(self) -> Result<(), CodecError> {
        self.0.depth.leave();
        Ok(())
    }

    #[cold]
    fn skipped(&self, field: &str) -> Result<(), CodecError> {
        Err(CodecError::unsupported(format_args!(
            "the field `{field}` of `{}` was left out, as `#[serde(skip_serializing_if)]` does, \
             and the format of tasks has no place for a field that may be missing",
            self.1
        )))
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(self, value: $type) -> Result<(), CodecError> {
            self.write(&value.to_le_bytes())
        }
    )*};
}

impl<'e, 'a> Serializer for &'e mut Encoder<'a> {
    type Ok = ();
    type Error = CodecError;
    type SerializeSeq = Compound<'e, 'a>;
    type SerializeTuple = Compound<'e, 'a>;
    type SerializeTupleStruct = Compound<'e, 'a>;
    type SerializeTupleVariant = Compound<'e, 'a>;
    type SerializeMap = Compound<'e, 'a>;
    type SerializeStruct = Compound<'e, 'a>;
    type SerializeStructVariant = Compound<'e, 'a>;

    numbers! {
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
    }

    fn serialize_bool(self, value: bool) -> Result<(), CodecError> {
        self.write(&[u8::from(value)])
    }

    fn serialize_char(self, value: char) -> Result<(), CodecError> {
        self.write(value.encode_utf8(&mut [0; 4]).as_bytes())
    }

    fn serialize_str(self, value: &str) -> Result<(), CodecError> {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), CodecError> {
        self.write(&(value.len() as u64).to_le_bytes())?;
        self.write(value)
    }

    fn serialize_none(self) -> Result<(), CodecError> {
        self.write(&[0])
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CodecError> {
        self.write(&[1])?;
        self.nested(value)
    }

    fn serialize_unit(self) -> Result<(), CodecError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), CodecError> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
    ) -> Result<(), CodecError> {
        self.serialize_u32(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        self.nested(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        self.write(&index.to_le_bytes())?;
        self.nested(value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, CodecError> {
        self.many(length, || {
            CodecError::new(
                "it has a sequence whose length is not known before its elements: collect it into a `Vec`",
            )
        })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, CodecError> {
        self.many(length, || {
            CodecError::unsupported(
                "it has a map whose length is not known before its entries, which \
                 `#[serde(flatten)]` makes of a struct",
            )
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, CodecError> {
        self.fixed("", length)
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleStruct, CodecError> {
        self.fixed(name, length)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        _: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, CodecError> {
        self.write(&index.to_le_bytes())?;
        self.fixed(name, length)
    }

    fn serialize_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStruct, CodecError> {
        self.fixed(name, length)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        _: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, CodecError> {
        self.write(&index.to_le_bytes())?;
        self.fixed(name, length)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

impl SerializeSeq for Compound<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.counted(value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.close()
    }
}

impl SerializeMap for Compound<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CodecError> {
        self.counted(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.element(value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.close()
    }
}

macro_rules! fields {
    ($($trait:ident: $method:ident($($key:ident)?) $(, $skip:ident)?;)*) => {$(
        impl $trait for Compound<'_, '_> {
            type Ok = ();
            type Error = CodecError;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($key: &'static str,)?
                value: &T,
            ) -> Result<(), CodecError> {
                $(let _ = $key;)?
                self.element(value)
            }

            fn end(self) -> Result<(), CodecError> {
                self.close()
            }

            $(fn $skip(&mut self, field: &'static str) -> Result<(), CodecError> {
                self.skipped(field)
            })?
        }
    )*};
}

fields! {
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(key), skip_field;
    SerializeStructVariant: serialize_field(key), skip_field;
}
