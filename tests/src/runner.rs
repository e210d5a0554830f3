//! Cases, what they need, and one run of one case.

use std::pin::Pin;

use threader::Backend;

use crate::{Cx, Outcome, within};

/// One property of the library, named as a sentence.
pub struct Case {
    name: &'static str,
    needs: Needs,
    /// Why it says nothing about a backend, beside what `needs` says.
    unless: fn(Backend) -> Option<&'static str>,
    selection: Selection,
    smoke: bool,
    in_other_pages: bool,
    body: Body,
}

/// A case's own code.
pub(crate) type Body = fn(Cx) -> Pin<Box<dyn Future<Output = Outcome>>>;

impl Case {
    pub(crate) fn new(name: &'static str, body: Body) -> Self {
        Self {
            name,
            needs: Needs::Nothing,
            unless: |_| None,
            selection: Selection::All,
            smoke: false,
            in_other_pages: false,
            body,
        }
    }

    /// What the backend has to offer for this case.
    pub(crate) fn needs(mut self, needs: Needs) -> Self {
        self.needs = needs;
        self
    }

    /// Says nothing about the backends for which this gives a reason.
    pub(crate) fn unless(mut self, reason: fn(Backend) -> Option<&'static str>) -> Self {
        self.unless = reason;
        self
    }

    /// Belongs to the short selection too.
    pub(crate) fn smoke(mut self) -> Self {
        self.smoke = true;
        self
    }

    /// Belongs to the pages, too, in which memory is shared or locks are missing. What needs shared
    /// memory does anyway, and the short selection.
    pub(crate) fn in_other_pages(mut self) -> Self {
        self.in_other_pages = true;
        self
    }

    /// Belongs to a selection with surroundings of its own, and to no other.
    pub(crate) fn only_in(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// The name without the backend.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the case belongs to the selection.
    pub fn is_in(&self, selection: Selection) -> bool {
        match selection {
            Selection::Smoke => self.smoke,
            Selection::Isolated | Selection::Insecure => {
                let needs_memory = self.needs == Needs::SharedMemory;
                self.selection == selection || self.smoke || self.in_other_pages || needs_memory
            }
            other => self.selection == other,
        }
    }

    /// Why the case says nothing about this backend, if it does not.
    pub fn not_applicable(&self, backend: Backend) -> Option<&'static str> {
        self.needs
            .missing(backend)
            .or_else(|| (self.unless)(backend))
    }

    /// Runs the case; one that hangs is an error as well.
    pub async fn run(&self, backend: Backend) -> Result<(), String> {
        within(120, "the case itself", (self.body)(Cx::new(backend)))
            .await?
            .map_err(|error| error.to_string())
    }
}

/// What a case needs of its backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Runs everywhere.
    Nothing,
    /// Two tasks at one time.
    Parallel,
    /// A program that outlives a panic in a task.
    Unwind,
    /// A program that outlives a trap in a task, and workers that can be stopped.
    Isolation,
    /// Workers that can be stopped in the middle of a loop.
    HardStop,
    /// Threads that share memory with the program.
    Threads,
    /// A native program, on either backend.
    Native,
    /// A page and its server.
    Web,
    /// Workers that can be relied on to start workers.
    Nesting,
    /// Workers that share at least a word of memory with the program.
    SharedMemory,
}

impl Needs {
    /// What of it the backend does not offer.
    pub(crate) fn missing(self, backend: Backend) -> Option<&'static str> {
        let isolated = matches!(backend, Backend::Web | Backend::Node);
        let (met, missing) = match self {
            Needs::Nothing => (true, ""),
            Needs::Parallel => (backend != Backend::Inline, "runs one task at a time"),
            Needs::Unwind => (true, ""),
            Needs::Isolation => (isolated, "tasks share the program's fate"),
            Needs::HardStop => (
                isolated && crate::host::stops_loops(),
                "this engine, or this backend, stops no loop inside wasm that never calls JavaScript",
            ),
            Needs::Threads => (backend == Backend::Threads, "is not about native threads"),
            Needs::Native => (!cfg!(target_arch = "wasm32"), "is not a native program"),
            Needs::Nesting => (
                isolated && crate::host::nests(),
                "no worker can be relied on to start workers here",
            ),
            Needs::SharedMemory => (
                isolated && shares_memory(),
                "shares no memory with its workers",
            ),
            Needs::Web => (backend == Backend::Web, "has no page and no server"),
        };
        (!met).then_some(missing)
    }
}

#[cfg(target_arch = "wasm32")]
use crate::host::engine::shares_memory;
#[cfg(not(target_arch = "wasm32"))]
fn shares_memory() -> bool {
    true
}

/// A part of the suite that is run by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every case but those that need special surroundings.
    All,
    /// A dozen cases that touch everything once.
    Smoke,
    /// A page whose policy refuses workers made of blobs.
    Csp,
    /// A page that requires Trusted Types, and in which elements have names that a script might
    /// read.
    Trusted,
    /// An engine without any kind of worker.
    NoWorkers,
    /// A program that counts its memory and runs one case after the other.
    Leaks,
    /// A page that is cross-origin isolated: its workers share memory with it.
    Isolated,
    /// A page that is no secure context: it has no Web Locks.
    Insecure,
}

impl Selection {
    /// The selection of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "all" => Some(Selection::All),
            "smoke" => Some(Selection::Smoke),
            "csp" => Some(Selection::Csp),
            "trusted" => Some(Selection::Trusted),
            "no_workers" => Some(Selection::NoWorkers),
            "leaks" => Some(Selection::Leaks),
            "isolated" => Some(Selection::Isolated),
            "insecure" => Some(Selection::Insecure),
            _ => None,
        }
    }
}

/// Makes the list of a module's cases; option methods of [`Case`] may stand behind a name.
macro_rules! cases {
    ($($name:ident $(. $option:ident ($($argument:expr)?))*),+ $(,)?) => {
        /// The cases of this module.
        pub(crate) fn cases() -> Vec<$crate::Case> {
            vec![$($crate::Case::new(stringify!($name), |cx| Box::pin($name(cx))) $(.$option($($argument)?))*),+]
        }
    };
}
pub(crate) use cases;
