//! A message with its bytes where they are: small ones in this program's memory, large ones outside of it, so that who only
//! passes them on never copies them.

use js_sys::{Array, ArrayBuffer, Function, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

use super::{js, packet, word};
use crate::frame::{Frame, FrameError, LARGE};

/// Below this many bytes to copy a buffer is cheaper than to move it: 2 to 3 µs against 4 to 10 in Node, at 100 bytes; at 10,000
/// it is the other way round.
const SMALL: usize = 4 << 10;

pub(super) enum Parcel {
    Bytes(Vec<u8>),
    Buffer(ArrayBuffer),
}

impl Parcel {
    /// What has arrived.
    pub(super) fn open(buffer: ArrayBuffer) -> Self {
        if buffer.byte_length() as usize >= LARGE {
            Parcel::Buffer(buffer)
        } else {
            Parcel::Bytes(Uint8Array::new(&buffer).to_vec())
        }
    }

    pub(super) fn length(&self) -> usize {
        match self {
            Parcel::Bytes(bytes) => bytes.len(),
            Parcel::Buffer(buffer) => buffer.byte_length() as usize,
        }
    }

    pub(super) fn is_large(&self) -> bool {
        self.length() >= LARGE
    }

    /// All bytes, in this program's memory. `None`: there is no room for them.
    pub(super) fn into_bytes(self) -> Option<Vec<u8>> {
        match self {
            Parcel::Bytes(bytes) => Some(bytes),
            Parcel::Buffer(buffer) => copy(&Uint8Array::new(&buffer)),
        }
    }

    /// The messages in here, each by itself.
    pub(super) fn messages(self) -> Vec<Parcel> {
        match self {
            Parcel::Bytes(bytes) => packet::messages(&bytes)
                .map(|message| Parcel::Bytes(message.to_vec()))
                .collect(),
            // Nothing large is packed, and nothing packed is that large: but should it be, it is taken apart here.
            Parcel::Buffer(buffer) if Uint8Array::new(&buffer).get_index(0) == packet::MARK => {
                Parcel::Bytes(Uint8Array::new(&buffer).to_vec()).messages()
            }
            buffer => vec![buffer],
        }
    }

    /// The word that this message is, if it is one.
    pub(super) fn word<W: DeserializeOwned>(&self) -> Option<W> {
        match self {
            Parcel::Bytes(bytes) => word::decode(bytes),
            // A long text makes a large word.
            Parcel::Buffer(buffer) => {
                let all = Uint8Array::new(buffer);
                (all.get_index(0) == word::MARK).then(|| word::decode(&all.to_vec()))?
            }
        }
    }

    /// The frame's header, typed. Of a large frame only the header is looked at: its payload reads as empty.
    pub(super) fn with_frame<R>(&self, read: impl FnOnce(Result<Frame<'_>, FrameError>) -> R) -> R {
        match self {
            Parcel::Bytes(bytes) => read(Frame::decode(bytes)),
            Parcel::Buffer(buffer) => {
                let all = Uint8Array::new(buffer);
                let fixed = all.subarray(0, 6).to_vec();
                let header = match fixed.get(2..6).and_then(|length| length.try_into().ok()) {
                    Some(length) => u32::from_le_bytes(length),
                    None => 0,
                };
                read(Frame::decode(
                    &all.subarray(0, header.saturating_add(6)).to_vec(),
                ))
            }
        }
    }

    /// A second one with the same bytes. Those of a large one are copied when it is posted, by [`Keep::Bytes`].
    pub(super) fn second(&self) -> Parcel {
        match self {
            Parcel::Bytes(bytes) => Parcel::Bytes(bytes.clone()),
            Parcel::Buffer(buffer) => Parcel::Buffer(buffer.clone()),
        }
    }

    /// Posts it by itself. Unless the bytes are to be kept they are moved: then nobody else may hold them.
    pub(super) fn post(self, port: &MessagePort, keep: Keep) -> Result<(), String> {
        match self {
            Parcel::Bytes(bytes) => post_bytes(&bytes, port),
            Parcel::Buffer(buffer) => post_buffer(&buffer, port, keep),
        }
    }
}

fn copy(all: &Uint8Array) -> Option<Vec<u8>> {
    let length = all.length() as usize;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).ok()?;
    all.copy_to_uninit(bytes.spare_capacity_mut().get_mut(..length)?);
    // SAFETY: there is room for `length` bytes, and all of them have just been written.
    unsafe { bytes.set_len(length) };
    Some(bytes)
}

fn post_bytes(bytes: &[u8], port: &MessagePort) -> Result<(), String> {
    let keep = match bytes.len() < SMALL {
        true => Keep::Bytes,
        false => Keep::Nothing,
    };
    post_buffer(&to_buffer(bytes)?, port, keep)
}

fn post_buffer(buffer: &ArrayBuffer, port: &MessagePort, keep: Keep) -> Result<(), String> {
    let posted = match keep {
        Keep::Nothing => port.post_message_with_transferable(buffer, &Array::of1(buffer)),
        Keep::Bytes => port.post_message(buffer),
    };
    posted.map_err(|error| js::words(&error))
}

/// Whether the sender may need the bytes again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Keep {
    Nothing,
    Bytes,
}

/// What is to go to one port, packed.
#[derive(Default)]
pub(super) struct Outgoing {
    packet: Vec<u8>,
}

impl Outgoing {
    /// Takes a small message in, which cannot fail; posts a large one, and what came before it. `Err` is why the large one is
    /// not on its way. Of small ones the [`flush`](Self::flush) tells that ends the turn.
    pub(super) fn push(
        &mut self,
        port: &MessagePort,
        parcel: Parcel,
        keep: Keep,
    ) -> Result<(), String> {
        match parcel {
            Parcel::Bytes(bytes) if bytes.len() < LARGE => {
                packet::push(&mut self.packet, &bytes);
                if self.packet.len() >= LARGE {
                    // Should it not get away it is still here, and the next flush says why.
                    let _ = self.flush(port);
                }
                Ok(())
            }
            large => {
                self.flush(port)?;
                large.post(port, keep)
            }
        }
    }

    /// Posts what there is. After an error all of it is still here.
    pub(super) fn flush(&mut self, port: &MessagePort) -> Result<(), String> {
        if self.packet.is_empty() {
            return Ok(());
        }
        post_bytes(&self.packet, port)?;
        self.packet.clear();
        Ok(())
    }
}

/// Made by hand: where the engine has no memory left it throws, and a throw must not cross this frame.
fn to_buffer(bytes: &[u8]) -> Result<ArrayBuffer, String> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let constructor: Function = js::get(&js_sys::global(), "ArrayBuffer").unchecked_into();
    let buffer = js_sys::Reflect::construct(&constructor, &Array::of1(&length.into()))
        .map_err(|error| js::words(&error))?;
    let buffer: ArrayBuffer = buffer.unchecked_into();
    Uint8Array::new(&buffer).copy_from(bytes);
    Ok(buffer)
}
