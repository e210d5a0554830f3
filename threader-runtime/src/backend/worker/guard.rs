//! Code of the program that may never return. Where panics abort, a panic is a trap; so are a full
//! stack and want of memory, and an exception of JavaScript passes through as they do. A call
//! through JavaScript catches all of them.
//!
//! Two calls, one in the other. The inner one catches as wasm-bindgen does, and knows what it was.
//! That takes some stack, and there may be none: what is left of a trap then ends in the
//! constructor of a promise that has been resolved, which ignores it. So nothing of wasm runs
//! before [`through_javascript`] returns, by which the stack is as it was.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::js::{self, get, words};
use crate::error::{ErrorKind, Failure};
use crate::{panics, user_code};

pub(crate) type Work = Box<dyn FnOnce()>;

/// Where work was cut off.
pub(super) enum Cut {
    /// There was no stack left even to begin.
    Before(Work),
    During(Failure),
}

#[wasm_bindgen]
extern "C" {
    /// What it gives is of no use, and to take it would be work.
    #[wasm_bindgen(js_namespace = Reflect, js_name = construct)]
    fn construct(constructor: &JsValue, arguments: &Array);
}

thread_local! {
    /// What is to be run.
    static WORK: Cell<Option<Work>> = const { Cell::new(None) };
    /// How it ended. `None`: it has not.
    static END: RefCell<Option<Result<(), Failure>>> = const { RefCell::new(None) };
    /// The last panic that the hook has seen.
    static PANIC: RefCell<Option<Failure>> = const { RefCell::new(None) };
    static PROMISE: JsValue = get(&js_sys::global(), "Promise");
    /// The outer call and the inner one. They are `Fn`, because work may lead to other work.
    static OUTER: Array = Array::of1(&Closure::<dyn Fn(Function)>::new(outer).into_js_value());
    static INNER: Function = Closure::<dyn Fn()>::new(inner).into_js_value().unchecked_into();
}

fn outer(resolve: Function) {
    // It does not throw.
    let _ = resolve.call0(&JsValue::UNDEFINED);
    let called = INNER.with(|inner| inner.call0(&JsValue::UNDEFINED));
    if let Err(error) = called {
        END.set(Some(Err(Failure::new(ErrorKind::Crashed, words(&error)))));
    }
}

fn inner() {
    let Some(work) = WORK.take() else { return };
    let end = catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let failure = panics::failure(payload.as_ref());
        user_code::discard_payload(payload);
        failure
    });
    END.set(Some(end));
}

/// The frame of this function is what gives the stack back: it begins before the call and ends
/// right behind it.
#[inline(never)]
fn through_javascript(promise: &JsValue, outer: &Array) {
    let frame = [0_u64; 4];
    std::hint::black_box(&frame);
    construct(promise, outer);
    std::hint::black_box(&frame);
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

/// Runs `work`. What it had on its stack when it is cut off is lost and never dropped, so whatever
/// matters is kept elsewhere.
pub(super) fn protect(work: Work) -> Result<(), Cut> {
    PANIC.set(None);
    WORK.set(Some(work));
    PROMISE.with(|promise| OUTER.with(|outer| through_javascript(promise, outer)));
    if let Some(work) = WORK.take() {
        return Err(Cut::Before(work));
    }
    let end = END.take();
    match (end, PANIC.take()) {
        (Some(Ok(())), _) => Ok(()),
        (_, Some(panic)) => Err(Cut::During(panic)),
        (Some(Err(failure)), None) => Err(Cut::During(failure)),
        (None, None) => {
            let failure = Failure::new(ErrorKind::Crashed, "no stack was left");
            Err(Cut::During(failure))
        }
    }
}

/// Runs a task on this thread. `Err`: it was cut off, and so was all that ran within it.
pub(crate) fn contained(task: Work) -> Result<(), Failure> {
    protect(task).map_err(|cut| match cut {
        Cut::During(failure) => failure,
        Cut::Before(_) => Failure::new(ErrorKind::Crashed, "no stack was left for it"),
    })
}

/// Calls code of the program of which nothing more is expected. `false`: it was cut off.
pub(crate) fn guarded(call: Work) -> bool {
    match protect(call) {
        Ok(()) => true,
        Err(Cut::During(failure)) => {
            report(&failure, "in a waker, a destructor or the error hook");
            false
        }
        Err(Cut::Before(call)) => {
            js::after_this_turn(move || {
                guarded(call);
            });
            true
        }
    }
}

/// On the console, where no task's error has it. A panic is reported by the panic hook.
pub(super) fn report(failure: &Failure, doing: &str) {
    if failure.kind != ErrorKind::Panicked {
        let text = &failure.message;
        js::warn(&format!(
            "threader: the program was cut off {doing}: {text}"
        ));
    }
}
