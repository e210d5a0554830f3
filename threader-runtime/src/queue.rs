//! Who waits, in the order of whose turn it is: by priority, and by time within one.
//!
//! A [`Ticket`] says when an item would have to have been submitted if all were of the highest priority: one step of aging
//! later for each level below it. The oldest goes first. So order never changes while something waits, nothing has to be
//! sorted anew, and an item is overtaken only by those of higher priority that come within a step (per level) after it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::terms::Priority;

/// A place in the queue. An item that comes back with its ticket comes back to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    /// Nanoseconds. Wide enough for any `Duration` of aging, also one that means "never".
    due: u128,
    /// Of two that are equal, the one that came first.
    number: u64,
}

pub(crate) struct Queue<T> {
    aging: Duration,
    last: u64,
    waiting: BTreeMap<Ticket, T>,
}

// Each backend uses what it needs of it.
#[allow(dead_code)]
impl<T> Queue<T> {
    pub(crate) fn new(aging: Duration) -> Self {
        Queue {
            aging,
            last: 0,
            waiting: BTreeMap::new(),
        }
    }

    /// The place of an item that is submitted at `now`. Of two calls the later one must not be given an earlier time.
    pub(crate) fn ticket(&mut self, priority: Priority, now: Duration) -> Ticket {
        let levels_below = match priority {
            Priority::High => 0,
            Priority::Normal => 1,
            Priority::Low => 2,
        };
        self.last += 1;
        Ticket {
            due: now.as_nanos() + levels_below * self.aging.as_nanos(),
            number: self.last,
        }
    }

    pub(crate) fn insert(&mut self, ticket: Ticket, item: T) {
        self.waiting.insert(ticket, item);
    }

    /// Takes out the one whose turn it is.
    pub(crate) fn pop(&mut self) -> Option<(Ticket, T)> {
        self.waiting.pop_first()
    }

    pub(crate) fn remove(&mut self, ticket: Ticket) -> Option<T> {
        self.waiting.remove(&ticket)
    }

    /// In the order of their turns.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Ticket, &T)> {
        self.waiting.iter().map(|(ticket, item)| (*ticket, item))
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Priority::{High, Low, Normal};

    const STEP: Duration = Duration::from_secs(1);

    /// Submits at these milliseconds and says in which order they come out.
    fn order(aging: Duration, submitted: &[(Priority, u64)]) -> Vec<usize> {
        let mut queue = Queue::new(aging);
        for (index, (priority, ms)) in submitted.iter().enumerate() {
            let ticket = queue.ticket(*priority, Duration::from_millis(*ms));
            queue.insert(ticket, index);
        }
        std::iter::from_fn(|| queue.pop())
            .map(|(_, index)| index)
            .collect()
    }

    #[test]
    fn higher_priority_goes_first_and_within_one_the_order_of_submission() {
        let submitted = [(Low, 0), (Normal, 0), (High, 0), (Normal, 0), (High, 1)];
        assert_eq!(order(STEP, &submitted), [2, 4, 1, 3, 0]);
    }

    #[test]
    fn after_one_step_a_task_goes_before_newer_ones_of_the_next_level() {
        assert_eq!(order(STEP, &[(Normal, 0), (High, 999)]), [1, 0]);
        assert_eq!(order(STEP, &[(Normal, 0), (High, 1000)]), [0, 1]);
        assert_eq!(order(STEP, &[(Low, 0), (High, 1999)]), [1, 0]);
        assert_eq!(order(STEP, &[(Low, 0), (High, 2000)]), [0, 1]);
    }

    #[test]
    fn without_aging_steps_priorities_do_not_count_and_with_endless_ones_nothing_else() {
        let submitted = [(Low, 0), (Normal, 0), (High, 5)];
        assert_eq!(order(Duration::ZERO, &submitted), [0, 1, 2]);
        assert_eq!(order(Duration::MAX, &submitted), [2, 1, 0]);
    }

    #[test]
    fn what_comes_back_with_its_ticket_has_its_place_again() {
        let mut queue = Queue::new(STEP);
        for item in ["a", "b"] {
            let ticket = queue.ticket(Normal, Duration::ZERO);
            queue.insert(ticket, item);
        }
        let (ticket, a) = queue.pop().expect("there are two");
        queue.insert(ticket, a);
        assert_eq!(
            queue.iter().map(|(_, item)| *item).collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(queue.remove(ticket), Some("a"));
        assert_eq!((queue.len(), queue.is_empty()), (1, false));
    }
}
