//! How a worker is missed that ended without an event, as one that is terminated from outside in browsers: it holds a Web Lock as
//! long as it lives, and its owner waits for the same lock.
//!
//! Granted 1 to 35 ms after the termination in Firefox and 2 s in Chromium. In Node
//! the event `exit` comes for every end, and its Web Locks, where it has them, are not released by a termination.

use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::Host;
use super::link::{Heard, Heed};
use crate::backend::worker::js::{after_messages, call, get, object};

/// A wait for a worker's lock; dropping it ends the wait.
pub(super) struct Watch {
    controller: JsValue,
}

/// A name for one worker's lock, unlike any other of this origin. `None` where there are no locks (pages not served securely).
pub(super) fn new_name(host: &Host) -> Option<String> {
    let global = js_sys::global();
    let locks = get(&get(&global, "navigator"), "locks");
    if !matches!(host, Host::Web) || !get(&locks, "request").is_function() {
        return None;
    }
    let id = call(&get(&global, "crypto"), "randomUUID", &[])?.as_string()?;
    Some(format!("threader-{id}"))
}

impl Watch {
    /// Waits for the lock that a worker holds by now.
    pub(super) fn begin(lock: &str, heard: &Heed) -> Option<Watch> {
        let global = js_sys::global();
        let constructor: Function = get(&global, "AbortController").dyn_into().ok()?;
        let controller = Reflect::construct(&constructor, &Array::new()).ok()?;
        let heard = Rc::clone(heard);
        let granted = Closure::once_into_js(move || {
            // What it had posted before counts.
            after_messages(move || {
                heard(Heard::Death(
                    "it ended without a word, as `terminate()` ends it".to_owned(),
                ));
            });
        });
        let locks = get(&get(&global, "navigator"), "locks");
        let options = object(&[("signal", &get(&controller, "signal"))]);
        let waiting: Promise = call(&locks, "request", &[lock.into(), options, granted])?
            .dyn_into()
            .ok()?;
        // An ended wait is a rejected promise.
        let ignore = Closure::once_into_js(|_: JsValue| ());
        call(&waiting, "catch", &[ignore]);
        Some(Watch { controller })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        call(&self.controller, "abort", &[]);
    }
}
