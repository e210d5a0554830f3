//! The two platforms that have workers: how one is started, addressed, held and stopped on each.

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, MessageChannel, MessageEvent, MessagePort, Url, Worker, WorkerOptions,
    WorkerType,
};

use super::js::{call, filename, get, is_no_modules, object, words};
use crate::WORKER_SCRIPT;
use crate::backend::Backend;

pub(super) enum Host {
    Web,
    /// Its module `node:worker_threads`, and `node:os`.
    Node {
        threads: JsValue,
        os: JsValue,
    },
}

/// What a worker is heard of.
pub(super) enum Heard {
    /// On its private port.
    Message(JsValue),
    /// From the platform: it died, in these words.
    Death(String),
}

/// What to start workers from.
pub(super) struct Program {
    /// wasm-bindgen's output for this program.
    pub(super) glue: String,
    /// Which kind of output it is, by the names of threader-worker.js.
    target: &'static str,
    /// A served copy of the worker's script; else it comes from a Blob.
    pub(super) worker_url: Option<String>,
}

impl Host {
    /// The platform that this program runs on, if it has workers.
    pub(super) fn detect() -> Option<Host> {
        let global = js_sys::global();
        let process = get(&global, "process");
        let builtin = |name: &str| call(&process, "getBuiltinModule", &[name.into()]);
        if let Some(threads) =
            builtin("node:worker_threads").filter(|threads| get(threads, "Worker").is_function())
        {
            let os = builtin("node:os").unwrap_or(JsValue::UNDEFINED);
            return Some(Host::Node { threads, os });
        }
        get(&global, "Worker").is_function().then_some(Host::Web)
    }

    pub(super) fn backend(&self) -> Backend {
        match self {
            Host::Web => Backend::Web,
            Host::Node { .. } => Backend::Node,
        }
    }

    /// How many workers the machine can run in parallel.
    pub(super) fn parallelism(&self) -> usize {
        let count = match self {
            Host::Web => get(&get(&js_sys::global(), "navigator"), "hardwareConcurrency"),
            Host::Node { os, .. } => {
                call(os, "availableParallelism", &[]).unwrap_or(JsValue::UNDEFINED)
            }
        };
        count.as_f64().map_or(1, |count| (count as usize).max(1))
    }

    /// Where this program's glue is: what the config says, else what the target offers, else the stack of an `Error`.
    pub(super) fn program(
        &self,
        glue: Option<&str>,
        worker_url: Option<&str>,
    ) -> Result<Program, String> {
        let found = || {
            let stack = get(&js_sys::Error::new(""), "stack").as_string()?;
            super::glue::first_file(&stack).map(str::to_owned)
        };
        let commonjs = filename();
        let target = match self {
            Host::Web if is_no_modules() => "no-modules",
            Host::Web => "web",
            Host::Node { .. } if commonjs.is_some() => "nodejs",
            Host::Node { .. } => "nodejs-module",
        };
        let glue = glue.map(str::to_owned).or(commonjs).or_else(found).ok_or(
            "the URL of this program's wasm-bindgen output could not be found out: give it in `Config::glue_url`",
        )?;
        Ok(Program {
            glue: self.absolute(glue),
            target,
            worker_url: worker_url.map(str::to_owned),
        })
    }

    /// A worker started from a Blob has no base that a relative URL could count from.
    fn absolute(&self, url: String) -> String {
        let base = get(&get(&js_sys::global(), "location"), "href").as_string();
        match (self, base) {
            (Host::Web, Some(base)) => {
                Url::new_with_base(&url, &base).map_or(url, |url| url.href())
            }
            _ => url,
        }
    }

    /// Starts a worker. `Err` if the platform refuses at once; most refusals are heard later.
    pub(super) fn start(
        &self,
        program: &Program,
        heard: Rc<dyn Fn(Heard)>,
    ) -> Result<Link, String> {
        let channel = MessageChannel::new().map_err(|error| words(&error))?;
        let (port, theirs) = (channel.port1(), channel.port2());
        let threader = object(&[
            ("glue", &program.glue.as_str().into()),
            ("target", &program.target.into()),
            ("module", &wasm_bindgen::module()),
        ]);
        let boot = object(&[("threader", &threader), ("port", &theirs)]);
        let transfer = Array::of1(&theirs);
        let (worker, mut listeners) = match self {
            Host::Web => start_web(program, &boot, &transfer, &heard),
            Host::Node { threads, .. } => start_node(threads, &boot, &transfer, &port, &heard),
        }?;

        let message = {
            let heard = Rc::clone(&heard);
            Listener::new(move |event: JsValue| {
                heard(Heard::Message(event.unchecked_ref::<MessageEvent>().data()))
            })
        };
        port.set_onmessage(Some(message.as_ref().unchecked_ref()));
        let unreadable = Listener::new(move |_| {
            heard(Heard::Death(
                "it sent a message that cannot be read".to_owned(),
            ))
        });
        port.set_onmessageerror(Some(unreadable.as_ref().unchecked_ref()));
        listeners.extend([message, unreadable]);
        Ok(Link {
            worker,
            port,
            _listeners: listeners,
        })
    }
}

/// A living worker, as its owner holds it. Rooted here: Firefox collects workers that nothing refers to.
pub(super) struct Link {
    worker: JsValue,
    port: MessagePort,
    _listeners: Vec<Listener>,
}

type Listener = Closure<dyn FnMut(JsValue)>;

impl Link {
    /// Sends a frame, and gives its memory away.
    pub(super) fn post(&self, frame: &ArrayBuffer) -> Result<(), String> {
        self.port
            .post_message_with_transferable(frame, &Array::of1(frame))
            .map_err(|error| words(&error))
    }

    /// Whether the worker keeps the program alive (Node; a page lives as long as it is open).
    pub(super) fn hold(&self, hold: bool) {
        let method = if hold { "ref" } else { "unref" };
        call(&self.worker, method, &[]);
        call(&self.port, method, &[]);
    }

    /// Ends the worker, whatever it does.
    pub(super) fn stop(&self) {
        self.port.set_onmessage(None);
        self.port.set_onmessageerror(None);
        call(&self.worker, "removeAllListeners", &[]);
        for event in ["onerror", "onmessageerror"] {
            let _ = Reflect::set(&self.worker, &event.into(), &JsValue::NULL);
        }
        call(&self.worker, "terminate", &[]);
        self.port.close();
    }
}

fn start_web(
    program: &Program,
    boot: &JsValue,
    transfer: &Array,
    heard: &Rc<dyn Fn(Heard)>,
) -> Result<(JsValue, Vec<Listener>), String> {
    let options = WorkerOptions::new();
    options.set_name("threader");
    let classic = program.target == "no-modules";
    options.set_type(if classic {
        WorkerType::Classic
    } else {
        WorkerType::Module
    });
    let url = match &program.worker_url {
        Some(url) => url.clone(),
        None => blob_url()?,
    };
    let worker = Worker::new_with_options(&url, &options).map_err(|error| words(&error))?;
    let error = {
        let heard = Rc::clone(heard);
        Listener::new(move |event: JsValue| {
            // It ends here, as an error of a task; the page's own error handler has no part in it.
            call(&event, "preventDefault", &[]);
            heard(Heard::Death(words(&event)));
        })
    };
    worker.set_onerror(Some(error.as_ref().unchecked_ref()));
    let unreadable = {
        let heard = Rc::clone(heard);
        Listener::new(move |_| {
            heard(Heard::Death(
                "it sent a message that cannot be read".to_owned(),
            ))
        })
    };
    worker.set_onmessageerror(Some(unreadable.as_ref().unchecked_ref()));
    worker
        .post_message_with_transfer(boot, transfer)
        .map_err(|error| words(&error))?;
    Ok((worker.into(), vec![error, unreadable]))
}

/// One for all workers of the page. Never revoked: engines load it late, and it is small.
fn blob_url() -> Result<String, String> {
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

fn start_node(
    threads: &JsValue,
    boot: &JsValue,
    transfer: &Array,
    port: &MessagePort,
    heard: &Rc<dyn Fn(Heard)>,
) -> Result<(JsValue, Vec<Listener>), String> {
    let options = object(&[
        ("eval", &true.into()),
        ("name", &"threader".into()),
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
                heard(Heard::Message(get(&message, "message")));
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

/// A variable of the program's environment; pages have none.
pub(crate) fn variable(name: &str) -> Option<String> {
    let env = get(&get(&js_sys::global(), "process"), "env");
    get(&env, name).as_string()
}
