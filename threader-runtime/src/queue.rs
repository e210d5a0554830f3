//! Items that wait, in the order of their turns: by priority, and by time within one.
//!
//! A [`Ticket`] says when an item would have to have been submitted if all were of the highest priority: one step of aging
//! later for each level below it. The oldest goes first. So order never changes while something waits, nothing has to be
//! sorted anew, and an item is overtaken only by those of higher priority that come within a step (per level) after it.
//!
//! Items of one priority come in the order of their tickets, so each priority has a lane that is sorted by itself.

use std::collections::VecDeque;
use std::time::Duration;

use crate::terms::Priority;

/// A place in the queue. An item that comes back with its ticket comes back to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    /// When the item is due, in nanoseconds.
    due: u64,
    /// Of two that are equal, the one that came first. It starts again after four thousand million items.
    number: u32,
    priority: Priority,
}

/// A ticket among those of its priority.
type Place = (u64, u32);

impl Ticket {
    fn place(self) -> Place {
        (self.due, self.number)
    }
}

/// More is longer than anything waits: 100 years, which three levels of still fit into the nanoseconds of a ticket.
const LONGEST_STEP: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

pub(crate) struct Queue<T> {
    /// Nanoseconds.
    aging: u64,
    last: u32,
    lanes: [Lane<T>; 3],
}

/// Sorted by when its items are due. An item that was taken out of the middle leaves a gap, which is closed when there are
/// more gaps than items.
struct Lane<T> {
    slots: VecDeque<(Place, Option<T>)>,
    gaps: usize,
}

// Each backend uses what it needs of it.
#[allow(dead_code)]
impl<T> Queue<T> {
    pub(crate) fn new(aging: Duration) -> Self {
        Queue {
            aging: nanoseconds(aging.min(LONGEST_STEP)),
            last: 0,
            lanes: std::array::from_fn(|_| Lane {
                slots: VecDeque::new(),
                gaps: 0,
            }),
        }
    }

    /// The place of an item that is submitted at `now`. Of two calls the later one must not be given an earlier time.
    pub(crate) fn ticket(&mut self, priority: Priority, now: Duration) -> Ticket {
        let levels_below = match priority {
            Priority::High => 0,
            Priority::Normal => 1,
            Priority::Low => 2,
        };
        self.last = self.last.wrapping_add(1);
        let due = nanoseconds(now).saturating_add(levels_below * self.aging);
        Ticket {
            due,
            number: self.last,
            priority,
        }
    }

    pub(crate) fn insert(&mut self, ticket: Ticket, item: T) {
        self.lanes[ticket.priority as usize].insert(ticket.place(), item);
    }

    /// Takes out the one whose turn it is.
    pub(crate) fn pop(&mut self) -> Option<(Ticket, T)> {
        let (ticket, _) = self.iter().next()?;
        let item = self.remove(ticket)?;
        Some((ticket, item))
    }

    pub(crate) fn remove(&mut self, ticket: Ticket) -> Option<T> {
        self.lanes[ticket.priority as usize].remove(ticket.place())
    }

    /// In the order of their turns.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Ticket, &T)> {
        let [low, normal, high] = &self.lanes;
        let mut heads = [
            low.iter(Priority::Low).peekable(),
            normal.iter(Priority::Normal).peekable(),
            high.iter(Priority::High).peekable(),
        ];
        std::iter::from_fn(move || {
            let tickets = heads.each_mut().map(|lane| Some(lane.peek()?.0));
            let first = tickets.iter().flatten().min()?;
            heads[first.priority as usize].next()
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.lanes.iter().map(Lane::len).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lanes.iter().all(|lane| lane.len() == 0)
    }
}

impl<T> Lane<T> {
    fn len(&self) -> usize {
        self.slots.len() - self.gaps
    }

    fn insert(&mut self, place: Place, item: T) {
        match self.find(place) {
            // It comes back to the gap that it left.
            Ok(index) => {
                let before = self.slots[index].1.replace(item);
                self.gaps -= usize::from(before.is_none());
            }
            Err(index) => self.slots.insert(index, (place, Some(item))),
        }
    }

    fn remove(&mut self, place: Place) -> Option<T> {
        let index = self.find(place).ok()?;
        let item = self.slots[index].1.take()?;
        self.gaps += 1;
        while self.slots.front().is_some_and(|(_, item)| item.is_none()) {
            self.slots.pop_front();
            self.gaps -= 1;
        }
        if self.gaps > self.len() {
            self.slots.retain(|(_, item)| item.is_some());
            self.gaps = 0;
        }
        if self.slots.len() < self.slots.capacity() / 4 {
            self.slots.shrink_to(self.slots.len() * 2);
        }
        Some(item)
    }

    fn find(&self, place: Place) -> Result<usize, usize> {
        match self.slots.front() {
            Some((first, _)) if *first == place => Ok(0),
            Some(_) if self.slots.back().is_some_and(|(last, _)| *last < place) => {
                Err(self.slots.len())
            }
            _ => self.slots.binary_search_by_key(&place, |(place, _)| *place),
        }
    }

    fn iter(&self, priority: Priority) -> impl Iterator<Item = (Ticket, &T)> {
        let ticket = move |(due, number)| Ticket {
            due,
            number,
            priority,
        };
        let slots = self.slots.iter();
        slots.filter_map(move |(place, item)| Some((ticket(*place), item.as_ref()?)))
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    #[test]
    fn what_is_taken_out_behind_an_item_that_stays_leaves_no_memory() {
        let mut queue = Queue::new(STEP);
        let first = queue.ticket(Normal, Duration::ZERO);
        queue.insert(first, 0);
        for item in 1..100_000 {
            let ticket = queue.ticket(Normal, Duration::ZERO);
            queue.insert(ticket, item);
            assert_eq!(queue.remove(ticket), Some(item));
        }
        assert_eq!(queue.len(), 1);
        let lane = &queue.lanes[Normal as usize];
        assert!(lane.slots.capacity() < 32, "{}", lane.slots.capacity());
    }

    #[derive(Clone, Debug)]
    enum Step {
        Add(Priority, u64),
        Pop,
        /// Takes out one of those that wait.
        Remove(prop::sample::Index),
        /// Puts back one of those that were taken out.
        Return(prop::sample::Index),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (prop::sample::select(vec![Low, Normal, High]), 0u64..3)
                .prop_map(|(priority, later)| Step::Add(priority, later)),
            2 => Just(Step::Pop),
            1 => any::<prop::sample::Index>().prop_map(Step::Remove),
            1 => any::<prop::sample::Index>().prop_map(Step::Return),
        ]
    }

    proptest! {
        #[test]
        fn it_is_a_sorted_map(steps in prop::collection::vec(step(), 0..200), aging in 0u64..4) {
            let mut queue = Queue::new(Duration::from_nanos(aging));
            let mut model = std::collections::BTreeMap::new();
            let (mut out, mut now) = (Vec::new(), 0);
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Add(priority, later) => {
                        now += later;
                        let ticket = queue.ticket(priority, Duration::from_nanos(now));
                        queue.insert(ticket, number);
                        prop_assert_eq!(model.insert(ticket, number), None);
                    }
                    Step::Pop => {
                        let next = queue.pop();
                        prop_assert_eq!(next, model.pop_first());
                        out.extend(next);
                    }
                    Step::Remove(index) if !model.is_empty() => {
                        let ticket = *index.get(&model.keys().collect::<Vec<_>>()).to_owned();
                        let item = queue.remove(ticket);
                        prop_assert_eq!(item, model.remove(&ticket));
                        out.extend(item.map(|item| (ticket, item)));
                    }
                    Step::Return(index) if !out.is_empty() => {
                        let (ticket, item) = out.swap_remove(index.index(out.len()));
                        queue.insert(ticket, item);
                        model.insert(ticket, item);
                    }
                    _ => {}
                }
                prop_assert_eq!(queue.len(), model.len());
                prop_assert!(queue.iter().eq(model.iter().map(|(ticket, item)| (*ticket, item))));
            }
        }
    }
}
