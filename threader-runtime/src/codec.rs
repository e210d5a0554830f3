//! Values to bytes and back. The only file that names the codec.
//!
//! The format is bincode 2 with fixed-width little-endian integers: on the payloads that tasks carry it decodes
//! faster than the variable-width form, and its length can be foreseen.

use bincode::config::{self, Configuration, Fixint, LittleEndian};
use bincode::de::read::{Reader, SliceReader};
use bincode::de::{Decode, Decoder, DecoderImpl};
use bincode::enc::write::Writer;
use bincode::error::{DecodeError, EncodeError};
use bincode::serde::Compat;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Appends the bytes of `value` to `out`. On an error `out` holds what it held before.
pub(crate) fn encode_into<T: Serialize + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let before = out.len();
    bincode::serde::encode_into_writer(value, Growing(out), CONFIG).map_err(|error| {
        out.truncate(before);
        CodecError(error.to_string())
    })
}

/// The bytes of `value`.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    encode_into(value, &mut out)?;
    Ok(out)
}

/// The value that `bytes` are, all of them: bytes left over are an error.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let decoding = || {
        let limited = CONFIG.with_limit::<LIMIT>();
        let mut decoder = DecoderImpl::new(SliceReader::new(bytes), limited, ());
        // A text's length is believed, and its memory taken, before its bytes are looked for. So that a wrong length is an
        // error and not the end of the program, what may be read is limited to what there is: the limit of the codec is a
        // constant, so the difference counts as read already.
        decoder.claim_bytes_read(LIMIT.saturating_sub(bytes.len()))?;
        let Compat(value) = Compat::<T>::decode(&mut decoder)?;
        Ok((value, decoder.reader().peek_read(1).is_some()))
    };
    match decoding() {
        Ok((value, false)) => Ok(value),
        Ok((_, true)) => Err(CodecError("bytes are left over after the value".to_owned())),
        Err(DecodeError::LimitExceeded) => Err(CodecError("the bytes end too early".to_owned())),
        Err(error) => Err(CodecError(error.to_string())),
    }
}

const LIMIT: usize = isize::MAX as usize;

/// Bytes and value do not fit together; holds the codec's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodecError(String);

impl std::fmt::Display for CodecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CodecError {}

const CONFIG: Configuration<LittleEndian, Fixint> = config::standard().with_fixed_int_encoding();

/// A `Vec` whose growth can fail: an argument that does not fit into memory is an error of its task, not the end of the program.
struct Growing<'a>(&'a mut Vec<u8>);

impl Writer for Growing<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.0.try_reserve(bytes.len()).map_err(|_| {
            EncodeError::OtherString(format!(
                "no memory for a value of more than {} bytes",
                self.0.len()
            ))
        })?;
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Dot,
        Line(i64, Option<String>),
        Grid { cells: Vec<u8>, names: Vec<String> },
    }

    fn shape() -> impl Strategy<Value = Shape> {
        prop_oneof![
            Just(Shape::Dot),
            (any::<i64>(), any::<Option<String>>()).prop_map(|(a, b)| Shape::Line(a, b)),
            (any::<Vec<u8>>(), any::<Vec<String>>())
                .prop_map(|(cells, names)| Shape::Grid { cells, names }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(value in (shape(), any::<Vec<u16>>(), any::<char>())) {
            let bytes = encode(&value).unwrap();
            prop_assert_eq!(decode::<(Shape, Vec<u16>, char)>(&bytes).unwrap(), value);
        }

        #[test]
        fn any_bytes_are_a_value_or_an_error(bytes in any::<Vec<u8>>()) {
            let _: Result<(Shape, Vec<String>), CodecError> = decode(&bytes);
            let _: Result<Vec<Vec<u64>>, CodecError> = decode(&bytes);
        }

        #[test]
        fn cut_bytes_are_an_error(value in shape(), keep in 0.0..1.0) {
            let bytes = encode(&value).unwrap();
            let cut = ((bytes.len() as f64) * keep) as usize;
            prop_assert!(decode::<Shape>(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn left_over_bytes_are_an_error() {
        let error = decode::<u8>(&[1, 2, 3]).unwrap_err();
        assert_eq!(error.to_string(), "bytes are left over after the value");
    }

    #[test]
    fn a_length_beyond_the_bytes_allocates_nothing_to_speak_of() {
        let bytes = u64::MAX.to_le_bytes();
        assert!(decode::<Vec<u8>>(&bytes).is_err());
        assert!(decode::<String>(&bytes).is_err());
    }

    #[test]
    fn a_failed_encoding_leaves_nothing_behind() {
        struct Refuses;
        impl Serialize for Refuses {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("not this one"))
            }
        }
        let mut out = vec![7];
        let error = encode_into(&(1u32, Refuses), &mut out).unwrap_err();
        assert!(error.to_string().contains("not this one"));
        assert_eq!(out, [7]);
    }
}
