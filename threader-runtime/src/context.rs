//! What a running function may ask about the task that it is: [`progress`], [`is_cancelled`], [`checkpoint`].

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::control::Progress;
use crate::job::AnyJob;
use crate::ledger::Ledger;
use crate::panics;

/// Tells the task's owner how far it is; read there with [`TaskControl::progress`](crate::TaskControl::progress).
/// The units are the task's own. Outside of a task it does nothing.
///
/// ```
/// #[threader::task]
/// fn sum(numbers: &[u64]) -> u64 {
///     let mut sum = 0;
///     for (index, number) in numbers.iter().enumerate() {
///         sum += number;
///         threader::progress(index as u64 + 1, numbers.len() as u64);
///     }
///     sum
/// }
///
/// let handle = threader::spawn!(sum(vec![1, 2, 3]));
/// let control = handle.control();
/// assert_eq!(threader::block_on(handle).unwrap(), 6);
/// assert_eq!(control.progress(), Some(threader::Progress { done: 3, total: 3 }));
/// ```
pub fn progress(done: u64, total: u64) {
    match current() {
        Some(job) => job.set_progress(Progress { done, total }),
        #[cfg(target_family = "wasm")]
        None => crate::backend::worker::serve::progress(done, total),
        #[cfg(not(target_family = "wasm"))]
        None => {}
    }
}

/// Whether the task that asks has been cancelled or has overrun its time, so that going on is in vain. `false` outside
/// of a task.
///
/// Seen at once on native threads, in Node, and in pages that are cross-origin isolated. In other pages no memory can be
/// shared, so a worker cannot see it: it is stopped instead, see [`TaskControl::cancel`](crate::TaskControl::cancel).
/// WebKit and Bun can stop a worker only where it calls JavaScript, which this is: ask now and then in a long loop.
///
/// ```
/// assert!(!threader::is_cancelled());
/// ```
pub fn is_cancelled() -> bool {
    // Of all tasks on this thread's stack: what runs within a task that is over is over too.
    let over = CURRENT.try_with(|stack| stack.borrow().iter().any(|job| job.is_in_vain()));
    if over == Ok(true) {
        return true;
    }
    #[cfg(target_family = "wasm")]
    return crate::backend::worker::serve::is_cancelled();
    #[cfg(not(target_family = "wasm"))]
    false
}

/// Leaves the task here if it has been cancelled or has overrun its time, by unwinding; else does nothing. See [`is_cancelled`].
///
/// It does nothing either while the thread unwinds already, from a panic or an earlier checkpoint: a destructor may call it.
///
/// ```
/// #[threader::task]
/// fn count(to: u64) -> u64 {
///     (0..to).inspect(|_| threader::checkpoint()).count() as u64
/// }
///
/// assert_eq!(threader::block_on(threader::spawn!(count(10))).unwrap(), 10);
/// ```
pub fn checkpoint() {
    // Where panics abort nothing unwinds, and a thread that has had a contained panic counts as panicking for ever.
    let unwinds = cfg!(panic = "unwind") && std::thread::panicking();
    if !unwinds && is_cancelled() {
        panics::leave_task();
    }
}

thread_local! {
    // A stack: a task that makes tasks runs them right there.
    static CURRENT: RefCell<Vec<Arc<dyn AnyJob>>> = const { RefCell::new(Vec::new()) };
    /// The books of the pools whose error hooks this thread is in.
    static HOOKS: RefCell<Vec<Arc<Ledger>>> = const { RefCell::new(Vec::new()) };
}

/// Whether this thread is in a task or in the error hook of the pool that keeps these books.
pub(crate) fn is_inside(ledger: &Arc<Ledger>) -> bool {
    let is_its = |job: &Arc<dyn AnyJob>| job.belongs_to(ledger);
    let is_it = |other: &Arc<Ledger>| Arc::ptr_eq(other, ledger);
    CURRENT.try_with(|stack| stack.borrow().iter().any(is_its)) == Ok(true)
        || HOOKS.try_with(|hooks| hooks.borrow().iter().any(is_it)) == Ok(true)
}

/// This thread is in the error hook of that pool until the guard is dropped.
pub(crate) fn enter_hook(ledger: &Arc<Ledger>) -> InHook {
    let _ = HOOKS.try_with(|hooks| hooks.borrow_mut().push(Arc::clone(ledger)));
    InHook(PhantomData)
}

// Not `Send`, as [`Entered`].
pub(crate) struct InHook(PhantomData<*const ()>);

impl Drop for InHook {
    fn drop(&mut self) {
        let ledger = HOOKS.try_with(|hooks| hooks.borrow_mut().pop());
        drop(ledger);
    }
}

/// The innermost task on this thread.
pub(crate) fn current() -> Option<Arc<dyn AnyJob>> {
    // `try_with`: a panic hook may ask while the thread is being taken down.
    CURRENT
        .try_with(|stack| stack.borrow().last().cloned())
        .ok()
        .flatten()
}

/// The tasks on this thread's stack were cut off: those that have not ended end now.
#[cfg(target_family = "wasm")]
pub(crate) fn cut_off(failure: &crate::error::Failure) {
    let jobs = CURRENT.try_with(RefCell::take).unwrap_or_default();
    let hooks = HOOKS.try_with(RefCell::take);
    drop(hooks);
    for job in jobs.into_iter().rev() {
        // A checkpoint may have left it because its time was over.
        job.expire(crate::clock::now());
        job.fail(failure.clone());
    }
}

/// From inside the panic hook, where panics abort: the tasks on this thread's stack will never be left in order.
#[cfg(all(target_family = "wasm", panic = "abort"))]
pub(crate) fn forget_all() {
    let _ = CURRENT.try_with(|stack| stack.try_borrow_mut().map(|mut stack| stack.clear()));
    let _ = HOOKS.try_with(|hooks| hooks.try_borrow_mut().map(|mut hooks| hooks.clear()));
}

/// `job` is what this thread does until the guard is dropped.
pub(crate) fn enter(job: Arc<dyn AnyJob>) -> Entered {
    // `try_with`: a destructor of the user's may run an inline task while the thread is being taken down.
    let _ = CURRENT.try_with(|stack| stack.borrow_mut().push(job));
    Entered(PhantomData)
}

// Not `Send`: it belongs to the thread whose stack it pops.
pub(crate) struct Entered(PhantomData<*const ()>);

impl Drop for Entered {
    fn drop(&mut self) {
        let job = CURRENT.try_with(|stack| stack.borrow_mut().pop());
        drop(job);
    }
}
