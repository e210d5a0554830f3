//! The calls of the user's code that a task consists of, each of them caught.
//!
//! Under [`Config::validation`](crate::Config::validation) arguments and results are checked on
//! every backend, also where they are only moved.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{JobKey, Plan, Work};
use crate::codec::CodecError;
use crate::error::Failure;
use crate::frame::{self, Dispatch};
use crate::stub::{CHECKED_ARGUMENTS, CHECKED_RESULT, codec_failure};
use crate::{panics, registry, user_code};

/// How a call ended.
pub(super) struct Called<T> {
    pub(super) result: Result<T, Failure>,
    pub(super) leftovers: Leftovers<T>,
}

/// Values of the user's that did not become the result. They are dropped once the task has settled.
pub(super) struct Leftovers<T> {
    payload: Option<Box<dyn Any + Send>>,
    work: Option<Box<dyn Work<T>>>,
    value: Option<T>,
}

impl<T: Send + 'static> Leftovers<T> {
    pub(super) fn discard(self) {
        user_code::discard(self.work);
        user_code::discard(self.value);
        if let Some(payload) = self.payload {
            user_code::discard_payload(payload);
        }
    }
}

/// Calls the function on its arguments.
pub(super) fn run<T: Send + 'static>(
    plan: &Plan<T>,
    work: Box<dyn Work<T>>,
    validation: bool,
) -> Called<T> {
    let mut leftovers = Leftovers {
        payload: None,
        work: None,
        value: None,
    };
    let result = 'result: {
        if validation && let Err((failure, payload)) = checked(CHECKED_ARGUMENTS, || work.check()) {
            leftovers.payload = payload;
            leftovers.work = Some(work);
            break 'result Err(failure);
        }
        // The work is consumed by the call and its result is only looked at when it is whole.
        let value = match catch_unwind(AssertUnwindSafe(|| work.run())) {
            Ok(value) => value,
            Err(payload) => {
                let failure = panics::failure(payload.as_ref());
                leftovers.payload = Some(payload);
                break 'result Err(failure);
            }
        };
        let check = || (plan.function.check)(&value);
        if validation && let Err((failure, payload)) = checked(CHECKED_RESULT, check) {
            leftovers.payload = payload;
            leftovers.value = Some(value);
            break 'result Err(failure);
        }
        Ok(value)
    };
    Called { result, leftovers }
}

/// The frame that asks a worker for the call of a task of this name.
pub(super) fn frame<T>(
    job: JobKey,
    plan: &Plan<T>,
    name: &str,
    work: &dyn Work<T>,
    validation: bool,
) -> Result<Vec<u8>, Failure> {
    let dispatch = Dispatch::Pointer(plan.stub as usize as u64);
    let name = Some(name).filter(|name| !registry::has(dispatch, name));
    let frame = || frame::run(job, dispatch, name, validation, |out| work.encode(out));
    let checks = if validation {
        checked(CHECKED_ARGUMENTS, || work.check())
    } else {
        Ok(())
    };
    let frame = checks.and_then(|()| checked("its arguments could not be serialized", frame));
    frame.map_err(|(failure, payload)| {
        if let Some(payload) = payload {
            user_code::discard_payload(payload);
        }
        failure
    })
}

/// `Serialize` and `Deserialize` are the user's code and may panic; then the payload is there to be
/// discarded.
type Refused = (Failure, Option<Box<dyn Any + Send>>);

fn checked<V>(what: &str, call: impl FnOnce() -> Result<V, CodecError>) -> Result<V, Refused> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| (codec_failure(what, &error), None)),
        Err(payload) => Err((panics::failure(payload.as_ref()), Some(payload))),
    }
}
