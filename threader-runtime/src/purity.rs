//! What the checks of `#[threader::pure]` ask the compiler, by evaluating constants.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Deref;
use std::sync::{self, atomic};

/// Any value, its type forgotten: the expansion knows the path of a static or constant and not its
/// type.
pub trait Anything {}

impl<T> Anything for T {}

/// Fails to compile for the value of a static that can change: constants may not read such memory.
///
/// The value comes as a constant of its own, `const C: &dyn Anything = &PATH;`, where a value with
/// a destructor lives for ever instead of being dropped, which no constant may do. The name is a
/// part of the compiler's error.
pub const fn state_that_can_change_needs_allow_global(value: &'static dyn Anything) {
    let size = size_of_val(value);
    let start = &raw const *value;
    // Reading one byte of a pointer is an error of another kind, so a whole one is read where one
    // fits.
    if size >= size_of::<usize>() {
        // SAFETY: `value` is that large, and a union of bytes needs neither alignment nor
        // initialisation.
        let _ = unsafe { *start.cast::<MaybeUninit<[u8; size_of::<usize>()]>>() };
    } else if size > 0 {
        // SAFETY: as above, for one byte.
        let _ = unsafe { *start.cast::<MaybeUninit<u8>>() };
    }
}

/// A borrowed static or constant, whose type tells more than
/// [`state_that_can_change_needs_allow_global`] can.
pub struct Static<T>(pub T);

impl<T: State> Static<&'static T> {
    /// Found before that of [`Fixed`], if the bound holds, and then never satisfied.
    pub fn check(&self)
    where
        T: Shareable,
    {
    }
}

/// All other types.
pub struct Fixed;

impl Fixed {
    /// Nothing is known against it.
    pub fn check(&self) {}
}

impl<T> Deref for Static<T> {
    type Target = Fixed;

    fn deref(&self) -> &Fixed {
        &Fixed
    }
}

/// What no type is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is state outside of the function, which other calls change (effect `global`)",
    label = "this can change while tasks run",
    note = "pass the value as an argument and return the changed one, or accept the effect with `allow(global)`"
)]
pub trait Shareable {}

/// Types of std whose values change behind a shared borrow.
pub trait State {}

macro_rules! state {
    ($([$($parameter:tt)*] $type:ty;)*) => {
        $(impl<$($parameter)*> State for $type {})*
    };
}
state! {
    [] atomic::AtomicBool;
    [] atomic::AtomicI8;
    [] atomic::AtomicI16;
    [] atomic::AtomicI32;
    [] atomic::AtomicI64;
    [] atomic::AtomicIsize;
    [] atomic::AtomicU8;
    [] atomic::AtomicU16;
    [] atomic::AtomicU32;
    [] atomic::AtomicU64;
    [] atomic::AtomicUsize;
    [T] atomic::AtomicPtr<T>;
    [T: ?Sized] sync::Mutex<T>;
    [T: ?Sized] sync::RwLock<T>;
    [T] sync::OnceLock<T>;
    [T, F] sync::LazyLock<T, F>;
    [T: State, const N: usize] [T; N];
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
