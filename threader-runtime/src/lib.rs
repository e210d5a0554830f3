//! The runtime behind the crate `threader`: tasks, pools, backends and the wire format.
//!
//! Depend on `threader`, which re-exports what is public here and adds the macros. ARCHITECTURE.md in the repository is
//! the map; the way of a task through this crate is [`Task`] → `Job` → backend → `Group` → strategy.

mod backend;
mod clock;
mod codec;
mod config;
mod console;
mod context;
mod control;
mod errands;
mod error;
// Frames are built on every platform, so that their property tests run where tests are cheap; only workers exchange them.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
mod frame;
mod group;
mod handle;
mod job;
mod ledger;
mod metrics;
#[cfg(all(loom, test))]
mod models;
mod panics;
mod pool;
mod purity;
#[cfg_attr(not(test), allow(dead_code))]
mod queue;
mod registry;
mod run_main;
mod strategies;
mod stub;
mod sync;
mod task;
mod terms;
mod timer;
mod user_code;
mod waiters;

pub use backend::Backend;
pub use config::{Config, Coordinator};
pub use context::{checkpoint, is_cancelled, progress};
pub use control::{Progress, ProgressStream, Status, TaskControl};
pub use error::{AggregateError, ErrorKind, TaskError};
pub use handle::TaskHandle;
pub use metrics::{Histogram, Metrics, WorkerMetrics};
pub use pool::{ConfigureError, Pool, configure};
pub use run_main::block_on;
pub use strategies::{
    All, Any, Race, Settled, Stream, all, any, fire, race, settled, spawn, stream,
};
pub use task::Task;
pub use terms::Priority;

/// The script that threader's workers run in browsers: the same for every program, see
/// [`Config::worker_url`]. In the repository it is the file `threader-worker.js`.
///
/// ```
/// // In a build script of a site with a strict Content-Security-Policy:
/// # let dist = std::env::temp_dir();
/// std::fs::write(dist.join("threader-worker.js"), threader::WORKER_SCRIPT).unwrap();
/// ```
pub const WORKER_SCRIPT: &str = include_str!("backend/worker/threader-worker.js");

/// What the macros' expansions name. Not for people: it changes with every version.
#[doc(hidden)]
pub mod __private {
    pub use crate::__register as register;
    pub use crate::backend::main_is_guarded;
    pub use crate::purity::{
        Anything, OtherType, Shareable, Static, Type, state_that_can_change_needs_allow_global,
    };
    #[cfg(target_family = "wasm")]
    pub use crate::registry::found;
    pub use crate::registry::{Info, Registration, call_by_id, registration};
    pub use crate::run_main::{MainResult, run_main};
    pub use crate::strategies::{TaskTuple, all_items, settled_items};
    pub use crate::task::{
        Argument, Arguments, Bound, IntoItems, IntoTask, IntoText, Returned, ReturnedError, bind,
        broken, broken_async, item, items, text,
    };
    pub use crate::terms::{Priority, Wishes};
    #[cfg(not(target_family = "wasm"))]
    pub use inventory;
}
