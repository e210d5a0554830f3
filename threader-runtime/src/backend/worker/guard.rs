//! Code of the program that may never return. Where panics abort, a panic is a trap; so are a full stack and want of memory, and
//! an exception of JavaScript passes through as they do. A call through JavaScript catches all of them.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::js::{self, words};
use crate::error::{ErrorKind, Failure};
use crate::{panics, user_code};

pub(crate) type Work = Box<dyn FnOnce()>;

thread_local! {
    /// What [`CALL`] is to run.
    static WORK: Cell<Option<Work>> = const { Cell::new(None) };
    /// The way through JavaScript. A `Fn`, because work may lead to other work.
    static CALL: Function = Closure::<dyn Fn()>::new(run).into_js_value().unchecked_into();
    /// The last panic that the hook has seen, or that was caught.
    static PANIC: RefCell<Option<Failure>> = const { RefCell::new(None) };
}

fn run() {
    let Some(work) = WORK.take() else { return };
    if let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
        PANIC.set(Some(panics::failure(payload.as_ref())));
        user_code::discard_payload(payload);
    }
}

/// From inside the panic hook, where panics abort: what the trap that follows is about.
#[cfg_attr(not(panic = "abort"), allow(dead_code))]
pub(crate) fn panicked(failure: &Failure) {
    // A hook runs wherever a panic happens, in here too.
    let _ = PANIC.try_with(|panic| {
        panic
            .try_borrow_mut()
            .map(|mut p| *p = Some(failure.clone()))
    });
}

/// Runs `work`. `Err`: it was cut off, and why. What it had on its stack is lost and never dropped, so whatever matters is kept
/// elsewhere; this thread's stack is as it was.
#[inline(never)]
pub(super) fn protect(work: Work) -> Result<(), Failure> {
    PANIC.set(None);
    WORK.set(Some(work));
    let called = CALL.with(|call| call.call0(&JsValue::UNDEFINED));
    // A call that failed before it began.
    drop(WORK.take());
    match (PANIC.take(), called) {
        (None, Ok(_)) => Ok(()),
        (Some(panic), _) => Err(panic),
        (None, Err(error)) => Err(Failure::new(ErrorKind::Crashed, words(&error))),
    }
}

/// Calls code of the program of which nothing more is expected. `false`: it was cut off.
pub(crate) fn guarded(call: Work) -> bool {
    let called = protect(call);
    if let Err(failure) = &called {
        report(failure, "in a waker, a destructor or the error hook");
    }
    called.is_ok()
}

/// On the console, where no error of a task tells it. Of a panic the panic hook has told.
pub(super) fn report(failure: &Failure, doing: &str) {
    if failure.kind != ErrorKind::Panicked {
        let text = &failure.message;
        js::warn(&format!(
            "threader: the program was cut off {doing}: {text}"
        ));
    }
}
