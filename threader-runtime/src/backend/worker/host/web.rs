//! Web Workers.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Url, Worker, WorkerOptions, WorkerType};

use super::Program;
use super::link::{Heard, Heed, Listener, unreadable};
use crate::WORKER_SCRIPT;
use crate::backend::worker::js::{call, words};

pub(super) fn start(
    program: &Program,
    name: &str,
    boot: &JsValue,
    transfer: &Array,
    heard: &Heed,
) -> Result<(JsValue, Vec<Listener>), String> {
    let options = WorkerOptions::new();
    options.set_name(name);
    let classic = program.target == "no-modules";
    options.set_type(if classic {
        WorkerType::Classic
    } else {
        WorkerType::Module
    });
    let url = program.script.as_ref().map_err(String::clone)?;
    let worker = Worker::new_with_options(url, &options).map_err(|error| words(&error))?;
    let error = {
        let heard = Rc::clone(heard);
        Listener::new(move |event: JsValue| {
            // It ends here, as an error of a task; the page's own error handler has no part in it.
            call(&event, "preventDefault", &[]);
            heard(Heard::Death(words(&event)));
        })
    };
    worker.set_onerror(Some(error.as_ref().unchecked_ref()));
    let unreadable = unreadable(heard);
    worker.set_onmessageerror(Some(unreadable.as_ref().unchecked_ref()));
    worker
        .post_message_with_transfer(boot, transfer)
        .map_err(|error| words(&error))?;
    Ok((worker.into(), vec![error, unreadable]))
}

/// One for all workers of the page. Never revoked: engines load it late, and it is small.
pub(super) fn blob_url() -> Result<String, String> {
    thread_local! {
        static URL: std::cell::OnceCell<String> = const { std::cell::OnceCell::new() };
    }
    if let Some(url) = URL.with(|url| url.get().cloned()) {
        return Ok(url);
    }
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&WORKER_SCRIPT.into()), &kind);
    let url = blob
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .map_err(|error| words(&error))?;
    Ok(URL.with(|cell| cell.get_or_init(|| url).clone()))
}
