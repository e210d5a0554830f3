//! A living worker, as its owner holds it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Int32Array, Reflect, SharedArrayBuffer};
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessageEvent, MessagePort};

use super::alive::{self, Watch};
use super::{Host, Program, Role, exits, node, web, worker_name};
use crate::backend::worker::js::{after_this_turn, call, get, object, words};
use crate::backend::worker::parcel::Parcel;
use crate::job::JobKey;

/// What a worker is heard of.
pub(in super::super) enum Heard {
    /// On its private port.
    Message(Parcel),
    /// From its script, which then at least was loaded: it died, in these words.
    LastWords(Moment, String),
    /// From the platform: it died, in these words.
    Death(String),
}

/// What a worker was at when it died.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Moment {
    /// A task, or its own start.
    Work,
    /// Code that a task has left behind, or nothing. No task was running.
    Between,
}

/// In the memory that a worker and its owner share: the number of the task that the worker should leave.
pub(in super::super) const CANCELLED: u32 = 0;
/// The number of the task that it is in; 0: none. Of a number the lower half: that tells any two tasks apart that a worker can have at
/// one time.
pub(in super::super) const RUNNING: u32 = 1;

/// Rooted here: Firefox collects workers that nothing refers to.
pub(in super::super) struct Link {
    worker: JsValue,
    port: MessagePort,
    /// Where memory can be shared: [`CANCELLED`] and [`RUNNING`].
    shared: Option<Int32Array>,
    watch: Rc<RefCell<Option<Watch>>>,
    listeners: RefCell<Vec<Listener>>,
}

pub(super) type Listener = Closure<dyn FnMut(JsValue)>;
pub(super) type Heed = Rc<dyn Fn(Heard)>;

impl Link {
    pub(super) fn open(
        host: &Host,
        program: &Program,
        role: Role,
        heard: Heed,
    ) -> Result<Link, String> {
        let channel = MessageChannel::new().map_err(|error| words(&error))?;
        let (port, theirs) = (channel.port1(), channel.port2());
        let shared = shared_words();
        let lock = alive::new_name(host);
        let name = match role {
            Role::Serve(worker) => worker_name(host.backend(), worker),
            Role::Coordinate => "coordinator".to_owned(),
        };
        let threader = program.boot(
            role,
            &name,
            &[
                ("shared", &shared.as_ref().map(Int32Array::buffer).into()),
                ("lock", &lock.as_ref().into()),
                ("relays", &host.relays().into()),
            ],
        );
        let boot = object(&[("threader", &threader), ("port", &theirs)]);
        let transfer = Array::of1(&theirs);
        // For developer tools, which list the workers of everybody.
        let name = format!("threader {name}");
        let (worker, mut listeners) = match host {
            Host::Web => web::start(program, &name, &boot, &transfer, &heard),
            Host::Node { threads, .. } => {
                node::start(threads, &name, &boot, &transfer, &port, &heard)
            }
        }?;

        let watch = Rc::<RefCell<Option<Watch>>>::default();
        let message = {
            let (heard, watch) = (Rc::clone(&heard), Rc::downgrade(&watch));
            Listener::new(move |event: JsValue| {
                let data = event.unchecked_ref::<MessageEvent>().data();
                match (read(data), watch.upgrade(), &lock) {
                    (Some(message), ..) => heard(message),
                    // It holds the lock by which its end will be noticed.
                    (None, Some(watch), Some(lock)) => {
                        *watch.borrow_mut() = Watch::begin(lock, &heard);
                    }
                    _ => {}
                }
            })
        };
        port.set_onmessage(Some(message.as_ref().unchecked_ref()));
        let unreadable = unreadable(&heard);
        port.set_onmessageerror(Some(unreadable.as_ref().unchecked_ref()));
        listeners.extend([message, unreadable]);
        Ok(Link {
            worker,
            port,
            shared,
            watch,
            listeners: RefCell::new(listeners),
        })
    }

    pub(in super::super) fn port(&self) -> &MessagePort {
        &self.port
    }

    /// Lets the running task see that it is cancelled, if it is this one and memory can be shared.
    pub(in super::super) fn flag(&self, job: JobKey) {
        if let Some(words) = &self.shared {
            // It is an index that exists.
            let _ = js_sys::Atomics::store(words, CANCELLED, job as i32);
        }
    }

    /// Whether the worker is in this task, or was when it died. `None`: no memory is shared.
    pub(in super::super) fn is_in(&self, job: JobKey) -> Option<bool> {
        let words = self.shared.as_ref()?;
        let running = js_sys::Atomics::load(words, RUNNING).ok()?;
        Some(running == job as i32)
    }

    /// Whether the worker keeps the program alive (Node; a page lives as long as it is open).
    pub(in super::super) fn hold(&self, hold: bool) {
        let method = if hold { "ref" } else { "unref" };
        call(&self.worker, method, &[]);
        call(&self.port, method, &[]);
    }

    /// Ends the worker, whatever it does.
    pub(in super::super) fn stop(&self) {
        self.watch.take();
        self.port.set_onmessage(None);
        self.port.set_onmessageerror(None);
        call(&self.worker, "removeAllListeners", &[]);
        // Node: of an error that is on its way, and of which there is no listener, the whole
        // program would end.
        call(&self.worker, "on", &["error".into(), nothing()]);
        for event in ["onerror", "onmessageerror"] {
            let _ = Reflect::set(&self.worker, &event.into(), &JsValue::NULL);
        }
        exits::expect(call(&self.worker, "terminate", &[]));
        self.port.close();
        // This may be a call from one of its listeners.
        let listeners = self.listeners.take();
        after_this_turn(move || drop(listeners));
    }
}

/// What a message is; `None`: the worker says that it holds its lock.
pub(super) fn read(data: JsValue) -> Option<Heard> {
    let other = match data.dyn_into::<ArrayBuffer>() {
        Ok(buffer) => return Some(Heard::Message(Parcel::open(buffer))),
        Err(other) => other,
    };
    // The script's own words: `["alive"]`, `["start" | "trap" | "between", text]`.
    let moment = match get(&other, "0").as_string().as_deref() {
        Some("alive") => return None,
        Some("between") => Moment::Between,
        _ => Moment::Work,
    };
    let text = get(&other, "1").as_string();
    let text = text.unwrap_or_else(|| "it sent a message that is no frame".to_owned());
    Some(Heard::LastWords(moment, text))
}

/// A function that does nothing, for as long as this thread lives.
fn nothing() -> JsValue {
    thread_local!(static NOTHING: JsValue = Closure::<dyn Fn()>::new(|| ()).into_js_value());
    NOTHING.with(JsValue::clone)
}

pub(super) fn unreadable(heard: &Heed) -> Listener {
    let heard = Rc::clone(heard);
    Listener::new(move |_| {
        heard(Heard::Death(
            "it sent a message that cannot be read".to_owned(),
        ))
    })
}

fn shared_words() -> Option<Int32Array> {
    // A page that is not cross-origin isolated has no such constructor.
    get(&js_sys::global(), "SharedArrayBuffer")
        .is_function()
        .then(|| Int32Array::new(&SharedArrayBuffer::new(8)))
}
