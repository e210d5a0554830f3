//! The event loop's timers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Call;
use crate::backend::worker::Timer;
use crate::clock;
use crate::sync::lock;

/// Calls `call` in a turn of the event loop in which the [clock](clock::now) shows `time` or more, unless the alarm is
/// dropped before.
pub(crate) fn at(time: Duration, call: Call) -> Alarm {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let alarm = Alarm {
        number: NEXT.fetch_add(1, Ordering::Relaxed),
        call: Arc::new(Mutex::new(Some(call))),
    };
    arm(alarm.number, time, Arc::clone(&alarm.call));
    alarm
}

/// There is no thread for it: alarms ring in turns of the event loop, as everything does.
pub(crate) fn is_this_thread() -> bool {
    false
}

/// An alarm that was set. Dropping it takes it back.
pub(crate) struct Alarm {
    /// Of its timer: an alarm goes wherever its job goes, which a JavaScript value cannot.
    number: u64,
    call: Arc<Mutex<Option<Call>>>,
}

thread_local! {
    /// Those that this thread's event loop still has.
    static TIMERS: RefCell<HashMap<u64, Timer>> = RefCell::default();
}

/// The longest delay that engines take: more wraps around.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

fn arm(number: u64, time: Duration, call: Arc<Mutex<Option<Call>>>) {
    let left = time.saturating_sub(clock::now());
    let timer = Timer::after(left.min(LONGEST), move || {
        disarm(number);
        if clock::now() < time {
            // Engines' timers may be early, and this one may have been cut in pieces.
            if lock(&call).is_some() {
                arm(number, time, call);
            }
            return;
        }
        let due = lock(&call).take();
        if let Some(call) = due {
            call();
        }
    });
    TIMERS.with_borrow_mut(|timers| timers.insert(number, timer));
}

fn disarm(number: u64) {
    // There is no table any more when the thread ends, and no event loop.
    let timer = TIMERS.try_with(|timers| timers.borrow_mut().remove(&number));
    drop(timer);
}

impl Drop for Alarm {
    fn drop(&mut self) {
        disarm(self.number);
        let taken_back = lock(&self.call).take();
        drop(taken_back);
    }
}
