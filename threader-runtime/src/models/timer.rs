//! The thread that keeps the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use loom::thread;

use super::model;
use crate::timer::Timer;

/// What became of one alarm.
#[derive(Default)]
struct Fate {
    called: AtomicUsize,
    gone: AtomicUsize,
}

impl Fate {
    /// Called, and given up.
    fn counts(&self) -> (usize, usize) {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        (count(&self.called), count(&self.gone))
    }

    /// An alarm's call, and what it does besides.
    fn call(self: &Arc<Self>, also: impl FnOnce() + Send + 'static) -> Box<dyn FnOnce() + Send> {
        /// Part of the call.
        struct Held(Arc<Fate>);
        impl Drop for Held {
            fn drop(&mut self) {
                self.0.gone.fetch_add(1, Ordering::Relaxed);
            }
        }
        let held = Held(Arc::clone(self));
        Box::new(move || {
            held.0.called.fetch_add(1, Ordering::Relaxed);
            also();
        })
    }
}

fn keep(timer: &Arc<Timer>) -> thread::JoinHandle<()> {
    let timer = Arc::clone(timer);
    thread::spawn(move || timer.run(|| Duration::ZERO))
}

fn closes(timer: &Arc<Timer>) -> impl FnOnce() + Send + 'static {
    let timer = Arc::clone(timer);
    move || timer.close()
}

#[test]
fn an_alarm_that_is_due_is_called_and_one_that_was_taken_back_is_not() {
    model(|| {
        let timer = Arc::new(Timer::default());
        let fates = [(); 3].map(|()| Arc::new(Fate::default()));
        let [early, due, last] = &fates;
        // The first one would be called before the others.
        let taken_back = timer.set(Duration::ZERO, early.call(|| ()));
        let kept = timer.set(Duration::ZERO, due.call(|| ()));
        drop(taken_back);
        assert_eq!(early.counts(), (0, 1));
        let keeper = keep(&timer);
        let end = timer.set(Duration::ZERO, last.call(closes(&timer)));
        keeper.join().unwrap();
        assert_eq!(
            fates.each_ref().map(|fate| fate.counts()),
            [(0, 1), (1, 1), (1, 1)]
        );
        drop((kept, end));
    });
}

#[test]
fn an_alarm_that_is_taken_back_when_it_is_due_leaves_nothing_behind() {
    model(|| {
        let timer = Arc::new(Timer::default());
        let fates = [(); 2].map(|()| Arc::new(Fate::default()));
        let [racing, last] = &fates;
        let taken_back = timer.set(Duration::ZERO, racing.call(|| ()));
        let keeper = keep(&timer);
        drop(taken_back);
        let end = timer.set(Duration::ZERO, last.call(closes(&timer)));
        keeper.join().unwrap();
        // Called or not.
        assert_eq!(racing.counts().1, 1);
        assert_eq!(last.counts(), (1, 1));
        drop(end);
    });
}

#[test]
fn a_timer_that_is_closed_ends_and_takes_no_more_alarms() {
    model(|| {
        let timer = Arc::new(Timer::default());
        let keeper = Arc::clone(&timer);
        let keeper = thread::spawn(move || keeper.run(|| Duration::ZERO));
        // Never due: the thread waits for it, or has not begun.
        let alarm = timer.set(Duration::from_secs(1), Box::new(|| panic!("too early")));
        timer.close();
        keeper.join().unwrap();
        drop(alarm);
        drop(timer.set(Duration::ZERO, Box::new(|| panic!("it is closed"))));
    });
}
