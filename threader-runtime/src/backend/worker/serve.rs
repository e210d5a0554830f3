//! The other end: what of this crate runs inside a worker, called by threader-worker.js.
#![allow(
    unreachable_pub,
    reason = "`#[wasm_bindgen]` wants it; JavaScript is what reaches it"
)]

use std::cell::{Cell, OnceCell};

use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

use super::js;
use crate::error::{ErrorKind, Failure};
use crate::frame::{Dispatch, Frame};
use crate::job::JobKey;
use crate::panics;
use crate::registry;
use crate::stub::Stub;

thread_local! {
    static PORT: OnceCell<MessagePort> = const { OnceCell::new() };
    static JOB: Cell<Option<JobKey>> = const { Cell::new(None) };
    static STRAY: Cell<bool> = const { Cell::new(false) };
}

const STRAY_MAIN: &str = "the application's entry point runs inside one of threader's workers, where it must not: \
                          put `#[threader::main]` on it";

/// Somebody starts tasks in this worker who is no task: it can only be the application's entry point.
/// Says so to the owner, and returns what to say to the entry point.
pub(crate) fn stray_main() -> &'static str {
    STRAY.set(true);
    PORT.with(|port| {
        if let Some(port) = port.get() {
            // As the worker's script reports a trap. If even this fails there is nobody to tell.
            let _ = port.post_message(&Array::of2(&"trap".into(), &STRAY_MAIN.into()));
        }
    });
    STRAY_MAIN
}

/// The program is loaded: from now on frames come and go on `port`.
#[wasm_bindgen(js_name = __threader_start, skip_typescript)]
pub fn start(port: MessagePort) {
    panics::install_hook();
    if STRAY.get() {
        wasm_bindgen::throw_str(STRAY_MAIN);
    }
    let _ = PORT.with(|cell| cell.set(port));
    post(&Frame::Ready {
        build: registry::build_id(),
    });
}

/// Runs the task that a frame asks for.
#[wasm_bindgen(js_name = __threader_run, skip_typescript)]
pub fn run(frame: ArrayBuffer) {
    let bytes = Uint8Array::new(&frame).to_vec();
    drop(frame);
    let Ok(Frame::Run {
        job,
        dispatch,
        arguments,
    }) = Frame::decode(&bytes)
    else {
        // Nobody but the pool has the other end of the port, so this is a fault of ours: say it, as a trap.
        wasm_bindgen::throw_str("the worker was sent something that is no task");
    };
    JOB.set(Some(job));
    let result = stub(dispatch).and_then(|stub| {
        std::panic::catch_unwind(|| stub(arguments))
            .unwrap_or_else(|panic| Err(panics::failure(panic)))
    });
    JOB.set(None);
    match result {
        Ok(result) => post(&Frame::Done {
            job,
            result: &result,
        }),
        Err(failure) => post(&Frame::Failed { job, failure }),
    }
}

/// Whether this program image is one of threader's workers.
pub(crate) fn is_worker() -> bool {
    thread_local!(static IS: OnceCell<bool> = const { OnceCell::new() });
    IS.with(|is| *is.get_or_init(|| js::get(&js_sys::global(), "__threader_worker").is_truthy()))
}

/// Whether a task of the pool runs here right now.
pub(crate) fn in_task() -> bool {
    JOB.get().is_some()
}

/// Gives JavaScriptCore a chance to end this worker. It does not do so in the middle of a loop inside wasm, nor for certain in a call of
/// compiled JavaScript; it does in a built-in function that can throw, of which this is the cheapest.
pub(crate) fn let_it_be_stopped() {
    if in_task() {
        // What is there does not matter.
        let _ = js_sys::Reflect::get_u32(&js_sys::global(), 0);
    }
}

/// Passes on how far the running task is.
pub(crate) fn progress(done: u64, total: u64) {
    if let Some(job) = JOB.get() {
        post(&Frame::Progress { job, done, total });
    }
}

/// From inside the panic hook, where panics abort: the last words.
#[cfg_attr(not(panic = "abort"), allow(dead_code))]
pub(crate) fn dying(failure: &Failure) {
    if let Some(job) = JOB.get() {
        post(&Frame::Dying {
            job,
            failure: failure.clone(),
        });
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
            // of one module. The frame comes over the private port from the program that started this worker, which
            // took the address of a `Stub` (`Bound::task` is the only maker of `Dispatch::Pointer`), and that program
            // has compared build ids with this one before it sent anything. It is not null.
            Ok(unsafe { std::mem::transmute::<usize, Stub>(address) })
        }
    }
}

fn post(frame: &Frame<'_>) {
    let posted = frame
        .encode()
        .map_err(|error| error.to_string())
        .and_then(|bytes| {
            let buffer = Uint8Array::from(bytes.as_slice()).buffer();
            PORT.with(|port| match port.get() {
                Some(port) => port
                    .post_message_with_transferable(&buffer, &Array::of1(&buffer))
                    .map_err(|error| js::words(&error)),
                None => Ok(()),
            })
        });
    if let Err(text) = posted {
        // The task cannot be told to have ended; the death of the worker can.
        wasm_bindgen::throw_str(&text);
    }
}
