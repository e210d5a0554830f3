//! The event loop's timers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Call;
use crate::backend::worker::after;
use crate::clock;
use crate::sync::lock;

/// Calls `call` in a turn of the event loop in which the [clock](clock::now) shows `time` or more, unless the alarm is
/// dropped before.
pub(crate) fn at(time: Duration, call: Call) -> Alarm {
    let call = Arc::new(Mutex::new(Some(call)));
    arm(time, Arc::clone(&call));
    Alarm(call)
}

/// An alarm that was set. Dropping it takes it back.
pub(crate) struct Alarm(Arc<Mutex<Option<Call>>>);

/// The longest delay that engines take: more wraps around.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

fn arm(time: Duration, call: Arc<Mutex<Option<Call>>>) {
    let left = time.saturating_sub(clock::now());
    after(left.min(LONGEST), move || {
        if clock::now() < time {
            // Engines' timers may be early, and this one may have been cut in pieces.
            if lock(&call).is_some() {
                arm(time, call);
            }
            return;
        }
        let due = lock(&call).take();
        if let Some(call) = due {
            call();
        }
    });
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let taken_back = lock(&self.0).take();
        drop(taken_back);
    }
}
