//! Workers of this thread that were stopped and have not ended yet, where the platform reports that (Node).
//!
//! Node's main thread keeps two ports of every worker until the thread that started it has seen its
//! exit. A coordinator that ends before its workers have would leave those ports behind.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::backend::worker::js::{Timer, call};

thread_local! {
    static OPEN: Cell<u32> = const { Cell::new(0) };
    static THEN: RefCell<Vec<Box<dyn FnOnce()>>> = RefCell::default();
}

/// For how long ends are waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// A worker was stopped; `ended` is what `terminate()` gave.
pub(super) fn expect(ended: Option<JsValue>) {
    let Some(ended) = ended.filter(JsCast::is_instance_of::<Promise>) else {
        return;
    };
    OPEN.set(OPEN.get() + 1);
    let done = Closure::once_into_js(|_: JsValue| {
        OPEN.set(OPEN.get() - 1);
        if OPEN.get() == 0 {
            go_on();
        }
    });
    call(&ended, "then", &[done.clone(), done]);
}

/// Calls `f` when the workers that were stopped have ended, or take too long.
pub(in super::super) fn when_all_ended(f: impl FnOnce() + 'static) {
    if OPEN.get() == 0 {
        return f();
    }
    THEN.with_borrow_mut(|then| then.push(Box::new(f)));
    // It rings once in the life of a coordinator, which ends with it.
    std::mem::forget(Timer::after(PATIENCE, go_on));
}

fn go_on() {
    for f in THEN.take() {
        f();
    }
}
