//! Deaths that a task brings about itself.

use std::time::Duration;

use threader::{Backend, ErrorKind, spawn};

use super::scene::{End, Fault, strike};
use super::{SHARED_FATE, has_workers, needs_javascript, needs_page};
use crate::host::{closed_ports, stops_loops};
use crate::runner::{Needs, cases};
use crate::tasks::failing::{exhaust_memory, overflow_the_stack};
use crate::tasks::faulty::{exit, panic_out_of_cheese, sabotage, trap};
use crate::tasks::{begin_and_spin, begin_and_spin_deaf};
use crate::{Cx, Outcome};

cases![
    fault_panic.needs(Needs::Unwind),
    fault_trap.unless(needs_worker_or_child),
    fault_stack_overflow.unless(needs_worker_or_child),
    fault_exhausted_memory.unless(needs_worker_or_child),
    fault_exception.unless(needs_javascript),
    fault_exit.unless(needs_process),
    fault_exit_between_tasks.unless(needs_process_of_javascript),
    fault_self_close.unless(needs_page),
    fault_self_close_between_tasks.unless(needs_page),
    fault_unhandled_rejection.unless(needs_javascript),
    fault_exception_between_tasks.unless(needs_javascript),
    fault_nonsense_instead_of_a_result.unless(needs_open_ports),
    fault_endless_loop_with_a_timeout.needs(Needs::Unwind),
    fault_loop_that_never_asks_with_a_timeout,
];

const TIMEOUT: Duration = Duration::from_millis(100);

async fn fault_panic(cx: Cx) -> Outcome {
    strike(
        &cx,
        Fault {
            name: "panic",
            start: |pool, _| spawn!(in pool; panic_out_of_cheese()),
            end: End::Fails(ErrorKind::Panicked),
            // Where panics unwind they are caught in the worker.
            lost: u64::from(has_workers(cx.backend()) && cfg!(panic = "abort")),
        },
    )
    .await
}

async fn fault_trap(cx: Cx) -> Outcome {
    strike(&cx, dies("trap", |pool, _| spawn!(in pool; trap()))).await
}

async fn fault_stack_overflow(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies(
            "stack_overflow",
            |pool, _| spawn!(in pool; overflow_the_stack(0)),
        ),
    )
    .await
}

async fn fault_exhausted_memory(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies(
            "exhausted_memory",
            |pool, _| spawn!(in pool; exhaust_memory(1 << 30)),
        ),
    )
    .await
}

/// JavaScript that was called throws, through the task.
async fn fault_exception(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies(
            "exception",
            |pool, _| spawn!(in pool; sabotage("throw new TypeError('nobody catches this')")),
        ),
    )
    .await
}

async fn fault_exit(cx: Cx) -> Outcome {
    strike(&cx, dies("exit", |pool, _| spawn!(in pool; exit(7)))).await
}

async fn fault_exit_between_tasks(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies_later(
            "exit_between_tasks",
            |pool, _| spawn!(in pool; sabotage("setTimeout(() => process.exit(7), 0)")),
        ),
    )
    .await
}

/// The worker finishes the task that it is in, and hears of no other.
async fn fault_self_close(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies_later(
            "self_close",
            |pool, _| spawn!(in pool; sabotage("self.close()")),
        ),
    )
    .await
}

async fn fault_self_close_between_tasks(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies_later(
            "self_close_between_tasks",
            |pool, _| spawn!(in pool; sabotage("setTimeout(() => self.close(), 0)")),
        ),
    )
    .await
}

/// No one hears of it before the task has returned.
async fn fault_unhandled_rejection(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies_later("unhandled_rejection", |pool, _| {
            spawn!(in pool; sabotage("Promise.reject(new TypeError('nobody catches this'))"))
        }),
    )
    .await
}

async fn fault_exception_between_tasks(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies_later("exception_between_tasks", |pool, _| {
            spawn!(in pool; sabotage("setTimeout(() => { throw new TypeError('nobody catches this') }, 0)"))
        }),
    )
    .await
}

/// The worker runs the task, and answers with bytes that mean nothing.
async fn fault_nonsense_instead_of_a_result(cx: Cx) -> Outcome {
    strike(
        &cx,
        dies("nonsense_instead_of_a_result", |pool, _| {
            spawn!(in pool; sabotage(
                "const post = MessagePort.prototype.postMessage;
                 MessagePort.prototype.postMessage = function () { post.call(this, new Uint8Array([9, 9, 9]).buffer, []) }"
            ))
        }),
    )
    .await
}

/// The loop asks now and then whether it is still wanted, as long loops should.
async fn fault_endless_loop_with_a_timeout(cx: Cx) -> Outcome {
    strike(
        &cx,
        Fault {
            name: "endless_loop_with_a_timeout",
            start: |pool, _| spawn!(in pool; begin_and_spin(u64::MAX).timeout(TIMEOUT)),
            end: End::Fails(ErrorKind::TimedOut),
            lost: u64::from(has_workers(cx.backend())),
        },
    )
    .await
}

/// The task ends in time also where its loop cannot be ended.
async fn fault_loop_that_never_asks_with_a_timeout(cx: Cx) -> Outcome {
    strike(
        &cx,
        Fault {
            name: "loop_that_never_asks_with_a_timeout",
            start: |pool, cx| {
                let iterations = match stops_loops() {
                    true if has_workers(cx.backend()) => u64::MAX,
                    true => 300_000_000,
                    false => 1_000_000_000,
                };
                spawn!(in pool; begin_and_spin_deaf(iterations).timeout(TIMEOUT))
            },
            end: End::Fails(ErrorKind::TimedOut),
            lost: u64::from(has_workers(cx.backend())),
        },
    )
    .await
}

/// The worker dies, and the task with it.
fn dies(name: &'static str, start: super::scene::Start) -> Fault {
    Fault {
        name,
        start,
        end: End::Fails(ErrorKind::Crashed),
        lost: 1,
    }
}

/// The worker dies when the task has its value.
fn dies_later(name: &'static str, start: super::scene::Start) -> Fault {
    Fault {
        name,
        start,
        end: End::Value,
        lost: 1,
    }
}

fn needs_worker_or_child(backend: Backend) -> Option<&'static str> {
    (cfg!(target_arch = "wasm32") && !has_workers(backend)).then_some(SHARED_FATE)
}

fn needs_process(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Web => Some("a page has no process"),
        _ => needs_worker_or_child(backend),
    }
}

fn needs_process_of_javascript(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Web => Some("a page has no process"),
        _ => needs_javascript(backend),
    }
}

fn needs_open_ports(backend: Backend) -> Option<&'static str> {
    needs_javascript(backend).or_else(closed_ports)
}
