//! User code that does not return, or that waits for the pool it is called by: the rest of the pool goes on.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use futures_util::future::join;
use threader::{Pool, Status, TaskError, block_on, fire, prepare, spawn};

use super::{SOON, aside, check_closes, check_whole, lock, occupy};
use crate::check::{check, check_eq, check_fails};
use crate::cx::Told;
use crate::host::{until, within};
use crate::runner::{Needs, cases};
use crate::tasks::failing::panic_with_text;
use crate::tasks::hostile::{Act, OnDrop, panic_with_deed, perform, take};
use crate::tasks::{add, spin};
use crate::{Cx, Outcome};

cases![
    close_ends_though_the_hook_never_returns.needs(Needs::Threads),
    destructor_that_blocks_a_cancel_holds_up_no_report.needs(Needs::Threads),
    waker_may_wait_for_the_pool_inside_a_cancel.needs(Needs::Threads),
    shutdown_reaches_the_running_task_past_a_destructor_that_blocks.needs(Needs::Native),
    refused_task_of_a_batch_may_wait_for_room_when_dropped.needs(Needs::Native),
    tasks_that_fire_are_not_run_within_each_other.needs(Needs::Native),
    overdue_task_that_fires_takes_no_other_with_it.needs(Needs::Native),
    any_that_is_detached_reports_what_it_has_collected.needs(Needs::Threads),
    waker_that_blocks_costs_a_pool_of_one_no_worker.needs(Needs::Threads),
    payload_may_wait_for_its_own_pool_of_one_when_dropped.needs(Needs::Native),
    thread_local_may_wait_for_a_pool_when_dropped.needs(Needs::Native),
];

/// Holds up the user code that has its [`Wait`], until it is dropped.
struct Gate {
    _open: Sender<()>,
    reached: Arc<AtomicBool>,
}

struct Wait {
    opened: Mutex<Receiver<()>>,
    reached: Arc<AtomicBool>,
}

fn gate() -> (Gate, Wait) {
    let (open, opened) = channel();
    let reached = Arc::new(AtomicBool::new(false));
    let wait = Wait {
        opened: Mutex::new(opened),
        reached: Arc::clone(&reached),
    };
    let gate = Gate {
        _open: open,
        reached,
    };
    (gate, wait)
}

impl Gate {
    async fn is_reached(&self, what: &str) -> Outcome {
        until(what, || self.reached.load(Ordering::Acquire)).await
    }
}

impl Wait {
    fn wait(&self) {
        self.reached.store(true, Ordering::Release);
        let _ = lock(&self.opened).recv();
    }
}

/// Calls a function when it is woken.
struct Calls<F>(F);

impl<F: Fn() + Send + Sync + 'static> Wake for Calls<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

fn on_wake(call: impl Fn() + Send + Sync + 'static) -> Waker {
    Waker::from(Arc::new(Calls(call)))
}

fn poll<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

type Sum = Arc<Mutex<Option<Result<i64, TaskError>>>>;

/// Waits for a task of the pool, and where its end is put.
fn waits_for(pool: &Pool) -> (impl Fn() + Send + Sync + 'static, Sum) {
    let (pool, sum) = (pool.clone(), Sum::default());
    let slot = Arc::clone(&sum);
    let wait = move || {
        let end = block_on(spawn!(in &pool; add(1, 2)));
        *lock(&slot) = Some(end);
    };
    (wait, sum)
}

/// It is waited for from before the task fails, so no later call sets the limit for the hook.
async fn close_ends_though_the_hook_never_returns(cx: Cx) -> Outcome {
    let (hook, wait) = gate();
    let pool = cx.pool_with(|config| config.max_workers(1).on_error(move |_| wait.wait()));
    let (task, runs) = gate();
    let fails = move || {
        runs.wait();
        panic!("nothing waits for this");
    };
    fire!(in &pool; perform(Act::new(fails)));
    task.is_reached("the task runs").await?;
    // The first is polled before the second lets the task go on.
    let (end, ()) = join(within(60, "close", pool.close()), async { drop(task) }).await;
    end?;
    hook.is_reached("the hook is called").await?;
    drop(hook);
    check_closes(&pool).await
}

async fn destructor_that_blocks_a_cancel_holds_up_no_report(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config.max_workers(1)));
    let stuck = occupy(&cx, &pool).await?;
    let (value, wait) = gate();
    let queued = spawn!(in &pool; take(OnDrop::new(move || wait.wait())));
    let control = queued.control();
    queued.detach();
    let cancels = thread::spawn(move || control.cancel());
    value.is_reached("the argument is dropped").await?;
    fire!(in &pool; panic_with_text("nothing waits for this"));
    drop(stuck);
    until("both are reported", || told.errors().len() == 2).await?;
    drop(value);
    cancels.join().map_err(|_| "cancel panics")?;
    check_whole(&pool).await
}

async fn waker_may_wait_for_the_pool_inside_a_cancel(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(0));
    let (task, wait) = gate();
    let running = spawn!(in &pool; perform(Act::new(move || wait.wait())));
    task.is_reached("the task runs").await?;
    let (call, sum) = waits_for(&pool);
    let mut room = Box::pin(pool.room());
    check!(
        poll(&mut room, &on_wake(call)).is_pending(),
        "there is room"
    );
    let control = running.control();
    aside("cancel", move || control.cancel()).await?;
    until("the waker returns", || lock(&sum).is_some()).await?;
    check_fails!(within(30, "the cancelled task", running).await?, Cancelled);
    drop((task, room));
    check_closes(&pool).await
}

async fn shutdown_reaches_the_running_task_past_a_destructor_that_blocks(cx: Cx) -> Outcome {
    let pool = cx.single();
    let running = occupy(&cx, &pool).await?;
    let (value, wait) = gate();
    let queued = spawn!(in &pool; take(OnDrop::new(move || wait.wait())));
    let own = pool.clone();
    let shuts_down = thread::spawn(move || own.shutdown());
    value.is_reached("the argument is dropped").await?;
    check_fails!(within(30, "the running task", running).await?, Cancelled);
    check_fails!(within(30, "the queued task", queued).await?, Cancelled);
    drop(value);
    shuts_down.join().map_err(|_| "shutdown panics")?;
    check_closes(&pool).await
}

/// Room for the one is made by the end of the other, so that one has to be in the queue by then.
async fn refused_task_of_a_batch_may_wait_for_room_when_dropped(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(0));
    let (waits, submits) = (pool.clone(), pool.clone());
    let ends = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&ends);
    aside("the batch", move || {
        let refused = OnDrop::new(move || block_on(waits.room()));
        let batch = submits.settled([prepare!(take(OnDrop::default())), prepare!(take(refused))]);
        lock(&list).extend(block_on(batch));
    })
    .await?;
    let mut ends = std::mem::take(&mut *lock(&ends)).into_iter();
    let (Some(first), Some(second), None) = (ends.next(), ends.next(), ends.next()) else {
        return Err("a batch of two has not two ends".into());
    };
    check_eq!(first?, 1);
    check_fails!(second, QueueFull);
    check_closes(&pool).await
}

/// Else the stack would be as deep as the queue is long.
async fn tasks_that_fire_are_not_run_within_each_other(cx: Cx) -> Outcome {
    const TASKS: u64 = 20_000;
    const DEEP: usize = 50;
    let pool = cx.single();
    let (depth, deepest) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let fires = || {
        let (pool, depth, deepest) = (pool.clone(), Arc::clone(&depth), Arc::clone(&deepest));
        Act::new(move || {
            let now = depth.fetch_add(1, Ordering::Relaxed) + 1;
            deepest.fetch_max(now, Ordering::Relaxed);
            // One that is as deep has shown enough.
            if now < DEEP {
                fire!(in &pool; add(1, 1));
            }
            depth.fetch_sub(1, Ordering::Relaxed);
        })
    };
    pool.fire((0..TASKS).map(|_| prepare!(perform(fires()))));
    let deep = || deepest.load(Ordering::Relaxed);
    let over = || deep() > 1 || pool.metrics().completed == 2 * TASKS;
    until("all have run, with what they fired", over).await?;
    check_eq!(deep(), 1);
    check_whole(&pool).await
}

async fn overdue_task_that_fires_takes_no_other_with_it(cx: Cx) -> Outcome {
    let pool = cx.pool_with(|config| config.max_workers(1).on_error(|_| ()));
    let own = pool.clone();
    let deed = Act::new(move || {
        while !threader::is_cancelled() {
            thread::yield_now();
        }
        fire!(in &own; add(1, 1));
    });
    let overdue = spawn!(in &pool; perform(deed).timeout(SOON));
    let innocent = spawn!(in &pool; spin(1));
    check_fails!(within(30, "the overdue task", overdue).await?, TimedOut);
    within(30, "the task behind it", innocent).await??;
    check_whole(&pool).await
}

async fn any_that_is_detached_reports_what_it_has_collected(cx: Cx) -> Outcome {
    let told = Told::default();
    let pool = cx.pool_with(|config| told.listen(config));
    let (fails, wait_to_fail) = gate();
    let (runs, wait_to_end) = gate();
    let mut any = pool.any(
        1,
        [
            prepare!(perform(Act::new(move || {
                wait_to_fail.wait();
                panic!("one of two");
            }))),
            prepare!(perform(Act::new(move || wait_to_end.wait()))),
        ],
    );
    let woken = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&woken);
    let waker = on_wake(move || flag.store(true, Ordering::Release));
    check!(poll(&mut any, &waker).is_pending(), "nothing has ended");
    drop(fails);
    until("the first has failed", || woken.load(Ordering::Acquire)).await?;
    check!(poll(&mut any, &waker).is_pending(), "the second runs");
    check_eq!(told.errors().len(), 0);
    any.detach();
    until("it is reported", || !told.errors().is_empty()).await?;
    drop(runs);
    check_whole(&pool).await?;
    check_eq!(told.errors().len(), 1);
    check_eq!((pool.metrics().failed, pool.metrics().unattended), (1, 1));
    Ok(())
}

async fn waker_that_blocks_costs_a_pool_of_one_no_worker(cx: Cx) -> Outcome {
    let pool = cx.single();
    let (task, runs) = gate();
    let (waker, wait) = gate();
    let mut handle = spawn!(in &pool; perform(Act::new(move || runs.wait())));
    let blocks = on_wake(move || wait.wait());
    check!(
        poll(&mut handle, &blocks).is_pending(),
        "the task has ended"
    );
    drop((task, blocks));
    waker.is_reached("the waker is woken").await?;
    check_eq!(handle.control().status(), Status::Completed);
    let next = within(30, "the next task", spawn!(in &pool; add(1, 2)));
    check_eq!(next.await??, 3);
    drop((waker, handle));
    check_whole(&pool).await
}

async fn payload_may_wait_for_its_own_pool_of_one_when_dropped(cx: Cx) -> Outcome {
    let pool = cx.single();
    for keeps in [true, false] {
        let (call, sum) = waits_for(&pool);
        let handle = spawn!(in &pool; panic_with_deed(OnDrop::new(call)));
        match keeps {
            true => drop(check_fails!(
                within(30, "the task", handle).await?,
                Panicked
            )),
            false => handle.detach(),
        }
        until("the payload is dropped", || lock(&sum).is_some()).await?;
        check_eq!(lock(&sum).take(), Some(Ok(3)));
    }
    check_whole(&pool).await
}

/// A panic in such a destructor ends the program, so a child runs it.
async fn thread_local_may_wait_for_a_pool_when_dropped(cx: Cx) -> Outcome {
    super::child::survives("thread-local", cx.backend())
}

/// The thread-locals of threader come after that of the user's, and are gone before it.
pub(super) async fn thread_local_outlives_ours(cx: Cx) -> Outcome {
    thread_local! {
        static VALUE: std::cell::Cell<Option<OnDrop>> = const { std::cell::Cell::new(None) };
    }
    let pool = cx.single();
    let (call, sum) = waits_for(&pool);
    let own = pool.clone();
    let ended = thread::spawn(move || {
        VALUE.set(Some(OnDrop::new(call)));
        block_on(spawn!(in &own; add(1, 1)))
    })
    .join();
    check_eq!(ended.map_err(|_| "the thread panics")??, 2);
    let sum = lock(&sum).take().ok_or("the destructor did not run")?;
    check_eq!(sum?, 3);
    check_whole(&pool).await
}
