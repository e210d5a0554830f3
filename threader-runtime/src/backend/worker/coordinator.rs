//! A worker that runs no task: it has the pool's scheduler, and starts the workers that do. Its owner's thread may be busy for
//! as long as it likes; nobody waits for it but for its own part.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::ArrayBuffer;
use web_sys::MessagePort;

use super::client::{Client, Remote};
use super::driver::Driver;
use super::host::{Host, Program};
use super::parcel::Parcel;
use super::scheduler::Event;
use super::word::{News, Order};
use crate::frame::Frame;
use crate::job::JobKey;
use crate::registry;

struct Coordinator {
    remote: Rc<Remote>,
    driver: RefCell<Option<Rc<Driver>>>,
    /// A frame that has come; what is to be done with it comes next.
    frame: RefCell<Option<(JobKey, Parcel)>>,
}

thread_local! {
    static HERE: RefCell<Option<Rc<Coordinator>>> = const { RefCell::new(None) };
}

const NO_WORKERS: &str = "a worker cannot start workers here";

/// This worker is to coordinate for the owner at the other end of `port`.
pub(super) fn begin(port: MessagePort) {
    if Host::detect().is_none() {
        wasm_bindgen::throw_str(NO_WORKERS);
    }
    let remote = Rc::new(Remote::new(port));
    remote.say(&News::Ready {
        build: registry::build_id(),
    });
    remote.flush();
    HERE.set(Some(Rc::new(Coordinator {
        remote,
        driver: RefCell::default(),
        frame: RefCell::default(),
    })));
}

/// Hears the owner.
pub(super) fn receive(message: ArrayBuffer) {
    let here = HERE.with_borrow(Clone::clone);
    if let Some(here) = here {
        here.receive(Parcel::open(message));
    }
}

impl Coordinator {
    fn receive(&self, parcel: Parcel) {
        // As one, so that the workers of a burst start together.
        let mut events = Vec::new();
        for message in parcel.messages() {
            match message.word() {
                Some(order) => self.order(order, &mut events),
                None => {
                    let job = message.with_frame(|frame| match frame {
                        Ok(Frame::Run { job, .. }) => Some(job),
                        _ => None,
                    });
                    match job {
                        Some(job) => *self.frame.borrow_mut() = Some((job, message)),
                        // Nobody but the owner has the other end of the port: a fault of ours.
                        None => wasm_bindgen::throw_str(
                            "the coordinator was sent something that is no task",
                        ),
                    }
                }
            }
        }
        let driver = self.driver.borrow().clone();
        if let Some(driver) = driver {
            driver.tell(events);
        }
    }

    fn order(&self, order: Order, events: &mut Vec<Event>) {
        match order {
            Order::Begin(settings) => {
                let Some(host) = Host::detect() else {
                    wasm_bindgen::throw_str(NO_WORKERS);
                };
                let client = Rc::clone(&self.remote) as Rc<dyn Client>;
                let program = Ok(Program::of_this_worker());
                let driver = Driver::new(client, host, program, settings);
                self.driver.replace(Some(driver));
            }
            Order::Submit(job, terms, age) => {
                let Some((_, frame)) = self.frame.take().filter(|(key, _)| *key == job) else {
                    // Nobody would ever settle it. The owner hears of a trap, and does.
                    wasm_bindgen::throw_str("the coordinator was sent no frame for a task");
                };
                let attempts = terms.retries.saturating_add(1);
                self.remote.store(job, frame, attempts);
                events.push(Event::Submitted(job, terms, age));
            }
            Order::Cancel(job) => {
                // In order with the submissions.
                let driver = self.driver.borrow().clone();
                if let Some(driver) = driver {
                    driver.tell(events.drain(..));
                    self.remote.forget(job);
                    driver.cancel(job);
                }
            }
            Order::Close => events.push(Event::Closing),
            Order::Ping => {
                self.remote.say(&News::Beat);
                self.remote.flush();
            }
        }
    }
}
