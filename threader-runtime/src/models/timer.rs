//! The thread that keeps the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use loom::thread;

use super::model;
use crate::timer::Timer;

#[test]
fn an_alarm_that_is_due_is_called_once_unless_it_is_taken_back() {
    model(|| {
        let timer = Arc::new(Timer::default());
        let called = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let keeper = Arc::clone(&timer);
        let keeper = thread::spawn(move || keeper.run(|| Duration::ZERO));
        let alarm = |index: usize| {
            let (called, timer) = (Arc::clone(&called), Arc::clone(&timer));
            let call = move || {
                called[index].fetch_add(1, Ordering::Relaxed);
                if index == 0 {
                    timer.close();
                }
            };
            call
        };
        let kept = timer.set(Duration::ZERO, Box::new(alarm(0)));
        let taken_back = timer.set(Duration::ZERO, Box::new(alarm(1)));
        drop(taken_back);
        // Ends only because the first alarm is called.
        keeper.join().unwrap();
        assert_eq!(called[0].load(Ordering::Relaxed), 1);
        assert!(called[1].load(Ordering::Relaxed) <= 1);
        drop(kept);
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
