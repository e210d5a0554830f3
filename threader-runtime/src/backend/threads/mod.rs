//! Native threads around one line. Arguments and results are moved; nothing here can serialise.
//!
//! A thread cannot be stopped. One that goes on with a task that was cancelled (after the grace) or overran its time is
//! *detached*: it is no longer one of the pool's workers, a substitute takes its place when there is work, and it ends
//! when its task returns.

mod line;
#[cfg(all(loom, test))]
mod models;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::thread;
use std::time::Duration;

use self::line::{Hired, Limits, Line, Next, Number};
use crate::config::Config;
use crate::control::Status;
use crate::error::{ErrorKind, Failure};
use crate::job::{AnyJob, JobKey};
use crate::ledger::{Count, GivenUp, Ledger};
use crate::sync::plain::{Mutex, lock};
use crate::timer::Alarm;
use crate::{clock, timer, user_code};

pub(crate) struct Threads {
    shared: Arc<Shared>,
    prewarm: bool,
}

struct Shared {
    line: Line<Arc<dyn AnyJob>>,
    cancel_grace: Duration,
    ledger: OnceLock<Arc<Ledger>>,
    /// No thread could be started though there were jobs: the threads that wait for them help out.
    stranded: AtomicBool,
    /// Tries again to start one.
    retry: Mutex<Option<Alarm>>,
    /// Looks for threads that are held up by what their task has left behind.
    watch: Mutex<Option<Alarm>>,
}

/// How long after a failure the start of a thread is tried again, where no submission does so before.
const RETRY: Duration = Duration::from_millis(100);

/// What the machine can run in parallel, or 1.
pub(super) fn parallelism() -> usize {
    thread::available_parallelism().map_or(1, |count| count.get())
}

impl Threads {
    pub(super) fn new(config: &Config, max: usize) -> Self {
        let limits = Limits {
            max,
            min: config.min_workers,
            keep_alive: config.keep_alive,
            detached: config.max_detached,
        };
        Threads {
            shared: Arc::new(Shared {
                line: Line::new(limits, config.aging),
                cancel_grace: config.cancel_grace,
                ledger: OnceLock::new(),
                stranded: AtomicBool::new(false),
                retry: Mutex::new(None),
                watch: Mutex::new(None),
            }),
            prewarm: config.prewarm,
        }
    }

    pub(super) fn open(&self, ledger: &Arc<Ledger>) {
        let _ = self.shared.ledger.set(Arc::clone(ledger));
        if self.prewarm {
            let hired = self.shared.line.prewarm();
            self.shared.start(hired);
        }
    }

    pub(super) fn submit(&self, jobs: Vec<Arc<dyn AnyJob>>) {
        let jobs = jobs.into_iter().map(|job| (job.terms().priority, job));
        // Collected, because the terms are under locks of their own.
        let jobs: Vec<_> = jobs.collect();
        let place = |job: &Arc<dyn AnyJob>, ticket| job.enqueue(ticket);
        let hired = self.shared.line.add(jobs, clock::now(), place);
        self.shared.start(hired);
        self.shared.watch();
    }

    /// A queued job that was ended from outside leaves the queue. A running one has its thread.
    pub(super) fn on_given_up(&self) -> Box<dyn Fn(&GivenUp) + Send + Sync> {
        let shared = Arc::downgrade(&self.shared);
        Box::new(move |given_up| {
            let Some(shared) = shared.upgrade() else {
                return;
            };
            let queued = given_up
                .ticket
                .and_then(|ticket| shared.line.remove(ticket));
            match (queued, given_up.status) {
                (Some(job), _) => drop(job),
                (None, Status::Cancelled) => shared.detach_after_grace(given_up.job),
                (None, _) => shared.detach(given_up.job),
            }
        })
    }

    pub(super) fn open_jobs(&self) -> Vec<Arc<dyn AnyJob>> {
        self.shared.line.jobs()
    }

    /// Runs the next task, if no thread is there that could.
    pub(super) fn run_one_here(&self) -> bool {
        let stranded = self.shared.stranded.load(Ordering::Relaxed);
        if !stranded || !self.shared.line.is_stranded() || !self.shared.run_one() {
            return false;
        }
        // A submission that came meanwhile has counted this thread as a worker.
        let hired = self.shared.line.hire();
        self.shared.start(hired);
        true
    }

    pub(super) fn close(&self) {
        self.shared.line.close();
    }

    pub(super) fn workers(&self) -> usize {
        self.shared.line.limits().max
    }
}

impl Shared {
    fn start(self: &Arc<Self>, hired: Hired<Arc<dyn AnyJob>>) {
        self.count(Count::Replaced, hired.substitutes as u64);
        for number in hired.numbers {
            self.start_one(number);
        }
        for job in hired.refused {
            job.fail(self.no_thread_to_come());
        }
    }

    fn no_thread_to_come(&self) -> Failure {
        let most = self.line.limits().detached;
        let text = format!(
            "{most} threads of this pool still run tasks that were cancelled or timed out, as many as \
             `Config::max_detached` allows; such tasks end early if they call `threader::checkpoint`"
        );
        Failure::new(ErrorKind::Unavailable, text)
    }

    fn start_one(self: &Arc<Self>, number: Number) {
        let duty = Duty {
            shared: Arc::clone(self),
            number,
            at_work: false,
            over: false,
        };
        // Before it is there, so that nothing it does is counted earlier than itself.
        if let Some(ledger) = self.ledger.get() {
            ledger.worker_started(&name(number));
        }
        let spawned = thread::Builder::new()
            .name(name(number))
            .spawn(move || duty.work());
        if let Ok(_runs) = spawned {
            self.stranded.store(false, Ordering::Relaxed);
        }
    }

    /// A thread has ended that the line did not send away, or could not be started (it was not `at_work`). Its job must
    /// not wait for it, nor must those behind.
    fn lost(self: &Arc<Self>, number: Number, at_work: bool) {
        self.ended(number);
        let (job, alone) = self.line.lost(number);
        if let Some(job) = job {
            let text = "the thread that ran it has ended";
            job.fail(Failure::new(ErrorKind::Crashed, text));
        }
        if at_work {
            let hired = self.line.hire();
            self.start(hired);
        } else if alone && self.line.is_stranded() {
            self.do_without_threads();
        }
    }

    /// No thread can be started. The timer's thread runs no tasks: it tries again later, and the threads that wait for
    /// tasks help out. Any other thread runs them now: better slow than never.
    fn do_without_threads(self: &Arc<Self>) {
        static SAID: AtomicBool = AtomicBool::new(false);
        if !SAID.swap(true, Ordering::Relaxed) {
            crate::sync::warn(format_args!(
                "threader: no thread can be started; tasks run on the thread that starts them"
            ));
        }
        self.stranded.store(true, Ordering::Relaxed);
        if !timer::is_this_thread() {
            while self.run_one() {}
            return;
        }
        for job in self.line.jobs() {
            job.nudge();
        }
        let shared = Arc::downgrade(self);
        let retry = move || {
            if let Some(shared) = shared.upgrade() {
                let hired = shared.line.hire();
                shared.start(hired);
            }
        };
        let alarm = timer::at(clock::now().saturating_add(RETRY), Box::new(retry));
        let before = lock(&self.retry).replace(alarm);
        drop(before);
    }

    /// Runs the next task on this thread. `false` if there is none.
    fn run_one(&self) -> bool {
        let next = self.line.adopt(|job| job.key());
        next.is_some_and(|(number, job)| {
            user_code::at_once(|| job.run("inline"));
            self.line.lost(number);
            true
        })
    }

    fn detach_after_grace(self: &Arc<Self>, key: JobKey) {
        let shared: Weak<Shared> = Arc::downgrade(self);
        let time = clock::now().saturating_add(self.cancel_grace);
        self.line.warn(key, || {
            let detach = move || {
                if let Some(shared) = shared.upgrade() {
                    shared.detach(key);
                }
            };
            timer::at(time, Box::new(detach))
        });
    }

    /// Detaches a thread that is held up by a destructor or a waker of a job that is over, after the grace. Else the jobs that
    /// wait for it would wait for the user's code.
    fn watch(self: &Arc<Self>) {
        if lock(&self.watch).is_some() {
            return;
        }
        let is_over =
            |job: &Arc<dyn AnyJob>| !matches!(job.status(), Status::Pending | Status::Running);
        let Some(over) = self.line.over(is_over) else {
            return;
        };
        let shared = Arc::downgrade(self);
        let look = move || {
            if let Some(shared) = shared.upgrade() {
                let rung = lock(&shared.watch).take();
                drop(rung);
                let still = shared.line.over(is_over).unwrap_or_default();
                for key in still.into_iter().filter(|key| over.contains(key)) {
                    shared.detach(key);
                }
                shared.watch();
            }
        };
        let time = clock::now().saturating_add(self.cancel_grace.max(RETRY));
        let before = lock(&self.watch).replace(timer::at(time, Box::new(look)));
        drop(before);
    }

    fn detach(self: &Arc<Self>, key: JobKey) {
        if let Some((number, hired)) = self.line.detach(key) {
            self.count(Count::Detached, 1);
            self.ended(number);
            self.start(hired);
        }
    }

    /// For the books; a second time does nothing.
    fn ended(&self, number: Number) {
        if let Some(ledger) = self.ledger.get() {
            ledger.worker_ended(&name(number));
        }
    }

    fn count(&self, count: Count, number: u64) {
        if let Some(ledger) = self.ledger.get() {
            ledger.count(count, number);
        }
    }
}

/// The life of one worker. However its thread ends, the line is told.
struct Duty {
    shared: Arc<Shared>,
    number: Number,
    at_work: bool,
    over: bool,
}

impl Duty {
    /// Runs jobs until the line has no use for this thread.
    fn work(mut self) {
        self.at_work = true;
        let name = name(self.number);
        let shared = Arc::clone(&self.shared);
        let hired = loop {
            match shared.line.next(self.number, |job| job.key(), clock::now) {
                Next::Run(job) => job.run(&name),
                Next::End(hired) => break hired,
            }
        };
        self.over = true;
        shared.ended(self.number);
        shared.start(hired);
    }
}

impl Drop for Duty {
    fn drop(&mut self) {
        if !self.over {
            self.shared.lost(self.number, self.at_work);
        }
    }
}

fn name(number: Number) -> String {
    format!("threads-{number}")
}
