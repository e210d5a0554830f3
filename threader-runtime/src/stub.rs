//! A task function as a plain function pointer over bytes: what a worker that shares no memory calls.

use std::cell::Cell;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec;
use crate::error::{ErrorKind, Failure};

/// Decodes the arguments, calls the function, encodes the result. One per task function and, for a generic one, per instance.
pub(crate) type Stub = fn(&[u8]) -> Result<Vec<u8>, Failure>;

/// A function that carries no data, as a type: everything needed to call it is in `F`.
///
/// Holding a `Callable<F>` is the proof that a value of `F` existed, see [`Callable::stub`].
pub(crate) struct Callable<F>(PhantomData<fn() -> F>);

impl<F: Copy + Send + 'static> Callable<F> {
    pub(crate) const fn new(function: F) -> Self {
        const { assert!(size_of::<F>() == 0, "a task's call must capture nothing") };
        // Not needed any more: it has no bytes. That it was given is what counts.
        let _ = function;
        Callable(PhantomData)
    }

    /// The pointer to dispatch by.
    pub(crate) const fn stub<Args, R>(self) -> Stub
    where
        F: Fn(Args) -> R,
        Args: DeserializeOwned,
        R: Serialize + DeserializeOwned + 'static,
    {
        stub::<F, Args, R>
    }
}

// Private: only `Callable::stub` may name it.
fn stub<F, Args, R>(arguments: &[u8]) -> Result<Vec<u8>, Failure>
where
    F: Fn(Args) -> R + Copy + Send + 'static,
    Args: DeserializeOwned,
    R: Serialize + DeserializeOwned + 'static,
{
    let function = conjure::<F>();
    let arguments = codec::decode(arguments)
        .map_err(|error| codec_failure("its arguments could not be deserialized", &error))?;
    let result = function(arguments);
    if VALIDATION.get() {
        codec::check(&result).map_err(|error| codec_failure(CHECKED_RESULT, &error))?;
    }
    codec::encode(&result)
        .map_err(|error| codec_failure("its result could not be serialized", &error))
}

thread_local! {
    static VALIDATION: Cell<bool> = const { Cell::new(false) };
}

/// Whether stubs on this thread [check](codec::check) results, as the pool whose task comes next has it.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub(crate) fn set_validation(validation: bool) {
    VALIDATION.set(validation);
}

/// What [`codec::check`] has found, of arguments and of a result.
pub(crate) const CHECKED_ARGUMENTS: &str = "its arguments would not reach a worker as they are";
pub(crate) const CHECKED_RESULT: &str = "its result would not come back from a worker as it is";

pub(crate) fn codec_failure(what: &str, error: &codec::CodecError) -> Failure {
    Failure::new(ErrorKind::Codec, format!("{what}: {error}"))
}

fn conjure<F: Copy + Send + 'static>() -> F {
    const { assert!(size_of::<F>() == 0) };
    // SAFETY: `F` has no bytes, so any well-aligned non-null pointer may be read as one, and `dangling` is that.
    // A type without bytes can still be a token whose mere existence proves something. Two facts keep that sound:
    // `stub` is reachable only through `Callable::new`, which was given a value of `F`, so the program has made one
    // (a worker runs the same program image, checked by the build id, and the token's maker ran on the caller's side);
    // and `F: Copy + Send`, so its author allowed any number of them, on any thread.
    unsafe { std::ptr::NonNull::<F>::dangling().read() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_is_the_function_over_bytes() {
        let stub = Callable::new(|(a, b): (u32, String)| format!("{b}{a}")).stub();
        let result = stub(&codec::encode(&(7u32, "x")).unwrap()).unwrap();
        assert_eq!(codec::decode::<String>(&result).unwrap(), "x7");
    }

    #[test]
    fn wrong_bytes_are_a_codec_failure() {
        let stub = Callable::new(|(a,): (u32,)| a).stub();
        let failure = stub(&[1, 2]).unwrap_err();
        assert_eq!(failure.kind, ErrorKind::Codec);
        assert!(
            failure
                .message
                .starts_with("its arguments could not be deserialized: ")
        );
    }

    #[test]
    fn results_are_checked_where_the_pool_wants_it() {
        #[derive(serde::Serialize, serde::Deserialize)]
        struct Unwritten {
            #[serde(skip_serializing, default)]
            _n: u8,
            m: u8,
        }
        let stub = Callable::new(|(m,): (u8,)| Unwritten { _n: m, m }).stub();
        assert_eq!(stub(&[4]).unwrap(), [4]);
        set_validation(true);
        let failure = stub(&[4]).unwrap_err();
        set_validation(false);
        assert_eq!(failure.kind, ErrorKind::Codec);
        assert!(failure.message.starts_with(CHECKED_RESULT), "{failure:?}");
    }

    #[test]
    fn instances_of_a_generic_function_have_stubs_of_their_own() {
        fn double<T: std::ops::Add<Output = T> + Copy>(x: T) -> T {
            x + x
        }
        let small = Callable::new(|(x,): (u8,)| double(x)).stub();
        let large = Callable::new(|(x,): (u64,)| double(x)).stub();
        assert_eq!(small(&[4]).unwrap(), [8]);
        assert_eq!(large(&4u64.to_le_bytes()).unwrap(), 8u64.to_le_bytes());
    }
}
