//! Futures that wait for a pool: until it is idle, or has room.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::{Ledger, Open};
use crate::context;
use crate::sync::lock;
use crate::user_code;
use crate::waiters::{self, Place, Waiters};

/// What of a pool is waited for.
#[derive(Clone, Copy)]
pub(crate) enum Event {
    /// No task is open, and the error hook has been called for all failures.
    Idle,
    /// One more task would be taken in.
    Room,
}

/// One future's wait for an event of a pool.
pub(crate) struct Waiting {
    ledger: Arc<Ledger>,
    event: Event,
    place: Place,
}

impl Event {
    fn waiters(self, open: &mut Open) -> &mut Waiters {
        match self {
            Event::Idle => &mut open.idle,
            Event::Room => &mut open.room,
        }
    }
}

impl Waiting {
    pub(crate) fn new(ledger: &Arc<Ledger>, event: Event) -> Self {
        Waiting {
            ledger: Arc::clone(ledger),
            event,
            place: Place::default(),
        }
    }

    /// Inside a task or the error hook of the pool it is ready at once: else that would wait for itself.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Waiting {
            ledger,
            event,
            place,
        } = self;
        if context::is_inside(ledger) {
            return Poll::Ready(());
        }
        let capacity = ledger.rules.capacity;
        let happened = |open: &mut Open| match event {
            Event::Idle => open.is_idle(),
            Event::Room => capacity.is_none_or(|capacity| open.taken < capacity),
        };
        let poll = waiters::poll(
            &ledger.open,
            cx,
            |open| happened(open).then_some(()),
            |open| event.waiters(open).slot(place),
        );
        if poll.is_pending() && matches!(event, Event::Idle) {
            ledger.lose_patience_with_the_hook();
        }
        poll
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut open = lock(&self.ledger.open);
        let waker = self.event.waiters(&mut open).leave(&self.place);
        drop(open);
        user_code::discard(waker);
    }
}
