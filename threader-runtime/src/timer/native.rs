//! One thread that sleeps until the next alarm.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::Call;
use crate::clock;
use crate::sync::{Condvar, Mutex, lock, wait, wait_for};

/// Calls `call` when the [clock](clock::now) shows `time` or little more, never earlier, unless the alarm is dropped
/// before. While not even this one thread can be started it does not; jobs look at the clock as well.
pub(crate) fn at(time: Duration, call: Call) -> Alarm {
    static TIMER: OnceLock<Arc<Timer>> = OnceLock::new();
    let timer = TIMER.get_or_init(Arc::default);
    let alarm = timer.set(time, call);
    see_that_it_runs(timer);
    alarm
}

/// The thread starts with the first alarm. One that cannot be started is tried again with the next alarm.
fn see_that_it_runs(timer: &Arc<Timer>) {
    static RUNS: AtomicBool = AtomicBool::new(false);
    static WARNED: AtomicBool = AtomicBool::new(false);
    if RUNS.swap(true, Ordering::Relaxed) {
        return;
    }
    let keeper = Arc::clone(timer);
    let started = std::thread::Builder::new()
        .name("threader-timer".to_owned())
        .spawn(move || {
            IS_TIMER.set(true);
            keeper.run(clock::now);
        });
    if let Err(error) = started {
        RUNS.store(false, Ordering::Relaxed);
        if !WARNED.swap(true, Ordering::Relaxed) {
            crate::sync::warn(format_args!(
                "threader: the thread for timeouts and deadlines cannot be started yet: {error}"
            ));
        }
    }
}

thread_local! {
    static IS_TIMER: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is the thread that keeps the time: it must run no code of the user.
pub(crate) fn is_this_thread() -> bool {
    IS_TIMER.try_with(Cell::get) == Ok(true)
}

/// An alarm that was set. Dropping it takes it back.
pub(crate) struct Alarm {
    timer: Arc<Timer>,
    key: Key,
}

/// When, and which of those at that time.
type Key = (Duration, u64);

#[derive(Default)]
pub(crate) struct Timer {
    alarms: Mutex<Alarms>,
    /// There is an earlier alarm than the thread knows, or the end.
    changed: Condvar,
}

#[derive(Default)]
struct Alarms {
    set: BTreeMap<Key, Call>,
    last: u64,
    closed: bool,
}

impl Timer {
    pub(crate) fn set(self: &Arc<Self>, time: Duration, call: Call) -> Alarm {
        let (key, refused) = {
            let mut alarms = lock(&self.alarms);
            alarms.last += 1;
            let key = (time, alarms.last);
            let refused = if alarms.closed {
                Some(call)
            } else {
                let first = alarms
                    .set
                    .first_key_value()
                    .is_none_or(|(next, _)| key < *next);
                alarms.set.insert(key, call);
                if first {
                    self.changed.notify_one();
                }
                None
            };
            (key, refused)
        };
        drop(refused);
        Alarm {
            timer: Arc::clone(self),
            key,
        }
    }

    /// The life of the thread: sleeps until the next alarm is due, and calls it.
    pub(crate) fn run(&self, now: impl Fn() -> Duration) {
        let mut alarms = lock(&self.alarms);
        loop {
            if alarms.closed {
                return;
            }
            alarms = match alarms.set.first_key_value() {
                None => wait(&self.changed, alarms),
                Some(((time, _), _)) => match time.checked_sub(now()) {
                    Some(left) if !left.is_zero() => wait_for(&self.changed, alarms, left),
                    _ => {
                        let due = alarms.set.pop_first();
                        drop(alarms);
                        if let Some((_, call)) = due {
                            // None of it is the user's, and no fault of ours ends the thread.
                            let _ = catch_unwind(AssertUnwindSafe(call));
                        }
                        lock(&self.alarms)
                    }
                },
            };
        }
    }

    /// Takes back all alarms and ends the thread. The process's own timer stays.
    #[cfg(all(loom, test))]
    pub(crate) fn close(&self) {
        let forgotten = {
            let mut alarms = lock(&self.alarms);
            alarms.closed = true;
            std::mem::take(&mut alarms.set)
        };
        self.changed.notify_all();
        drop(forgotten);
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        // Not under the lock: what the call holds may be the last hold on something with a destructor.
        let taken_back = lock(&self.timer.alarms).set.remove(&self.key);
        drop(taken_back);
    }
}
