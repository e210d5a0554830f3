//! User code that misbehaves: values, payloads and tasks that panic, or that call threader again, where it is least expected.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use threader::{ErrorKind, Pool};

use super::{add, begin_and_spin, turns};

/// Whether this thread unwinds. Where panics abort it never does, and counts as panicking ever after.
fn unwinds() -> bool {
    cfg!(panic = "unwind") && std::thread::panicking()
}

/// What a value does at a moment of its life.
pub type Deed = Box<dyn FnOnce() + Send>;

/// Does something when it is dropped. A copy that was made from bytes does nothing.
#[derive(Default, Serialize, Deserialize)]
pub struct OnDrop {
    #[serde(skip)]
    deed: Option<Deed>,
}

impl OnDrop {
    /// The destructor does this.
    pub fn new(deed: impl FnOnce() + Send + 'static) -> Self {
        OnDrop {
            deed: Some(Box::new(deed)),
        }
    }

    /// The destructor panics, unless the thread unwinds already.
    pub fn panics() -> Self {
        Self::new(|| {
            if !unwinds() {
                panic!("a destructor's own panic");
            }
        })
    }
}

impl Drop for OnDrop {
    fn drop(&mut self) {
        if let Some(deed) = self.deed.take() {
            deed();
        }
    }
}

impl std::fmt::Debug for OnDrop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OnDrop").field(&self.deed.is_some()).finish()
    }
}

/// One of several: as many are alive as the shared count says, less one for its owner. Copies made from bytes do not count.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Counted {
    #[serde(skip)]
    _count: Option<Arc<()>>,
}

impl Counted {
    /// One more.
    pub fn of(count: &Arc<()>) -> Self {
        Counted {
            _count: Some(Arc::clone(count)),
        }
    }
}

/// Drops its argument.
#[threader::task]
pub fn take(_value: OnDrop) -> u64 {
    1
}

/// Drops its argument.
#[threader::task]
pub fn take_counted(_value: Counted) -> u64 {
    1
}

/// What a task does; an effect, whatever it is. Native: it does not travel, and a copy made from bytes does nothing.
#[derive(Default, Serialize, Deserialize)]
pub struct Act {
    #[serde(skip)]
    deed: Option<Deed>,
}

impl Act {
    /// The task does this.
    pub fn new(deed: impl FnOnce() + Send + 'static) -> Self {
        Act {
            deed: Some(Box::new(deed)),
        }
    }

    fn perform(self) {
        if let Some(deed) = self.deed {
            deed();
        }
    }
}

/// Does what it is told.
#[threader::task(trust(Act::perform))]
pub fn perform(act: Act) -> u64 {
    Act::perform(act);
    1
}

/// Does what it is told, drops its argument, and gives the value.
#[threader::task(trust(Act::perform))]
pub fn perform_and_give(act: Act, argument: OnDrop, value: OnDrop) -> OnDrop {
    Act::perform(act);
    // By hand: where it panics after the end of the body, the compiler forgets the value.
    drop(argument);
    value
}

/// Panics in the destructor of a value of its own.
#[threader::task(trust(OnDrop::panics))]
pub fn drop_a_bomb() -> u64 {
    let _bomb = OnDrop::panics();
    1
}

/// Gives a value whose destructor panics; where it is written first, on the side of the worker too.
#[threader::task(trust(OnDrop::panics))]
pub fn give_a_bomb() -> OnDrop {
    OnDrop::panics()
}

/// A panic's payload whose destructor panics with such a payload, that many levels deep.
pub struct Payload(pub u32);

impl Drop for Payload {
    fn drop(&mut self) {
        if self.0 > 0 && !unwinds() {
            std::panic::panic_any(Payload(self.0 - 1));
        }
    }
}

/// Panics with a [`Payload`].
#[threader::task(trust(Payload))]
pub fn panic_with_payload(levels: u32) -> u64 {
    std::panic::panic_any(Payload(levels))
}

/// Panics with a payload whose destructor does something. Native: a deed does not travel.
#[threader::task]
pub fn panic_with_deed(deed: OnDrop) -> u64 {
    std::panic::panic_any(deed)
}

/// Its destructor calls a function that asks for a cancel, as any helper may.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        turns(3);
    }
}

/// Works, and has a destructor to run when it is left.
#[threader::task(trust(Guard))]
pub fn spin_guarded(iterations: u64) -> u64 {
    let _guard = Guard;
    threader::progress(0, iterations);
    turns(iterations)
}

/// Panics once it is cancelled, with a destructor to run.
#[threader::task(trust(Guard))]
pub fn panic_guarded() -> u64 {
    let _guard = Guard;
    threader::progress(0, 1);
    while !threader::is_cancelled() {}
    panic!("cancelled, and not left at a checkpoint")
}

/// The value of a future that is ready, as everything is that a task starts.
pub fn ready<F: Future>(future: F) -> Option<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The strategies that [`work_inside`] knows.
pub const STRATEGIES: [&str; 7] = ["all", "settled", "race", "any", "stream", "spawn", "fire"];

/// Starts a task that works inside of this one, by this strategy.
#[threader::task(trust(inside))]
pub fn work_inside(strategy: &str, iterations: u64) -> bool {
    inside(strategy, iterations)
}

/// As [`work_inside`], two tasks down.
#[threader::task(trust(far_inside))]
pub fn work_far_inside(strategy: &str, iterations: u64) -> bool {
    far_inside(strategy, iterations)
}

fn far_inside(strategy: &str, iterations: u64) -> bool {
    threader::progress(0, iterations);
    let inner = threader::spawn!(work_inside(strategy, iterations));
    matches!(ready(inner), Some(Ok(true)))
}

fn inside(strategy: &str, iterations: u64) -> bool {
    threader::progress(0, iterations);
    match strategy {
        "all" => ready(threader::all!(
            begin_and_spin(iterations),
            begin_and_spin(iterations)
        ))
        .is_some_and(|end| end.is_ok()),
        "settled" => ready(threader::settled!(for n in [iterations; 2] => begin_and_spin(n)))
            .is_some_and(|ends| ends.iter().all(Result::is_ok)),
        "race" => ready(threader::race!(
            begin_and_spin(iterations),
            begin_and_spin(iterations)
        ))
        .is_some_and(|end| end.is_ok()),
        "any" => ready(threader::any!(2; for n in [iterations; 2] => begin_and_spin(n)))
            .is_some_and(|end| end.is_ok()),
        "stream" => {
            let mut stream = pin!(threader::stream!(for n in [iterations; 2] => begin_and_spin(n)));
            let next = futures_util::StreamExt::next(&mut stream);
            matches!(ready(next), Some(Some((_, Ok(_)))))
        }
        "spawn" => {
            ready(threader::spawn!(begin_and_spin(iterations))).is_some_and(|end| end.is_ok())
        }
        _ => {
            threader::fire!(begin_and_spin(iterations));
            true
        }
    }
}

/// Starts small tasks inside of this one until one of them fails.
#[threader::task(trust(until_one_fails))]
pub fn work_in_small_tasks() -> bool {
    until_one_fails(&|_| ())
}

/// As [`work_in_small_tasks`], and shows the error before it returns. Native: a deed does not travel.
#[threader::task(trust(until_one_fails))]
pub fn work_in_small_tasks_and_tell(tell: Tell) -> bool {
    until_one_fails(&|kind| tell.call(kind))
}

/// `false` if one is not ready when it was started.
fn until_one_fails(tell: &dyn Fn(ErrorKind)) -> bool {
    threader::progress(0, 1);
    loop {
        match ready(threader::spawn!(add(1, 1))) {
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                tell(error.kind());
                return true;
            }
            None => return false,
        }
    }
}

/// Carries a way back to the case. Native: it does not travel.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Tell {
    #[serde(skip)]
    tell: Option<Arc<dyn Fn(ErrorKind) + Send + Sync>>,
}

impl Tell {
    /// The case is called with this.
    pub fn new(tell: impl Fn(ErrorKind) + Send + Sync + 'static) -> Self {
        Tell {
            tell: Some(Arc::new(tell)),
        }
    }

    /// Calls the case.
    pub fn call(&self, kind: ErrorKind) {
        if let Some(tell) = &self.tell {
            tell(kind);
        }
    }
}

/// Waits for tasks inside of a task, and inside of a wait.
#[threader::task(trust(wait))]
pub fn wait_inside(depth: u32) -> i64 {
    wait(depth)
}

fn wait(depth: u32) -> i64 {
    let inner = threader::block_on(async {
        match depth {
            0 => threader::spawn!(add(1, 1)).await,
            _ => threader::block_on(threader::spawn!(wait_inside(depth - 1))),
        }
    });
    inner.unwrap_or(-1)
}

/// Makes a pool inside of a task, uses it, and drops it.
#[threader::task(trust(pool_inside))]
pub fn pool_of_its_own(workers: usize) -> Option<i64> {
    pool_inside(workers)
}

fn pool_inside(workers: usize) -> Option<i64> {
    let pool = Pool::new(threader::Config::new().max_workers(workers));
    ready(threader::spawn!(in pool; add(1, 2)))?.ok()
}

/// A value whose way to bytes and back is hostile.
#[derive(Debug)]
pub struct Wire(pub Trouble);

/// What is hostile about a [`Wire`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// `Serialize` panics.
    WritePanics,
    /// `Deserialize` panics.
    ReadPanics,
    /// `Serialize` starts a task.
    WriteStarts,
    /// `Deserialize` starts a task.
    ReadStarts,
}

impl Serialize for Wire {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Trouble::WritePanics => panic!("`Serialize` panics"),
            Trouble::WriteStarts => start_one(),
            _ => {}
        }
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Wire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let trouble = Trouble::deserialize(deserializer)?;
        match trouble {
            Trouble::ReadPanics => panic!("`Deserialize` panics"),
            Trouble::ReadStarts => start_one(),
            _ => {}
        }
        Ok(Wire(trouble))
    }
}

/// Of the global pool: what is given back to the case has no pool with it.
fn start_one() {
    threader::fire!(add(1, 1));
}

/// Takes a hostile value.
#[threader::task]
pub fn take_wire(value: Wire) -> bool {
    matches!(value, Wire(_))
}

/// Gives a hostile value.
#[threader::task]
pub fn give_wire(trouble: Trouble) -> Wire {
    Wire(trouble)
}
