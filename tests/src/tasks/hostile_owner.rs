//! Values that do harm where they are read or written, and tasks that give or take them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::host;

/// Cannot be written without a panic.
pub struct PanicsWhenWritten;

impl Serialize for PanicsWhenWritten {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("this one does not want to be written")
    }
}

impl<'de> Deserialize<'de> for PanicsWhenWritten {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

/// What happens where it is read.
pub trait Harm: Send + 'static {
    /// Does it.
    fn harm();
}

/// A panic.
pub struct Panics;

impl Harm for Panics {
    fn harm() {
        panic!("this one does not want to be read")
    }
}

/// A trap without a word.
pub struct Traps;

impl Harm for Traps {
    fn harm() {
        host::trap();
    }
}

/// A stack that is full.
pub struct Bottomless;

impl Harm for Bottomless {
    fn harm() {
        fn descend(depth: u64) -> u64 {
            let below = match std::hint::black_box(depth) {
                u64::MAX => 0,
                _ => descend(depth + 1),
            };
            std::hint::black_box(below) + 1
        }
        std::hint::black_box(descend(0));
    }
}

/// An exception of JavaScript's.
pub struct Throws;

impl Harm for Throws {
    fn harm() {
        host::evaluate("throw new Error('thrown on the way')");
    }
}

/// Does its harm where it is read.
pub struct Bad<H>(std::marker::PhantomData<fn() -> H>);

impl<H> Serialize for Bad<H> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de, H: Harm> Deserialize<'de> for Bad<H> {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        H::harm();
        Ok(Self(std::marker::PhantomData))
    }
}

/// As deep as its length.
#[derive(Serialize, Deserialize)]
pub struct List(pub Option<Box<List>>);

impl Drop for List {
    fn drop(&mut self) {
        // Not one in the other: that would take stack too.
        let mut next = self.0.take();
        while let Some(mut list) = next {
            next = list.0.take();
        }
    }
}

/// Takes what cannot be written.
#[threader::task]
pub fn take_panicking(value: PanicsWhenWritten) -> u32 {
    let PanicsWhenWritten = value;
    1
}

/// Gives what does harm where it is read.
#[threader::task]
pub fn give<H: Harm>() -> Bad<H>
where
    Bad<H>: Serialize + DeserializeOwned,
{
    Bad(std::marker::PhantomData)
}

/// Gives a list of that many.
#[threader::task]
pub fn give_list(length: u64) -> List {
    (0..length).fold(List(None), |list, _| List(Some(Box::new(list))))
}
