//! Whether a type survives its own bytes: [`check`], which debug builds run on the first values of
//! each type.
//!
//! The format holds neither names nor lengths of structs, so some attributes of serde make a type
//! that is written in one way and read in another, and now and then the bytes of one value are
//! those of another. So the check writes the lengths of structs and tuples as well, reads them
//! back, and writes the value that it has read: the same bytes again, or the type cannot be sent.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{CodecError, Decoder, Encoder, read, write};
use crate::sync::plain::{Mutex, lock};

/// How many values of a type are checked. An attribute that depends on the value may not show in
/// the first.
const VALUES: u32 = 8;

/// Larger values are not checked, so that a check takes milliseconds also where nothing is
/// optimised.
const LARGEST: usize = 256 << 10;

/// An error if `value` would arrive as another value, or not at all. Looks at the first values of
/// each type only.
pub(crate) fn check<T: Serialize + DeserializeOwned + 'static>(
    value: &T,
) -> Result<(), CodecError> {
    let id = TypeId::of::<T>();
    if lock(&PASSED).get(&id).is_some_and(|&count| count >= VALUES) {
        return Ok(());
    }
    // Not under the lock: `Serialize` and `Deserialize` are the user's code.
    if round_trip(value).map_err(CodecError::of_type::<T>)? {
        *lock(&PASSED).entry(id).or_default() += 1;
    }
    Ok(())
}

/// How many values of each type have passed.
static PASSED: Mutex<BTreeMap<TypeId, u32>> = Mutex::new(BTreeMap::new());

/// `false` if it is too large to be looked at.
pub(super) fn round_trip<T: Serialize + DeserializeOwned>(value: &T) -> Result<bool, CodecError> {
    let bytes = bytes(&|encoder| write(value, encoder))?;
    let Some(bytes) = bytes else {
        return Ok(false);
    };
    // Not dropped if its `Serialize` panics: a destructor that panics as well would end the
    // program.
    let copy = ManuallyDrop::new(read::<T>(&mut Decoder::with_lengths(&bytes))?);
    let same = same(&bytes, &|encoder| write(&*copy, encoder));
    drop(ManuallyDrop::into_inner(copy));
    same.map(|()| true)
}

/// `None` if there are too many of them.
fn bytes(
    write: &dyn Fn(&mut Encoder<'_>) -> Result<(), CodecError>,
) -> Result<Option<Vec<u8>>, CodecError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::with_lengths(&mut bytes, LARGEST);
    let result = write(&mut encoder);
    if encoder.is_over_limit() {
        return Ok(None);
    }
    encoder.end(result)?;
    Ok(Some(bytes))
}

fn same(
    there: &[u8],
    write: &dyn Fn(&mut Encoder<'_>) -> Result<(), CodecError>,
) -> Result<(), CodecError> {
    if bytes(write)?.is_some_and(|again| counts(there) == counts(&again)) {
        return Ok(());
    }
    Err(CodecError::new(
        "it is not the same value after it was serialized and deserialized: its `Serialize` and \
         `Deserialize` have to fit together",
    ))
}

/// How often each byte occurs. Not the bytes themselves: a `HashMap` writes its entries in an order
/// that differs from one instance to the next.
fn counts(bytes: &[u8]) -> [u32; 256] {
    let mut counts = [0; 256];
    for &byte in bytes {
        counts[usize::from(byte)] += 1;
    }
    counts
}
