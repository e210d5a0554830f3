//! The other end: what of this crate runs inside a worker, called by threader-worker.js.
#![allow(
    unreachable_pub,
    reason = "`#[wasm_bindgen]` wants it; JavaScript is what reaches it"
)]

use std::cell::{Cell, OnceCell, RefCell};

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

use super::parcel::{Keep, Parcel};
use super::{coordinator, host};
use crate::error::Failure;
use crate::frame::{Dispatch, Frame};
use crate::job::JobKey;
use crate::{panics, registry};

mod flag;
mod log;
mod queue;
mod run;
mod timeline;

pub(crate) use flag::is_cancelled;

thread_local! {
    static PORT: OnceCell<MessagePort> = const { OnceCell::new() };
    static JOB: Cell<Option<JobKey>> = const { Cell::new(None) };
    /// The function of the task that runs, and its name if it came along.
    static TASK: RefCell<Option<(Dispatch, Option<String>)>> = const { RefCell::new(None) };
    static STRAY: Cell<bool> = const { Cell::new(false) };
    static QUEUE: RefCell<queue::Queue> = RefCell::default();
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

/// The program is loaded: from now on messages come and go on `port`.
#[wasm_bindgen(js_name = __threader_start, skip_typescript)]
pub fn start(port: MessagePort) {
    panics::install_hook();
    if STRAY.get() {
        wasm_bindgen::throw_str(STRAY_MAIN);
    }
    if host::is_coordinator() {
        return coordinator::begin(port);
    }
    log::install();
    let _ = PORT.with(|cell| cell.set(port));
    post(&Frame::Ready {
        build: registry::build_id(),
    });
}

/// Takes a message in. Tasks wait for their turn: [`next`] runs one.
#[wasm_bindgen(js_name = __threader_receive, skip_typescript)]
pub fn receive(message: ArrayBuffer) {
    if host::is_coordinator() {
        return coordinator::receive(message);
    }
    for job in QUEUE.with_borrow_mut(|queue| queue.take_in(message)) {
        post(&job);
    }
}

/// Runs the task whose turn it is. `false`: no other one waits.
#[wasm_bindgen(js_name = __threader_next, skip_typescript)]
pub fn next() -> bool {
    let task = QUEUE.with_borrow_mut(queue::Queue::next);
    if let Some(task) = task {
        run::run(task);
    }
    QUEUE.with_borrow(|queue| !queue.is_empty())
}

/// Whether this program image is one of threader's workers.
pub(crate) fn is_worker() -> bool {
    thread_local!(static IS: OnceCell<bool> = const { OnceCell::new() });
    IS.with(|is| *is.get_or_init(|| host::boot().is_truthy()))
}

/// Whether a task of the pool runs here right now.
pub(crate) fn in_task() -> bool {
    JOB.get().is_some()
}

/// What errors call the task that runs here.
pub(crate) fn task_name() -> Option<String> {
    let task = TASK.try_with(|task| task.try_borrow().ok()?.clone());
    let (dispatch, name) = task.ok().flatten()?;
    name.or_else(|| registry::name(dispatch))
}

/// What errors call this worker; `None` outside of one.
pub(crate) fn worker_name() -> Option<String> {
    host::own_name()
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

fn post(frame: &Frame<'_>) {
    let posted = frame
        .encode()
        .map_err(|error| error.to_string())
        .and_then(|bytes| {
            PORT.with(|port| match port.get() {
                Some(port) => Parcel::Bytes(bytes).post(port, Keep::Nothing),
                None => Ok(()),
            })
        });
    if let Err(text) = posted {
        // The task cannot be told to have ended; the death of the worker can.
        wasm_bindgen::throw_str(&text);
    }
}

/// The bytes of memory that this worker holds. They only grow: a module gives nothing back.
fn memory() -> u64 {
    const PAGE: u64 = 64 << 10;
    core::arch::wasm32::memory_size(0) as u64 * PAGE
}
