//! How deep a value may be nested: [`Depth`], which serializer and deserializer count alike.

use super::CodecError;

/// The deepest nesting. Each sequence, map, tuple, struct, newtype, `Some` and enum variant with
/// fields is one level.
///
/// Measured for lists, trees and JSON-like values without optimisation, a level takes at most 1.1
/// KiB of stack natively and 0.5 KiB in wasm, so that all of them take a quarter of the 1 MiB that
/// wasm programs have; with it a third of that. The engine's own stack is larger: in Node it ended
/// at 2,136 levels without optimisation and at 6,470 with it.
pub(crate) const MAX_DEPTH: u32 = 256;

/// The most stack that the levels of one value may take. Types that are large themselves reach it
/// before [`MAX_DEPTH`]: a struct of 1 KiB takes 6 KiB a level where nothing is optimised.
const MAX_STACK: usize = 512 << 10;

/// The level that is being written or read.
pub(super) struct Depth {
    level: u32,
    start: usize,
}

impl Depth {
    pub(super) fn new() -> Self {
        Depth {
            level: 0,
            start: stack_address(),
        }
    }

    /// One level down. Not a closure around the level, which would take one more frame of stack.
    pub(super) fn enter(&mut self) -> Result<(), CodecError> {
        if self.level == MAX_DEPTH {
            return Err(CodecError::too_deep());
        }
        if self.start.abs_diff(stack_address()) > MAX_STACK {
            return Err(CodecError::too_much_stack());
        }
        self.level += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.level -= 1;
    }
}

/// About where the stack ends now. In wasm this is the stack in memory, which is the one that is
/// small.
#[inline(always)]
fn stack_address() -> usize {
    let here = 0u8;
    (&raw const here).addr()
}

impl CodecError {
    #[cold]
    fn too_deep() -> Self {
        CodecError::new(format!(
            "it is nested more than {MAX_DEPTH} levels deep, and the stack of a worker is small"
        ))
    }

    #[cold]
    fn too_much_stack() -> Self {
        CodecError::new(format!(
            "its nesting takes more than {} KiB of stack: put large fields into a `Box` or a `Vec`",
            MAX_STACK >> 10
        ))
    }
}
