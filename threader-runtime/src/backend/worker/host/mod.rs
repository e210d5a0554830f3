//! The platforms that have workers: what they are called, how many make sense, what the program is started from.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::Url;

use super::glue;
use super::js::{call, classic_glue, get, is_web_worker, object, stack};
use super::scheduler::WorkerId;
use crate::backend::Backend;

mod alive;
mod exits;
mod link;
mod node;
mod trusted;
mod web;

pub(super) use exits::when_all_ended;
pub(super) use link::{CANCELLED, Heard, Link, Moment, RUNNING};

pub(super) enum Host {
    Web,
    /// Its module `node:worker_threads`, and `node:os`.
    Node {
        threads: JsValue,
        os: JsValue,
    },
}

/// What a worker is to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// Run tasks, as the worker of this number.
    Serve(WorkerId),
    /// Start workers that do, and give them their work.
    Coordinate,
}

/// What errors and metrics call a worker.
pub(super) fn worker_name(backend: Backend, worker: WorkerId) -> String {
    format!("{backend}-{worker}")
}

/// What to start workers from.
#[derive(Clone)]
pub(super) struct Program {
    /// wasm-bindgen's output for this program.
    pub(super) glue: String,
    /// Which kind of output it is, by the names of threader-worker.js.
    target: String,
    module: JsValue,
    /// In browsers: the URL of the worker's script, once it is known.
    script: Result<String, String>,
    /// What of that is a file that the config names; else it is a Blob.
    pub(super) worker_url: Option<String>,
    /// `Config::profile`.
    profile: bool,
}

impl Host {
    /// The platform that this program runs on, if it has workers.
    pub(super) fn detect() -> Option<Host> {
        let global = js_sys::global();
        let is_web = get(&global, "Worker").is_function();
        // A page of Electron has Node's modules too, and they start no workers there.
        if is_web && get(&global, "document").is_object() {
            return Some(Host::Web);
        }
        let threads = builtin("node:worker_threads");
        if let Some(threads) = threads.filter(|threads| get(threads, "Worker").is_function()) {
            let os = builtin("node:os").unwrap_or(JsValue::UNDEFINED);
            return Some(Host::Node { threads, os });
        }
        is_web.then_some(Host::Web)
    }

    pub(super) fn backend(&self) -> Backend {
        match self {
            Host::Web => Backend::Web,
            Host::Node { .. } => Backend::Node,
        }
    }

    /// Whether workers that a worker has started can be relied on. Firefox (153) has such workers, and now and then never returns
    /// from `new Worker` inside of one, once another worker has been ended, by the page or by that very worker, as it is after a
    /// trap: nobody could tell that from being busy. A few lines of JavaScript show it, see docs/engines.md. WebKit (2.50) has
    /// them too, and they work, but all that they say goes over the page's thread, so that nothing is gained.
    pub(super) fn nests(&self) -> bool {
        let is_firefox = matches!(self, Host::Web) && agent().contains("Firefox/");
        !is_firefox && !self.relays()
    }

    /// Whether what workers hear and say passes only while this thread is free: in WebKit a message on a port goes over the page's
    /// thread, whichever way, so that a worker of a blocked page does not even begin.
    pub(super) fn relays(&self) -> bool {
        let is_webkit = |agent: &str| agent.contains("AppleWebKit/") && !agent.contains("Chrome/");
        matches!(self, Host::Web) && is_webkit(&agent())
    }

    /// Whether workers that a worker has started come up as fast as others. In Deno (2.9) each waits half a second first.
    pub(super) fn nests_at_no_cost(&self) -> bool {
        !get(&js_sys::global(), "Deno").is_object()
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
        profile: bool,
    ) -> Result<Program, String> {
        // Bundlers put words of their own in the place of `__filename` and `import.meta`, and none
        // in that of a stack.
        let found = stack().and_then(|stack| glue::first_file(&stack).map(str::to_owned));
        let given = glue.map(str::to_owned);
        let is_module = found
            .as_ref()
            .or(given.as_ref())
            .is_some_and(|file| glue::is_module(file));
        let target = match self {
            Host::Web if is_no_modules() => "no-modules",
            Host::Web => "web",
            Host::Node { .. } if is_module => "nodejs-module",
            Host::Node { .. } => "nodejs",
        };
        let glue = given.or(found).ok_or(
            "the URL of this program's wasm-bindgen output could not be found out: give it in `Config::glue_url`",
        )?;
        Ok(Program {
            glue: self.absolute(glue),
            target: target.to_owned(),
            module: wasm_bindgen::module(),
            script: match (self, worker_url) {
                (Host::Node { .. }, _) => Ok(String::new()),
                (Host::Web, Some(url)) => Ok(self.absolute(url.to_owned())),
                (Host::Web, None) => web::blob_url(),
            },
            worker_url: worker_url.map(str::to_owned),
            profile,
        })
    }

    /// A worker has a base of its own, and one from a Blob has none, that a relative URL could count from.
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
        role: Role,
        heard: Rc<dyn Fn(Heard)>,
    ) -> Result<Link, String> {
        Link::open(self, program, role, heard)
    }
}

impl Program {
    /// What this worker itself was started from, so that a coordinator can start others like it.
    pub(super) fn of_this_worker() -> Self {
        let boot = boot();
        let text = |name| get(&boot, name).as_string();
        Program {
            glue: text("glue").unwrap_or_default(),
            target: text("target").unwrap_or_default(),
            module: get(&boot, "module"),
            script: text("script").ok_or_else(|| "the worker's script has no URL".to_owned()),
            worker_url: text("workerUrl"),
            profile: profiles(),
        }
    }

    /// What threader-worker.js is told.
    fn boot(&self, role: Role, name: &str, more: &[(&str, &JsValue)]) -> JsValue {
        let role = match role {
            Role::Serve(_) => "serve",
            Role::Coordinate => "coordinate",
        };
        let script = self.script.as_ref().ok();
        let mut entries = vec![
            ("glue", JsValue::from(&self.glue)),
            ("target", JsValue::from(&self.target)),
            ("module", self.module.clone()),
            ("script", script.into()),
            ("workerUrl", self.worker_url.as_ref().into()),
            ("role", role.into()),
            ("name", name.into()),
            ("profile", self.profile.into()),
        ];
        entries.extend(more.iter().map(|(name, value)| (*name, (*value).clone())));
        let entries: Vec<_> = entries.iter().map(|(name, value)| (*name, value)).collect();
        object(&entries)
    }
}

/// Whether this worker was started to coordinate others.
pub(super) fn is_coordinator() -> bool {
    get(&boot(), "role").as_string().as_deref() == Some("coordinate")
}

/// What errors and metrics call this worker; `None` outside of one.
pub(super) fn own_name() -> Option<String> {
    get(&boot(), "name").as_string()
}

/// Whether the tasks of this worker belong on the timeline: `Config::profile`.
pub(super) fn profiles() -> bool {
    get(&boot(), "profile").is_truthy()
}

/// What this worker was told when it started; `undefined` outside of one. There an element of a
/// page may be called so.
pub(super) fn boot() -> JsValue {
    thread_local!(static BOOT: JsValue = find_boot());
    BOOT.with(JsValue::clone)
}

fn find_boot() -> JsValue {
    let threads = builtin("node:worker_threads").unwrap_or_default();
    let of_node = get(&threads, "isMainThread").as_bool() == Some(false);
    let boot = get(&js_sys::global(), "__threader_worker");
    match (of_node || is_web_worker()) && get(&boot, "role").is_string() {
        true => boot,
        false => JsValue::UNDEFINED,
    }
}

/// A module of Node's, where there are any.
fn builtin(name: &str) -> Option<JsValue> {
    let process = get(&js_sys::global(), "process");
    call(&process, "getBuiltinModule", &[name.into()])
}

/// Whether this program's glue is a classic script: then it has declared `wasm_bindgen`, as that of
/// another program may have.
fn is_no_modules() -> bool {
    thread_local!(static KNOCKED: Cell<bool> = const { Cell::new(false) });
    /// Called by way of a glue, to see whose it is.
    #[wasm_bindgen(js_name = __threader_knock, skip_typescript)]
    #[allow(unreachable_pub, reason = "`#[wasm_bindgen]` wants it")]
    pub fn knock() {
        KNOCKED.set(true);
    }
    KNOCKED.set(false);
    classic_glue().is_some_and(|glue| call(&glue, "__threader_knock", &[]).is_some())
        && KNOCKED.get()
}

/// What a browser calls itself. What it lacks here cannot be asked for in another way.
fn agent() -> String {
    let agent = get(&get(&js_sys::global(), "navigator"), "userAgent");
    agent.as_string().unwrap_or_default()
}

/// A variable of the program's environment; pages have none.
pub(crate) fn variable(name: &str) -> Option<String> {
    let env = get(&get(&js_sys::global(), "process"), "env");
    get(&env, name).as_string()
}
