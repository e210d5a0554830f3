//! The driver's one alarm: after which time the scheduler looks for what is overdue.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::driver::Driver;
use super::frozen;
use super::host::Host;
use super::js::{self, Timer};
use super::scheduler::Event;

/// Where a worker hears nothing while this thread is blocked (see `Host::relays`) nothing is
/// overdue because of that: once the thread is free a worker has as much time again. It is looked
/// for on the way too, in steps of half of what is left, so that it is known within a factor of two
/// for how long the thread was blocked, and only then. Elsewhere a worker goes on meanwhile, unless
/// the page was frozen or the machine slept, which `frozen.rs` knows.
pub(super) struct Alarm {
    relays: bool,
    /// Counts the times that were set: the last one may have rung and wait for its turn when the next is set.
    number: Cell<u64>,
    timer: RefCell<Option<Timer>>,
    not_before: Cell<Duration>,
}

/// WebKit's timers are late by up to 30 ms to save power.
const LATE: Duration = Duration::from_millis(40);
/// How often one alarm is put off. A thread that is blocked again and again must not keep workers for ever.
const PUT_OFF: u32 = 8;

#[derive(Clone, Copy)]
struct Wait {
    number: u64,
    time: Duration,
    put_off: u32,
}

impl Driver {
    pub(super) fn wake_at(self: &Rc<Self>, time: Duration) {
        let number = self.alarm.number.get() + 1;
        self.alarm.number.set(number);
        self.wait(Wait {
            number,
            time,
            put_off: 0,
        });
    }

    fn wait(self: &Rc<Self>, wait: Wait) {
        let began = js::now();
        let left = self.alarm.due(wait.time).saturating_sub(began);
        let step = match self.alarm.relays && left > LATE {
            true => left / 2,
            false => left.min(frozen::STEP),
        };
        let driver = Rc::downgrade(self);
        let timer = Timer::after(step, move || {
            // A thread that was blocked finds timers due before it has heard what was done in time: first that.
            js::after_messages(move || {
                // An alarm that was set anew in the meantime is not the alarm any more.
                let current = |driver: &Rc<Driver>| driver.alarm.number.get() == wait.number;
                if let Some(driver) = driver.upgrade().filter(current) {
                    driver.wake();
                    driver.woken(wait, began, step);
                }
            });
        });
        // The one before is called off.
        self.alarm.timer.replace(Some(timer));
    }

    fn woken(self: &Rc<Self>, mut wait: Wait, began: Duration, step: Duration) {
        let now = js::now();
        let passed = now.saturating_sub(began);
        if self.alarm.relays {
            if passed.saturating_sub(step) > LATE && wait.put_off < PUT_OFF {
                wait.put_off += 1;
                let until = now.saturating_add(passed);
                self.alarm.not_before.set(self.alarm.due(until));
            }
        } else {
            let lost = frozen::lost(step, passed, js::is_hidden());
            if !lost.is_zero() {
                self.tell([Event::StoodStill(lost)]);
                if self.alarm.number.get() != wait.number {
                    return;
                }
            }
        }
        if now < self.alarm.due(wait.time) {
            return self.wait(wait);
        }
        self.tell([Event::Tick]);
    }
}

impl Alarm {
    pub(super) fn new(host: &Host) -> Self {
        Alarm {
            relays: host.relays(),
            number: Cell::default(),
            timer: RefCell::default(),
            not_before: Cell::default(),
        }
    }

    fn due(&self, time: Duration) -> Duration {
        time.max(self.not_before.get())
    }
}
