//! Web Workers.

use std::rc::Rc;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Url, Worker};

use super::link::{Heard, Heed, Listener, unreadable};
use super::{Program, trusted};
use crate::WORKER_SCRIPT;
use crate::backend::worker::js::{call, get, object, words};

pub(super) fn start(
    program: &Program,
    name: &str,
    boot: &JsValue,
    transfer: &Array,
    heard: &Heed,
) -> Result<(JsValue, Vec<Listener>), String> {
    let kind = match program.target == "no-modules" {
        true => "classic",
        false => "module",
    };
    let options = object(&[("name", &name.into()), ("type", &kind.into())]);
    let url = program.script.as_ref().map_err(String::clone)?;
    let worker = open(url, options)?;
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
    if let Err(error) = worker.post_message_with_transfer(boot, transfer) {
        // It would wait for ever.
        worker.set_onerror(None);
        worker.set_onmessageerror(None);
        worker.terminate();
        return Err(words(&error));
    }
    Ok((worker.into(), vec![error, unreadable]))
}

fn open(url: &str, options: JsValue) -> Result<Worker, String> {
    let constructor: Function = get(&js_sys::global(), "Worker").unchecked_into();
    let (url, refused) = trusted::url(url);
    let worker = Reflect::construct(&constructor, &Array::of2(&url, &options));
    worker
        .map(JsCast::unchecked_into)
        .map_err(|error| match refused {
            Some(refused) => format!("{}; {refused}", words(&error)),
            None => words(&error),
        })
}

/// One for all workers of the page. Never revoked: engines load it late, and it is small.
pub(super) fn blob_url() -> Result<String, String> {
    thread_local! {
        static URL: std::cell::OnceCell<String> = const { std::cell::OnceCell::new() };
    }
    if let Some(url) = URL.with(|url| url.get().cloned()) {
        return Ok(url);
    }
    let kind = object(&[("type", &"text/javascript".into())]);
    let source = Array::of1(&WORKER_SCRIPT.into());
    let blob = Blob::new_with_str_sequence_and_options(&source, kind.unchecked_ref());
    let url = blob
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .map_err(|error| words(&error))?;
    Ok(URL.with(|cell| cell.get_or_init(|| url).clone()))
}
