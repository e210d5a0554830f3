//! What a wasm program writes to the console before it fails. Natively std does this.

use std::panic::PanicHookInfo;

pub(crate) type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync + 'static>;

/// A panic hook that calls `record`, and then `before`, or reports the panic where `before` would
/// not.
pub(crate) fn hook(before: Hook, record: fn(&PanicHookInfo<'_>)) -> Hook {
    #[cfg(target_family = "wasm")]
    if wasm::is_silent(&before) {
        return Box::new(move |info| {
            let report = wasm::Report::begin(info);
            if report.is_of_a_worker() {
                // Its owner may end it as soon as the panic is recorded.
                report.write();
                record(info);
            } else {
                // First what heals the other tasks: the console may be code of the program.
                record(info);
                report.write();
            }
        });
    }
    Box::new(move |info| {
        record(info);
        before(info);
    })
}

#[cfg(target_family = "wasm")]
pub(crate) use wasm::{main_failed, report_panics};

#[cfg(target_family = "wasm")]
mod wasm {
    use std::fmt::{Debug, Write};
    use std::panic::{self, PanicHookInfo};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use wasm_bindgen::prelude::*;

    use super::Hook;
    use crate::backend::worker::{after_this_turn, serve};
    use crate::{context, panics};

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = console, js_name = error, catch)]
        fn error(text: &str) -> Result<(), JsValue>;
    }

    fn write(text: &str) {
        // A program may have put something of its own there, and that may throw: then nothing can
        // be shown.
        let _ = error(text);
    }

    /// The hook of [`report_panics`], by its address.
    static EARLY: AtomicUsize = AtomicUsize::new(0);

    /// From now on panics are reported, as far as the program has no hook of its own. A pool does
    /// this too, later: until then the program may set its hook, which this one must not be taken
    /// for.
    pub(crate) fn report_panics() {
        let before = panic::take_hook();
        let hook: Hook = if is_std_s(&before) {
            Box::new(move |info| {
                Report::begin(info).write();
                before(info);
            })
        } else {
            return panic::set_hook(before);
        };
        EARLY.store(address(&hook), Ordering::Relaxed);
        panic::set_hook(hook);
    }

    /// Whether this hook, which has just been taken, leaves the report of a panic to us: it is
    /// std's own, which writes nothing on wasm32-unknown-unknown, or that of [`report_panics`].
    pub(super) fn is_silent(hook: &Hook) -> bool {
        is_std_s(hook) || address(hook) == EARLY.load(Ordering::Relaxed)
    }

    /// Where no hook is set, `take_hook` gives std's own.
    fn is_std_s(taken: &Hook) -> bool {
        let own = panic::take_hook();
        // Neither holds anything, so both have one address; what differs is their table of
        // functions, and that of std's own is made in one place.
        std::ptr::eq(&raw const **taken, &raw const *own)
    }

    fn address(hook: &Hook) -> usize {
        (&raw const **hook).cast::<()>() as usize
    }

    /// What is to be written of a panic.
    pub(super) struct Report {
        worker: Option<String>,
        text: String,
    }

    impl Report {
        /// As `TaskError` displays it, where there is a task. To be made before the panic is
        /// recorded, which may forget the task.
        pub(super) fn begin(info: &PanicHookInfo<'_>) -> Self {
            let here = context::current().map(|job| job.name().into_owned());
            let task = here.or_else(serve::task_name);
            let worker = serve::worker_name();
            let place = (worker.as_deref()).or_else(|| task.as_ref().map(|_| "inline"));
            let mut text = match &task {
                Some(task) => format!("task `{task}` panicked"),
                None => "panicked".to_owned(),
            };
            // Writing to a `String` does not fail.
            if let Some(location) = info.location() {
                let _ = write!(text, " at {location}");
            }
            if let Some(place) = place {
                let _ = write!(text, " on {place}");
            }
            let _ = write!(text, ": {}", panics::text(info.payload()));
            Report { worker, text }
        }

        pub(super) fn is_of_a_worker(&self) -> bool {
            self.worker.is_some()
        }

        pub(super) fn write(&self) {
            write(&self.text);
        }
    }

    /// The end of a program whose `main` returned an error.
    pub(crate) fn main_failed(error: &dyn Debug) {
        let text = format!("{error:?}");
        write(&format!("Error: {text}"));
        // An error that nothing catches is how a program fails here: an exit code in Node, an event
        // in a page.
        let error = js_sys::Error::new(&format!("main failed: {text}"));
        after_this_turn(move || wasm_bindgen::throw_val(error.into()));
    }
}
