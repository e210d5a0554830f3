//! Records that a task makes go to its owner at once, each in a message of its own: a task that dies next has said it.

use super::{JOB, post};
use crate::frame::{Frame, LogRecord};

struct Forward;

static FORWARD: Forward = Forward;

/// From now on the facade's logger in this worker is ours.
pub(super) fn install() {
    // If the program has set one while it was loaded, it wants it so.
    let _ = log::set_logger(&FORWARD);
}

/// As much as the owner's logger wanted when it sent the task.
pub(super) fn set_level(level: u8) {
    let level = log::LevelFilter::iter().nth(usize::from(level));
    log::set_max_level(level.unwrap_or(log::LevelFilter::Trace));
}

impl log::Log for Forward {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &log::Record<'_>) {
        let Some(job) = JOB.get().filter(|_| self.enabled(record.metadata())) else {
            return;
        };
        let record = LogRecord {
            level: record.level() as u8,
            target: record.target().to_owned(),
            message: record.args().to_string(),
            module: record.module_path().map(str::to_owned),
            file: record.file().map(str::to_owned),
            line: record.line(),
        };
        post(&Frame::Log { job, record });
    }

    fn flush(&self) {}
}
