//! Calls of a pool's error hook. They are made one at a time, in the order of the failures and away from the
//! thread that noticed them, because the hook is the user's code: it may block, panic, or use the pool.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::{Count, ErrorHook, Ledger, Open};
use crate::error::TaskError;
use crate::sync::lock;
use crate::timer::{self, Alarm};
use crate::{clock, context, errands, user_code};

/// For how long `close` waits for one call of the hook.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(super) struct Reports {
    waiting: VecDeque<TaskError>,
    /// An errand is on its way, or makes a call.
    under_way: bool,
    /// How many calls have begun.
    calls: u64,
    /// The call under way took too long: it is not waited for.
    left_behind: bool,
    patience: Option<Alarm>,
}

impl Reports {
    /// Whether the hook has been called for all failures, and has returned.
    pub(super) fn are_made(&self) -> bool {
        !self.under_way || self.left_behind
    }

    /// Puts a report behind the others. Whether an errand has to be sent.
    fn add(&mut self, error: TaskError) -> bool {
        self.waiting.push_back(error);
        !std::mem::replace(&mut self.under_way, true)
    }
}

impl Ledger {
    /// The failure of a task whose result is not awaited.
    pub(crate) fn report(self: &Arc<Self>, error: TaskError) {
        let added = self.add_report(&mut lock(&self.open), error);
        if added {
            self.make_reports();
        }
    }

    /// `true`: the caller has to see to it that [`make_reports`](Self::make_reports) is called.
    pub(super) fn add_report(&self, open: &mut Open, error: TaskError) -> bool {
        self.counts.add(Count::Unattended, 1);
        self.rules.on_error.is_some() && open.reports.add(error)
    }

    /// Calls the hook for what waits, away from here.
    pub(crate) fn make_reports(self: &Arc<Self>) {
        let ledger = Arc::clone(self);
        errands::run(Box::new(move || ledger.call_hooks()));
    }

    #[cfg(not(target_family = "wasm"))]
    fn call_hooks(self: Arc<Self>) {
        while let Some(error) = self.next_report() {
            self.call_hook(&error);
        }
    }

    /// The next turn is asked for before the call, so that a hook that traps ends only its own.
    #[cfg(target_family = "wasm")]
    fn call_hooks(self: Arc<Self>) {
        if let Some(error) = self.next_report() {
            self.make_reports();
            self.call_hook(&error);
        }
    }

    fn next_report(&self) -> Option<TaskError> {
        let mut open = lock(&self.open);
        let next = open.reports.waiting.pop_front();
        open.reports.left_behind = false;
        open.reports.under_way = next.is_some();
        open.reports.calls += u64::from(next.is_some());
        let wakers = open.idle_wakers();
        drop(open);
        wakers.into_iter().for_each(user_code::wake);
        next
    }

    fn call_hook(self: &Arc<Self>, error: &TaskError) {
        if let Some(hook) = &self.rules.on_error {
            let _inside = context::enter_hook(self);
            let (hook, error) = (Arc::clone(hook), error.clone());
            user_code::guarded(move || hook(&error));
        }
    }

    /// Where nothing but a call of the hook is waited for, it is not waited for without an end.
    pub(super) fn lose_patience_with_the_hook(self: &Arc<Self>) {
        let call = {
            let open = lock(&self.open);
            if open.count > 0 || open.is_idle() || open.reports.patience.is_some() {
                return;
            }
            open.reports.calls
        };
        let ledger = Arc::downgrade(self);
        let time = clock::now().saturating_add(PATIENCE);
        let leave_behind = move || {
            if let Some(ledger) = ledger.upgrade() {
                ledger.leave_behind(call);
            }
        };
        let alarm = timer::at(time, Box::new(leave_behind));
        let before = lock(&self.open).reports.patience.replace(alarm);
        drop(before);
    }

    /// The hook is still in this call, or in a later one that has its time too.
    fn leave_behind(self: &Arc<Self>, call: u64) {
        let mut open = lock(&self.open);
        let over = open.reports.patience.take();
        open.reports.left_behind = open.reports.under_way && open.reports.calls == call;
        let wakers = open.idle_wakers();
        drop(open);
        drop(over);
        wakers.into_iter().for_each(user_code::wake);
        self.lose_patience_with_the_hook();
    }
}

impl Open {
    /// Those that wait until the pool is idle, if it is.
    fn idle_wakers(&mut self) -> Vec<Waker> {
        if self.is_idle() {
            self.idle.take().collect()
        } else {
            Vec::new()
        }
    }
}

/// The hook's own destructor is the user's code as well.
impl Drop for Ledger {
    fn drop(&mut self) {
        let hook: Option<ErrorHook> = self.rules.on_error.take();
        user_code::discard(hook);
    }
}
