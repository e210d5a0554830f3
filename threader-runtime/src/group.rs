//! The order in which the tasks of one strategy settle, and who waits for it.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, lock};

/// A strategy's mailbox: settled tasks put their index in, the strategy's future takes them out.
///
/// One mailbox for all tasks means one wake-up per completion and no polling of n handles,
/// and it keeps the order in time that `all`, `race`, `any` and `stream` are defined by.
#[derive(Default)]
pub(crate) struct Group(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    settled: VecDeque<usize>,
    waiting: Option<Waker>,
}

impl Group {
    /// Task number `index` has settled.
    pub(crate) fn push(&self, index: usize) {
        let waiting = {
            let mut inner = lock(&self.0);
            inner.settled.push_back(index);
            inner.waiting.take()
        };
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// The index of the next task that settled.
    pub(crate) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<usize> {
        let mut inner = lock(&self.0);
        if let Some(index) = inner.settled.pop_front() {
            return Poll::Ready(index);
        }
        match &mut inner.waiting {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}
