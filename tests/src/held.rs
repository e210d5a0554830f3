//! What a program holds: memory, threads, and on wasm what else keeps the engine from ending.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::host;

/// The system's allocator, with a count of the bytes that are held. A program that wants to know
/// them makes it its own.
pub struct Counting;

static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: each call is the system allocator's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promises are those that are asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        BYTES.fetch_add(size, Ordering::Relaxed);
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, size) }
    }
}

/// The bytes that are held, on wasm by this instance of the program. `None` where they are not
/// counted.
pub fn bytes() -> Option<usize> {
    Some(BYTES.load(Ordering::Relaxed)).filter(|&bytes| bytes > 0)
}

/// What is held at one moment.
#[derive(Debug)]
pub(crate) struct Held {
    bytes: usize,
    /// Of the engine's own heap, on wasm.
    engine: f64,
    /// Pages of this instance's memory, on wasm.
    pages: usize,
    /// The names of threads; on wasm the kinds of what keeps the engine's loop going.
    runners: Vec<String>,
}

/// A kind of thing that is held.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Memory,
    Runners,
}

/// Rounding: caches that grow by one entry, a map that is rebuilt; on wasm also the table of references to JavaScript's
/// values, which doubles. About two of its slots stay taken for each pool that ends, for a reason that is not known: this
/// bound goes back to 4,096 when that is found.
const BYTES_MORE: usize = if cfg!(target_arch = "wasm32") {
    8192
} else {
    4096
};
/// What an engine's garbage collector leaves now and then.
const ENGINE_MORE: f64 = 1_500_000.0;
/// Gaps between what is held.
const PAGES_MORE: usize = 4;

impl Held {
    /// Now.
    pub(crate) fn now() -> Result<Self, String> {
        Ok(Held {
            bytes: bytes().ok_or("this program does not count its memory")?,
            engine: host::engine_bytes(),
            pages: host::pages(),
            runners: host::runners(),
        })
    }

    /// What of it is more than there was before.
    fn more_than(&self, before: &Held) -> Vec<(What, String)> {
        let mut more = Vec::new();
        let mut look = |what, is_more: bool, text: String| {
            if is_more {
                more.push((what, text));
            }
        };
        look(
            What::Runners,
            self.runners.len() > before.runners.len(),
            format!("{:?} run and not {:?}", self.runners, before.runners),
        );
        look(
            What::Memory,
            self.bytes > before.bytes + BYTES_MORE,
            format!("{} bytes and not {}", self.bytes, before.bytes),
        );
        look(
            What::Memory,
            self.engine > before.engine + ENGINE_MORE,
            format!(
                "{} bytes of the engine's and not {}",
                self.engine, before.engine
            ),
        );
        look(
            What::Memory,
            self.pages > before.pages + PAGES_MORE,
            format!("{} pages and not {}", self.pages, before.pages),
        );
        more
    }

    /// Returns when no more is held than there was; threads take their time to end. An error says
    /// what is left.
    pub(crate) async fn returns(&self) -> crate::Outcome {
        self.come_back(|_| true).await
    }

    /// As [`returns`](Self::returns), of threads alone.
    pub(crate) async fn threads_return(&self) -> crate::Outcome {
        self.come_back(|what| what == What::Runners).await
    }

    async fn come_back(&self, matters: fn(What) -> bool) -> crate::Outcome {
        let end = host::milliseconds() + GUARD;
        loop {
            let mut more = Held::now()?.more_than(self);
            more.retain(|(what, _)| matters(*what));
            if more.is_empty() {
                return Ok(());
            }
            if host::milliseconds() > end {
                let more: Vec<_> = more.into_iter().map(|(_, text)| text).collect();
                return Err(format!("more is held than before: {}", more.join("; ")).into());
            }
            for _ in 0..20 {
                host::turn().await;
            }
        }
    }
}

/// Milliseconds; a guard against waiting for good, and no measure.
const GUARD: f64 = 15_000.0;
