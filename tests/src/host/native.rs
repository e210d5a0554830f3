//! The native half of `host`.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::task::Poll;
use std::time::Duration;

use futures_util::task::AtomicWaker;

/// Lets the workers go on, then returns.
pub async fn turn() {
    let mut first = true;
    poll_fn(|context| {
        if !std::mem::take(&mut first) {
            return Poll::Ready(());
        }
        std::thread::yield_now();
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Ready after so many seconds. Dropping it ends its thread.
pub(super) async fn limit(seconds: u32) {
    let alarm = Arc::new((AtomicWaker::new(), AtomicBool::new(false)));
    let (_given_up, running) = mpsc::channel::<()>();
    let rings = Arc::clone(&alarm);
    std::thread::spawn(move || {
        if running.recv_timeout(Duration::from_secs(seconds.into()))
            == Err(RecvTimeoutError::Timeout)
        {
            rings.1.store(true, Ordering::Release);
            rings.0.wake();
        }
    });
    poll_fn(|context| {
        alarm.0.register(context.waker());
        if alarm.1.load(Ordering::Acquire) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// A native thread is never stopped from outside.
pub(crate) fn stops_loops() -> bool {
    false
}

/// Whether workers start workers; there are none here.
pub(crate) fn nests() -> bool {
    false
}

/// There is no JavaScript here; cases that need it do not apply.
pub(crate) fn evaluate(script: &str) {
    panic!("nothing here runs `{script}`");
}

/// As [`evaluate`].
pub(crate) fn text(expression: &str) -> Result<String, String> {
    Err(format!("nothing here evaluates `{expression}`"))
}

/// As [`evaluate`].
pub(crate) fn broken_glue(name: &str) -> Result<String, String> {
    Err(format!("there is no glue here, no {name} one either"))
}

/// Paths that differ from machine to machine and may stand in a text.
pub(crate) fn places() -> Vec<String> {
    Vec::new()
}

/// Writes one line to the console.
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// The bytes of memory that this process holds, where the system tells them as Linux does.
pub(crate) async fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024.0)
}

/// Of a clock that runs evenly.
pub(crate) fn milliseconds() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let start = START.get_or_init(std::time::Instant::now);
    start.elapsed().as_secs_f64() * 1000.0
}

/// The end of the program.
pub(crate) fn exit(code: u32) {
    std::process::exit(code as i32);
}

/// The end of the program.
pub(crate) fn trap() {
    std::process::abort();
}

/// Says a line that is meant for whoever reads the output as a whole. Not on standard output, where the harness prints its lines in parts.
pub(crate) fn note(line: &str) {
    eprintln!("{line}");
}

/// What a test binary finds in its environment that is to run one fault on one backend and to end of it: `trap threads`.
pub const CHILD: &str = "THREADER_FAULT_CHILD";

/// How a child of this test binary ended that had this to do, and what it said last.
pub(crate) fn end_of_child(fault: &str, backend: threader::Backend) -> Result<String, String> {
    use std::os::unix::process::ExitStatusExt;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let child = std::process::Command::new(program)
        .env(CHILD, format!("{fault} {backend}"))
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&child.stderr).into_owned();
    match (child.status.code(), child.status.signal()) {
        (Some(code), _) => Ok(format!("exit code {code}; {said}")),
        (_, Some(signal)) => Ok(format!("signal {signal}; {said}")),
        (None, None) => Err(child.status.to_string()),
    }
}

/// Dozens of cases panic on purpose; what they print would bury a panic that was not intended.
pub fn silence_expected_panics() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let meant = |file: &str| file.contains("tasks") || file.contains("cases");
        if !info.location().is_some_and(|place| meant(place.file())) {
            print(info);
        }
    }));
}

/// The names of this process's threads, where the system tells them as Linux does.
pub(crate) fn runners() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task");
    // One that ends meanwhile has no name any more.
    let names = tasks.into_iter().flatten().flatten();
    let mut names: Vec<String> = names
        .filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok())
        .map(|name| name.trim().to_owned())
        .collect();
    names.sort_unstable();
    names
}

/// There is no engine here.
pub(crate) fn engine_bytes() -> f64 {
    0.0
}

/// As [`engine_bytes`].
pub(crate) fn pages() -> usize {
    0
}
