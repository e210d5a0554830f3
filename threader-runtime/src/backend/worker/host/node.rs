//! Node's worker_threads.

use std::rc::Rc;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

use super::link::{Heard, Heed, Listener, read};
use crate::WORKER_SCRIPT;
use crate::backend::worker::js::{call, get, object, words};

pub(super) fn start(
    threads: &JsValue,
    name: &str,
    boot: &JsValue,
    transfer: &Array,
    port: &MessagePort,
    heard: &Heed,
) -> Result<(JsValue, Vec<Listener>), String> {
    let options = object(&[
        ("eval", &true.into()),
        ("name", &name.into()),
        ("workerData", boot),
        ("transferList", transfer),
    ]);
    let constructor: Function = get(threads, "Worker").unchecked_into();
    let worker = Reflect::construct(&constructor, &Array::of2(&WORKER_SCRIPT.into(), &options))
        .map_err(|error| words(&error))?;
    let on = |event: &str, describe: fn(JsValue) -> String| {
        let heard = Rc::clone(heard);
        let (threads, port) = (threads.clone(), port.clone());
        let listener = Listener::new(move |value| {
            // The event overtakes what the worker had posted before, which may be the result.
            while let Some(message) = call(&threads, "receiveMessageOnPort", &[port.clone().into()])
                .filter(|message| !message.is_undefined())
            {
                if let Some(message) = read(get(&message, "message")) {
                    heard(message);
                }
            }
            heard(Heard::Death(describe(value)));
        });
        call(&worker, "on", &[event.into(), listener.as_ref().clone()]);
        listener
    };
    let listeners = vec![
        on("error", |error| words(&error)),
        on("messageerror", |_| {
            "it sent a message that cannot be read".to_owned()
        }),
        on("exit", |code| {
            format!("it exited with code {}", code.as_f64().unwrap_or(-1.0))
        }),
    ];
    Ok((worker, listeners))
}
