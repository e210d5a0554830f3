//! Models of the hand-written concurrent parts: loom runs each of them in every order in which its threads can take
//! locks and be woken. A wake-up that gets lost is a deadlock, which loom reports.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p threader-runtime --lib models`; `cargo xtask test --suite native` does that.
//! What must be told apart by loom comes from [`crate::sync`]. No model may depend on the time of day: their deadlines
//! are an hour away, or over before they begin.

mod job;
mod timer;

use std::future::poll_fn;
use std::sync::Arc;

use loom::future::block_on;
use loom::thread;

use crate::group::Group;

/// All orders with up to this many involuntary switches: the mistakes that are made need one or two.
const SWITCHES: usize = 2;

pub(crate) fn model(body: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(SWITCHES);
    builder.check(body);
}

#[test]
fn a_group_wakes_its_reader_for_every_end() {
    model(|| {
        let group = Arc::new(Group::default());
        let pushers = [0, 1].map(|index| {
            let group = Arc::clone(&group);
            thread::spawn(move || {
                if let Some(waker) = group.push(index) {
                    waker.wake();
                }
            })
        });
        let next = || block_on(poll_fn(|cx| group.poll_next(cx)));
        let mut seen = [next(), next()];
        seen.sort_unstable();
        assert_eq!(seen, [0, 1]);
        for pusher in pushers {
            pusher.join().unwrap();
        }
    });
}
