//! What the checks of `#[threader::pure]` ask the compiler, by evaluating constants.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// Any value, its type forgotten: the expansion knows the path of a static or constant and not its type.
pub trait Anything {}

impl<T> Anything for T {}

/// Fails to compile for the value of a static that can change: constants may not read such memory.
///
/// The value comes as a constant of its own, `const C: &dyn Anything = &PATH;`, where a value with a destructor lives for
/// ever instead of being dropped, which no constant may do.
pub const fn assert_immutable(value: &'static dyn Anything) {
    let size = size_of_val(value);
    let start = &raw const *value;
    // Reading one byte of a pointer is an error of another kind, so a whole one is read where one fits.
    if size >= size_of::<usize>() {
        // SAFETY: `value` is that large, and a union of bytes needs neither alignment nor initialisation.
        let _ = unsafe { *start.cast::<MaybeUninit<[u8; size_of::<usize>()]>>() };
    } else if size > 0 {
        // SAFETY: as above, for one byte.
        let _ = unsafe { *start.cast::<MaybeUninit<u8>>() };
    }
}

/// A type by whatever name it has where the name is written.
pub struct Type<T: ?Sized>(PhantomData<T>);

/// Types of std whose associated functions have an effect, and whose names other types have too.
pub trait Impure {}

impl Impure for std::fs::File {}
impl Impure for std::path::Path {}
impl Impure for std::path::PathBuf {}
impl Impure for std::process::Command {}
impl Impure for std::sync::Barrier {}

impl<T: Impure + ?Sized> Type<T> {
    /// Found before that of [`OtherType`], if the bound holds.
    pub const IS_IMPURE: bool = true;
}

/// All other types.
pub trait OtherType {
    /// No.
    const IS_IMPURE: bool = false;
}

impl<T: ?Sized> OtherType for Type<T> {}
