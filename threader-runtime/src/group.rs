//! The order in which the tasks of one strategy settle, and the future that waits for it.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, lock};
use crate::{user_code, waiters};

/// A strategy's mailbox: settled tasks put their index in, the strategy's future takes them out.
///
/// One mailbox for all tasks means one wake-up per completion and no polling of n handles,
/// and it keeps the order in time that `all`, `race`, `any` and `stream` are defined by.
#[derive(Default)]
pub(crate) struct Group(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    settled: VecDeque<u32>,
    waiting: Option<Waker>,
}

impl Group {
    /// Task number `index` has settled. The waker is the caller's to call.
    pub(crate) fn push(&self, index: u32) -> Option<Waker> {
        let mut inner = lock(&self.0);
        inner.settled.push_back(index);
        inner.waiting.take()
    }

    /// The waker of the future that waits; the caller's to call.
    pub(crate) fn nudge(&self) -> Option<Waker> {
        lock(&self.0).waiting.take()
    }

    /// The index of the next task that settled.
    pub(crate) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<usize> {
        waiters::poll(
            &self.0,
            cx,
            |inner| inner.settled.pop_front().map(|index| index as usize),
            |inner| &mut inner.waiting,
        )
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let waiting = lock(&self.0).waiting.take();
        user_code::discard(waiting);
    }
}
