//! Names the program that hangs, with what it did and how its tasks stand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use threader::TaskControl;

/// Far more than any program needs.
const LIMIT: Duration = Duration::from_secs(60);

/// How many tasks ended as what.
static ENDS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// What the tasks of all programs have ended in: completed, failed, cancelled, timed out.
pub(crate) fn ends() -> BTreeMap<String, u64> {
    lock(&ENDS).clone()
}

pub(crate) struct Watch {
    seed: u64,
    log: Arc<Mutex<Log>>,
    _over: Sender<()>,
}

#[derive(Default)]
struct Log {
    steps: Vec<String>,
    controls: Vec<TaskControl>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch {
    /// Until it is dropped.
    pub(crate) fn over(seed: u64) -> Self {
        let log = Arc::new(Mutex::new(Log::default()));
        let (over, running) = mpsc::channel::<()>();
        let seen = Arc::clone(&log);
        std::thread::spawn(move || {
            if running.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                give_up(&text(seed, &seen, "it hangs"));
            }
        });
        Watch {
            seed,
            log,
            _over: over,
        }
    }

    /// What the program does next.
    pub(crate) fn step(&self, step: String) {
        lock(&self.log).steps.push(step);
    }

    /// A task of the program.
    pub(crate) fn task(&self, control: TaskControl) {
        lock(&self.log).controls.push(control);
    }

    pub(crate) fn tasks(&self) -> Vec<TaskControl> {
        lock(&self.log).controls.clone()
    }

    /// The tasks as they stand now, instead of the tasks, each of which holds a value that was not read.
    pub(crate) fn let_go_of_the_tasks(&self) {
        let controls = std::mem::take(&mut lock(&self.log).controls);
        for control in controls {
            self.step(format!("ended as {control:?}"));
            let status = format!("{:?}", control.status());
            *lock(&ENDS).entry(status).or_default() += 1;
            super::program::drop_it(control);
        }
    }

    pub(crate) fn fail(&self, wrong: &str) -> ! {
        give_up(&text(self.seed, &self.log, wrong))
    }
}

fn text(seed: u64, log: &Mutex<Log>, wrong: &str) -> String {
    let log = lock(log);
    let mut text = format!("program {seed}: {wrong}\n");
    for step in &log.steps {
        let _ = writeln!(text, "  {step}");
    }
    for control in &log.controls {
        let _ = writeln!(text, "  {control:?}");
    }
    text
}

/// The end of the test: other programs may stand still, so nothing can be waited for.
pub(crate) fn give_up(text: &str) -> ! {
    // Not `eprintln`, which the harness keeps until the test ends.
    let _ = writeln!(std::io::stderr(), "{text}");
    std::process::exit(1)
}
