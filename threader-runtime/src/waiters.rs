//! Wakers of futures that wait for one event. They are cloned and dropped outside of the lock that guards them,
//! because both are the user's code.

use std::collections::BTreeMap;
use std::mem;
use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, lock};
use crate::user_code;

/// One waker for each future that waits, however often it is polled.
#[derive(Default)]
pub(crate) struct Waiters {
    last: u64,
    wakers: BTreeMap<u64, Option<Waker>>,
}

/// A future's place among the [`Waiters`]; none before its first wait.
#[derive(Default)]
pub(crate) struct Place(Option<u64>);

impl Waiters {
    /// The waker of the future that has this place.
    pub(crate) fn slot(&mut self, place: &mut Place) -> &mut Option<Waker> {
        let number = *place.0.get_or_insert_with(|| {
            self.last += 1;
            self.last
        });
        self.wakers.entry(number).or_default()
    }

    /// Its future waits no longer.
    pub(crate) fn leave(&mut self, place: &Place) -> Option<Waker> {
        self.wakers.remove(&place.0?).flatten()
    }

    /// All of them, to be woken.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Waker> + use<> {
        mem::take(&mut self.wakers).into_values().flatten()
    }
}

impl Drop for Waiters {
    fn drop(&mut self) {
        self.take().for_each(user_code::discard);
    }
}

/// Ready when `check` finds something under the lock; else the context's waker is left in the slot.
pub(crate) fn poll<S, R>(
    mutex: &Mutex<S>,
    cx: &mut Context<'_>,
    mut check: impl FnMut(&mut S) -> Option<R>,
    mut slot: impl for<'a> FnMut(&'a mut S) -> &'a mut Option<Waker>,
) -> Poll<R> {
    {
        let mut state = lock(mutex);
        if let Some(ready) = check(&mut state) {
            return Poll::Ready(ready);
        }
        let waiting = slot(&mut state).as_ref();
        if waiting.is_some_and(|waiting| waiting.will_wake(cx.waker())) {
            return Poll::Pending;
        }
    }
    let waker = cx.waker().clone();
    let mut state = lock(mutex);
    let (poll, unused) = match check(&mut state) {
        Some(ready) => (Poll::Ready(ready), Some(waker)),
        None => (Poll::Pending, slot(&mut state).replace(waker)),
    };
    drop(state);
    user_code::discard(unused);
    poll
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::Wake;

    use super::*;

    struct Nothing;

    impl Wake for Nothing {
        fn wake(self: Arc<Self>) {}
    }

    #[test]
    fn a_future_has_one_waker_however_many_it_is_polled_with() {
        let waiters = Mutex::new(Waiters::default());
        let mut places = [Place::default(), Place::default()];
        for _ in 0..100 {
            for place in &mut places {
                let waker = Waker::from(Arc::new(Nothing));
                let mut cx = Context::from_waker(&waker);
                let poll = poll(&waiters, &mut cx, |_| None::<()>, |all| all.slot(place));
                assert!(poll.is_pending());
                let mut all = lock(&waiters);
                let waiting = all.slot(place).as_ref();
                assert!(waiting.is_some_and(|waiting| waiting.will_wake(&waker)));
            }
        }
        assert_eq!(lock(&waiters).wakers.len(), 2);
        assert!(lock(&waiters).leave(&places[0]).is_some());
        assert!(lock(&waiters).leave(&places[0]).is_none());
        assert_eq!(lock(&waiters).take().count(), 1);
    }

    #[test]
    fn a_future_that_is_ready_waits_no_more() {
        let waiters = Mutex::new(Waiters::default());
        let mut place = Place::default();
        let waker = Waker::from(Arc::new(Nothing));
        let mut cx = Context::from_waker(&waker);
        let ready = poll(&waiters, &mut cx, |_| Some(7), |all| all.slot(&mut place));
        assert_eq!(ready, Poll::Ready(7));
        assert_eq!(lock(&waiters).take().count(), 0);
    }
}
