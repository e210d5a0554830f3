//! What a deputy does because time has passed: deadlines before the coordinator is up, and whether it
//! still answers.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::Deputy;
use crate::backend::worker::js::{self, PatientTimer, Timer};
use crate::backend::worker::word::Order;
use crate::error::Failure;
use crate::job::AnyJob;

/// What is left of the job's deadline, and the whole of it.
fn deadline(job: &dyn AnyJob) -> Option<(Duration, Duration)> {
    let deadline = job.terms().deadline?;
    Some((deadline.saturating_sub(job.age()), deadline))
}

impl Deputy {
    /// Until it is up this thread keeps the deadlines.
    pub(super) fn expect<'a>(self: &Rc<Self>, jobs: impl IntoIterator<Item = &'a Arc<dyn AnyJob>>) {
        if self.up.get() {
            return;
        }
        let deadlines = jobs.into_iter().filter_map(|job| deadline(&**job));
        let Some((left, _)) = deadlines.min() else {
            return;
        };
        let time = js::now().saturating_add(left);
        if self
            .early
            .borrow()
            .as_ref()
            .is_some_and(|early| early.1 <= time)
        {
            return;
        }
        let deputy = Rc::downgrade(self);
        let timer = Timer::after(left, move || {
            if let Some(deputy) = deputy.upgrade() {
                deputy.too_late();
            }
        });
        self.early.replace(Some((timer, time)));
    }

    /// Ends those whose deadline has come before the coordinator was up.
    fn too_late(self: &Rc<Self>) {
        self.wake();
        self.early.take();
        let (mut late, mut others) = (VecDeque::new(), VecDeque::new());
        for job in self.unsent.take() {
            match deadline(&*job) {
                Some((left, span)) if left.is_zero() => {
                    late.push_back((job, Failure::too_late(span)));
                }
                _ => others.push_back(job),
            }
        }
        self.expect(&others);
        self.unsent.replace(others);
        self.ending.borrow_mut().extend(late);
        self.go_on();
    }

    /// While there is work it has to send something, at least when it is asked.
    pub(super) fn watch(self: &Rc<Self>) {
        let Some(heartbeat) = self
            .owner
            .upgrade()
            .and_then(|owner| owner.settings().heartbeat)
        else {
            return;
        };
        if self.watched.replace(true) {
            return;
        }
        let deputy = Rc::downgrade(self);
        let pulse = PatientTimer::after(heartbeat, move || {
            // A thread that was blocked first hears what has been said in the meantime.
            js::after_messages(move || {
                let Some(deputy) = deputy.upgrade().filter(|deputy| !deputy.gone.get()) else {
                    return;
                };
                deputy.watched.set(false);
                if deputy.books.is_idle() || !deputy.up.get() {
                    return;
                }
                if deputy.unanswered.get() >= 2 {
                    return deputy.died("it did not answer");
                }
                deputy.unanswered.set(deputy.unanswered.get() + 1);
                deputy.say(&Order::Ping);
                deputy.flush();
                deputy.watch();
            });
        });
        self.pulse.replace(Some(pulse));
    }
}
