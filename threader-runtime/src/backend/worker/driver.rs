//! Does what the scheduler decides, and tells it what happens. One driver per pool, on the thread that made the pool.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use js_sys::{Array, ArrayBuffer, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use super::host::{Heard, Host, Link, Program};
use super::js;
use super::scheduler::{Action, End, Event, Scheduler, Settings, WorkerId};
use crate::backend::Backend;
use crate::config::Config;
use crate::control::{Progress, Status};
use crate::error::{ErrorKind, Failure};
use crate::frame::Frame;
use crate::job::{AnyJob, JobKey};
use crate::ledger::{Count, Ledger};
use crate::registry;

/// A pool's hold on its driver: plain numbers, so that a pool can be sent anywhere.
pub(crate) struct Workers {
    id: u64,
    backend: Backend,
    max: usize,
}

thread_local! {
    static DRIVERS: RefCell<HashMap<u64, Rc<Driver>>> = RefCell::default();
    /// Whose arguments are being encoded, by code of the user, for which worker of which pool.
    static SENDING: RefCell<Option<Sending>> = const { RefCell::new(None) };
}

/// Pool, worker, job.
type Sending = (u64, WorkerId, Arc<dyn AnyJob>);

/// From inside the panic hook, where panics abort, of a panic in the program's own thread: a `Serialize` of an argument, or an
/// error hook. The stack that it ends may hold calls of ours that will never return; what they had begun goes on in the next turn.
#[cfg_attr(not(panic = "abort"), allow(dead_code))]
pub(crate) fn cut_off_by_a_panic(failure: &Failure) {
    let sending = SENDING.try_with(|sending| sending.try_borrow_mut().ok()?.take());
    if let Some((pool, worker, job)) = sending.ok().flatten() {
        job.fail(failure.clone());
        with_driver(pool, |driver| {
            driver.later(Event::Finished(
                worker,
                job.key(),
                End::Failure(failure.clone()),
            ))
        });
    }
    let drivers: Vec<_> = DRIVERS.with_borrow(|drivers| drivers.values().cloned().collect());
    for driver in drivers.into_iter().filter(|driver| driver.busy.take()) {
        js::after_this_turn(move || driver.tell([]));
    }
}

impl Workers {
    /// `None` where the platform has no workers; that is said once.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if super::serve::is_worker() {
            return None;
        }
        let Some(host) = Host::detect() else {
            say_once_that_there_are_no_workers();
            return None;
        };
        let max = config.max_workers.unwrap_or_else(|| host.parallelism());
        if max == 0 {
            return None;
        }
        let workers = Workers {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            backend: host.backend(),
            max,
        };
        let driver = Rc::new(Driver {
            pool: workers.id,
            program: host.program(config.glue_url.as_deref(), config.worker_url.as_deref()),
            host,
            scheduler: RefCell::new(Scheduler::new(Settings {
                max,
                start_timeout: config.start_timeout,
                cancel_grace: config.cancel_grace,
                behind: 0,
                ..Settings::default()
            })),
            links: RefCell::default(),
            ledger: RefCell::default(),
            inbox: RefCell::default(),
            result: RefCell::default(),
            busy: Cell::new(false),
            held: Cell::new(false),
            alarm: Cell::new(0),
        });
        DRIVERS.with_borrow_mut(|drivers| drivers.insert(workers.id, driver));
        Some(workers)
    }

    pub(crate) fn open(&self, ledger: &Arc<Ledger>) {
        with_driver(self.id, |driver| {
            *driver.ledger.borrow_mut() = Some(Arc::clone(ledger))
        });
    }

    pub(crate) fn on_given_up(&self) -> Box<dyn Fn(JobKey, Status) + Send + Sync> {
        let id = self.id;
        Box::new(move |job, _| with_driver(id, |driver| driver.tell([Event::Cancelled(job)])))
    }

    pub(crate) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        let events = jobs
            .iter()
            .map(|job| Event::Submitted(job.key(), job.terms()));
        with_driver(self.id, |driver| driver.tell(events));
    }

    pub(crate) fn close(&self) {
        with_driver(self.id, |driver| driver.tell([Event::Closing]));
    }

    pub(crate) fn backend(&self) -> Backend {
        self.backend
    }

    pub(crate) fn workers(&self) -> usize {
        self.max
    }
}

fn with_driver(id: u64, f: impl FnOnce(&Rc<Driver>)) {
    let driver = DRIVERS.with_borrow(|drivers| drivers.get(&id).cloned());
    if let Some(driver) = driver {
        f(&driver);
    }
}

fn say_once_that_there_are_no_workers() {
    thread_local!(static SAID: Cell<bool> = const { Cell::new(false) });
    if !SAID.replace(true) {
        let text = "threader: there are no workers here; tasks run one at a time on this thread";
        web_sys::console::warn_1(&text.into());
    }
}

/// Who said that a worker is lost: its script, which then at least was loaded, or the platform.
#[derive(Clone, Copy)]
enum Speaker {
    Script,
    Platform,
}

struct Driver {
    pool: u64,
    host: Host,
    program: Result<Program, String>,
    scheduler: RefCell<Scheduler>,
    links: RefCell<HashMap<WorkerId, Link>>,
    ledger: RefCell<Option<Arc<Ledger>>>,
    /// Acting on an event may cause others; they wait here for their turn.
    inbox: RefCell<VecDeque<(Event, Option<Vec<u8>>)>>,
    /// The bytes that came with the event that is acted on.
    result: RefCell<Option<Vec<u8>>>,
    busy: Cell<bool>,
    held: Cell<bool>,
    /// Counts the timers that were set; only the last one counts.
    alarm: Cell<u64>,
}

impl Driver {
    /// Hands events to the scheduler and does what it says. No `RefCell` is borrowed while foreign code can run.
    fn tell(self: &Rc<Self>, events: impl IntoIterator<Item = Event>) {
        let events = events.into_iter().map(|event| (event, None));
        self.inbox.borrow_mut().extend(events);
        self.go_on();
    }

    /// The worker has finished the job with a value, these bytes.
    fn finished(self: &Rc<Self>, worker: WorkerId, job: JobKey, result: &[u8]) {
        let event = Event::Finished(worker, job, End::Value);
        self.inbox
            .borrow_mut()
            .push_back((event, Some(result.to_vec())));
        self.go_on();
    }

    fn go_on(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        while let Some((event, result)) = self.next_event() {
            self.result.replace(result);
            let lost = self.scheduler.borrow().counters().lost;
            let actions = self.scheduler.borrow_mut().on(event, js::now());
            for _ in lost..self.scheduler.borrow().counters().lost {
                self.count(|ledger| ledger.count(Count::Lost, 1));
            }
            for action in actions {
                self.act(action);
            }
        }
        self.busy.set(false);
        self.hold(self.scheduler.borrow().has_work());
        if self.scheduler.borrow().is_over() {
            DRIVERS.with_borrow_mut(|drivers| drivers.remove(&self.pool));
        }
    }

    fn next_event(&self) -> Option<(Event, Option<Vec<u8>>)> {
        self.inbox.borrow_mut().pop_front()
    }

    fn later(&self, event: Event) {
        self.inbox.borrow_mut().push_back((event, None));
    }

    fn act(self: &Rc<Self>, action: Action) {
        match action {
            Action::Start(worker) => self.start(worker),
            Action::Send(worker, jobs) => {
                jobs.into_iter().for_each(|job| self.send(worker, job));
            }
            Action::Stop(worker) => self.stop(worker),
            Action::Deliver(job) => {
                let result = self.result.take();
                if let (Some(job), Some(result)) = (self.job(job), result) {
                    job.finish_remote(&result);
                }
            }
            // Not asked for with the settings above.
            Action::TakeBack(..) | Action::Running(..) | Action::Waiting(_) | Action::Ping(_) => {}
            Action::Fail(job, failure) => {
                if let Some(job) = self.job(job) {
                    job.fail(failure);
                }
            }
            Action::WakeAt(time) => {
                let driver = Rc::downgrade(self);
                let alarm = self.alarm.get() + 1;
                self.alarm.set(alarm);
                js::after(time.saturating_sub(js::now()), move || {
                    // An alarm that was set anew in the meantime is not the alarm any more.
                    let current = |driver: &Rc<Driver>| driver.alarm.get() == alarm;
                    if let Some(driver) = driver.upgrade().filter(current) {
                        driver.tell([Event::Tick]);
                    }
                });
            }
        }
    }

    fn start(self: &Rc<Self>, worker: WorkerId) {
        let driver = Rc::downgrade(self);
        let heard: Rc<dyn Fn(Heard)> = Rc::new(move |heard| {
            if let Some(driver) = driver.upgrade() {
                driver.heard(worker, heard);
            }
        });
        let link = match &self.program {
            Ok(program) => self.host.start(program, heard),
            Err(text) => Err(text.clone()),
        };
        match link {
            Ok(link) => {
                link.hold(self.held.get());
                self.links.borrow_mut().insert(worker, link);
                self.count(|ledger| ledger.worker_started(&self.name(worker)));
            }
            Err(text) => {
                let failure = self.start_failure(Speaker::Platform, &text);
                self.later(Event::Lost(worker, failure));
            }
        }
    }

    fn send(&self, worker: WorkerId, key: JobKey) {
        let sent = self.job(key).and_then(|job| {
            SENDING.set(Some((self.pool, worker, Arc::clone(&job))));
            let frame = job.frame();
            SENDING.set(None);
            let frame = frame?;
            job.running(&self.name(worker));
            Some((job, frame.and_then(|frame| self.post(worker, &frame))))
        });
        match sent {
            Some((_, Ok(()))) => {}
            Some((_, Err(failure))) => {
                self.later(Event::Finished(worker, key, End::Failure(failure)));
            }
            None => {
                let failure = Failure::new(ErrorKind::Cancelled, "it had settled before");
                self.later(Event::Finished(worker, key, End::Failure(failure)));
            }
        }
    }

    fn post(&self, worker: WorkerId, frame: &[u8]) -> Result<(), Failure> {
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        let failed = |text: String| {
            Failure::new(
                ErrorKind::Codec,
                format!("its {length} bytes of arguments could not be posted: {text}"),
            )
        };
        // Made by hand: where the engine has no memory left it throws, and a throw must not cross this frame.
        let constructor: Function = js::get(&js_sys::global(), "ArrayBuffer").unchecked_into();
        let buffer = js_sys::Reflect::construct(&constructor, &Array::of1(&length.into()))
            .map_err(|error| failed(js::words(&error)))?;
        let buffer: ArrayBuffer = buffer.unchecked_into();
        Uint8Array::new(&buffer).copy_from(frame);
        match self.links.borrow().get(&worker) {
            Some(link) => link.post(&buffer).map_err(failed),
            None => Err(failed("the worker is gone".to_owned())),
        }
    }

    fn stop(&self, worker: WorkerId) {
        let Some(link) = self.links.borrow_mut().remove(&worker) else {
            return;
        };
        link.stop();
        self.count(|ledger| ledger.worker_ended(&self.name(worker)));
        // This may be a call from one of its listeners.
        js::after_this_turn(move || drop(link));
    }

    /// Workers keep a Node program alive while there is work, and let it exit when there is none.
    fn hold(&self, hold: bool) {
        if self.held.replace(hold) != hold {
            self.links
                .borrow()
                .values()
                .for_each(|link| link.hold(hold));
        }
    }

    fn heard(self: &Rc<Self>, worker: WorkerId, heard: Heard) {
        let data = match heard {
            Heard::Message(data) => data,
            Heard::Death(text) => return self.lost(worker, Speaker::Platform, &text),
        };
        match data.dyn_into::<ArrayBuffer>() {
            Ok(buffer) => self.frame(worker, &Uint8Array::new(&buffer).to_vec()),
            // The script's own words: `["start" | "trap", text]`.
            Err(other) => match js::get(&other, "1").as_string() {
                Some(text) => self.lost(worker, Speaker::Script, &text),
                None => self.lost(
                    worker,
                    Speaker::Script,
                    "it sent a message that is no frame",
                ),
            },
        }
    }

    fn frame(self: &Rc<Self>, worker: WorkerId, bytes: &[u8]) {
        let frame = match Frame::decode(bytes) {
            Ok(frame) => frame,
            Err(error) => {
                return self.lost(
                    worker,
                    Speaker::Script,
                    &format!("it sent a frame that cannot be read: {error}"),
                );
            }
        };
        // Only what the worker was asked for counts; anything else is late, or made up. Of ends the scheduler knows that itself.
        let has = |key| self.scheduler.borrow().job_of(worker) == Some(key);
        match frame {
            Frame::Ready { build } if build == registry::build_id() => {
                self.tell([Event::Ready(worker)]);
            }
            Frame::Ready { .. } => self.lost(
                worker,
                Speaker::Script,
                "it runs another build of this program: the program was deployed anew since this page was loaded; load it again",
            ),
            Frame::Done { job, result } => self.finished(worker, job, result),
            Frame::Failed { job, failure } => {
                self.tell([Event::Finished(worker, job, End::Failure(failure))]);
            }
            Frame::Dying { job, failure } if has(job) => {
                self.tell([Event::Lost(worker, failure)]);
            }
            Frame::Progress { job, done, total } if has(job) => {
                if let Some(job) = self.job(job) {
                    job.set_progress(Progress { done, total });
                }
            }
            Frame::Run { .. } => self.lost(worker, Speaker::Script, "it asked for a task to be run"),
            Frame::Dying { .. } | Frame::Progress { .. } => {}
        }
    }

    fn lost(self: &Rc<Self>, worker: WorkerId, speaker: Speaker, text: &str) {
        let failure = if self.scheduler.borrow().is_starting(worker) {
            self.start_failure(speaker, text)
        } else {
            Failure::new(ErrorKind::Crashed, format!("the worker died: {text}"))
        };
        self.tell([Event::Lost(worker, failure)]);
    }

    /// What to say when a worker could not start, with what to change.
    fn start_failure(&self, speaker: Speaker, text: &str) -> Failure {
        let message = match (&self.program, speaker) {
            (Err(_), _) => text.to_owned(),
            (Ok(Program { glue, .. }), Speaker::Script) => format!(
                "a worker could not start the program from `{glue}`: {text}; `Config::glue_url` changes where it is loaded \
                 from, and an application's entry point needs `#[threader::main]`"
            ),
            (
                Ok(Program {
                    worker_url: Some(url),
                    ..
                }),
                Speaker::Platform,
            ) => format!(
                "a worker could not be started from `{url}`, the `Config::worker_url`: {text}; \
                 `threader::WORKER_SCRIPT` must be served there"
            ),
            (Ok(_), Speaker::Platform) if self.backend() == Backend::Web => format!(
                "a worker could not be started from a Blob: {text}; if the page's Content-Security-Policy forbids it, serve \
                 `threader::WORKER_SCRIPT` as a file and give its URL in `Config::worker_url`"
            ),
            (Ok(_), Speaker::Platform) => format!("a worker could not be started: {text}"),
        };
        Failure::new(ErrorKind::Unavailable, message)
    }

    fn job(&self, key: JobKey) -> Option<Arc<dyn AnyJob>> {
        self.ledger.borrow().as_ref()?.job(key)
    }

    fn count(&self, what: impl FnOnce(&Ledger)) {
        if let Some(ledger) = self.ledger.borrow().as_ref() {
            what(ledger);
        }
    }

    fn name(&self, worker: WorkerId) -> String {
        format!("{}-{worker}", self.backend())
    }

    fn backend(&self) -> Backend {
        self.host.backend()
    }
}
