//! Names the program that hangs, with what it did and how its tasks stand.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use threader::TaskControl;

/// Far more than any program needs.
const LIMIT: Duration = Duration::from_secs(60);

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
