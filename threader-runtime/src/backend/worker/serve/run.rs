//! Running one task.

use super::{TASK, flag, log, memory, post, timeline};
use crate::backend::worker::js;
use crate::backend::worker::parcel::Parcel;
use crate::error::{ErrorKind, Failure};
use crate::frame::{Dispatch, Frame};
use crate::stub::{Stub, set_validation};
use crate::{panics, registry, user_code};

pub(super) fn run(frame: Parcel) {
    let Some(bytes) = frame.into_bytes() else {
        wasm_bindgen::throw_str("there is no memory left for the task's arguments");
    };
    let Ok(Frame::Run {
        job,
        dispatch,
        log,
        name,
        validation,
        arguments,
    }) = Frame::decode(&bytes)
    else {
        wasm_bindgen::throw_str("the worker was sent a task that cannot be read");
    };
    log::set_level(log);
    TASK.set(Some((dispatch, name)));
    set_validation(validation);
    flag::runs(Some(job));
    let began = js::now();
    let result = stub(dispatch).and_then(|stub| {
        std::panic::catch_unwind(|| stub(arguments)).unwrap_or_else(|payload| {
            let failure = panics::failure(payload.as_ref());
            user_code::discard_payload(payload);
            Err(failure)
        })
    });
    let took = js::now().saturating_sub(began);
    flag::runs(None);
    if timeline::is_wanted() {
        timeline::add(began, began.saturating_add(took));
    }
    TASK.set(None);
    match result {
        Ok(result) => post(&Frame::Done {
            job,
            took: took.as_micros().try_into().unwrap_or(u64::MAX),
            memory: memory(),
            result: &result,
        }),
        Err(failure) => post(&Frame::Failed { job, failure }),
    }
}

fn stub(dispatch: Dispatch) -> Result<Stub, Failure> {
    let unknown = || Failure::new(ErrorKind::Unavailable, "the worker does not know the task");
    match dispatch {
        Dispatch::Id(id) => registry::find(id).ok_or_else(unknown),
        Dispatch::Pointer(0) => Err(unknown()),
        Dispatch::Pointer(address) => {
            let address = usize::try_from(address).map_err(|_| unknown())?;
            // SAFETY: on wasm a function pointer is an index into the module's table, which is the same in every instance
            // of one module. The frame comes over the private port from the program that started this worker, or from its
            // coordinator, which passes on what that program has made: it took the address of a `Stub` (`Bound::task` is the
            // only maker of `Dispatch::Pointer`). Each link of that chain has compared build ids before anything was sent
            // over it, so all of them are one module. It is not null.
            Ok(unsafe { std::mem::transmute::<usize, Stub>(address) })
        }
    }
}
