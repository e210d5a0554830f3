//! The program itself: its steps, and its end.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::Stream as _;
use threader::{
    All, Any, Config, ErrorKind, Pool, Priority, Race, Settled, Status, Stream, Task, TaskControl,
    TaskError, TaskHandle, block_on, prepare,
};
use threader_tests::tasks::hostile::{Act, OnDrop, perform_and_give};

use super::deeds::{World, anywhere, in_a_body, in_a_hook, waker};
use super::dice::Dice;
use super::watch::{Watch, lock};

pub(crate) struct Program {
    dice: Dice,
    world: Arc<World>,
    held: Vec<Held>,
    /// What each task was first seen to have ended in.
    ended: HashMap<usize, Status>,
}

/// A strategy of the program.
struct Held {
    future: Strategy,
    controls: Vec<TaskControl>,
}

enum Strategy {
    Handle(TaskHandle<OnDrop>),
    All(All<Vec<OnDrop>>),
    Settled(Settled<Vec<Result<OnDrop, TaskError>>>),
    Race(Race<OnDrop>),
    Any(Any<OnDrop>),
    Stream(Stream<OnDrop>, Vec<usize>),
    /// `close` or `room` of a pool.
    Pool(Pin<Box<dyn Future<Output = ()> + Send>>),
}

type Wrong = Result<(), String>;

impl Program {
    pub(crate) fn new(seed: u64) -> Self {
        Program {
            dice: Dice::new(seed),
            world: World::new(),
            held: Vec::new(),
            ended: HashMap::new(),
        }
    }

    pub(crate) fn run(mut self, watch: &Watch) -> Wrong {
        for _ in 0..1 + self.dice.roll(2) {
            let pool = self.pool(watch);
            lock(&self.world.pools).push(Some(pool));
        }
        for _ in 0..3 + self.dice.roll(24) {
            self.step(watch)?;
            self.check_settled_once(watch)?;
        }
        self.end(watch)
    }

    fn pool(&mut self, watch: &Watch) -> Pool {
        let dice = &mut self.dice;
        let workers = dice.roll(4);
        let hook = dice.once_in(3).then(|| in_a_hook(dice));
        let limit = dice.once_in(3).then(|| dice.roll(4));
        let detached = dice.once_in(4).then(|| dice.roll(3));
        let grace = Duration::from_millis(dice.roll(3) as u64);
        watch.step(format!(
            "a pool of {workers}, hook {hook:?}, queue limit {limit:?}, at most {detached:?} detached, grace {grace:?}"
        ));
        let mut config = Config::new().max_workers(workers).cancel_grace(grace);
        if let Some(limit) = limit {
            config = config.queue_limit(limit);
        }
        if let Some(detached) = detached {
            config = config.max_detached(detached);
        }
        if let Some(deed) = hook {
            let world = Arc::downgrade(&self.world);
            // Not for ever: a hook that fires what fails would go round.
            let left = std::sync::atomic::AtomicU32::new(3);
            config = config.on_error(move |_| {
                use std::sync::atomic::Ordering::Relaxed;
                let more = left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
                if let (Ok(_), Some(world)) = (more, world.upgrade()) {
                    world.act(deed);
                }
            });
        }
        Pool::new(config)
    }

    fn task(&mut self, watch: &Watch) -> Task<OnDrop> {
        let dice = &mut self.dice;
        let body = in_a_body(dice);
        let (argument, value) = (anywhere(dice), anywhere(dice));
        let timeout = dice
            .once_in(4)
            .then(|| Duration::from_millis(dice.roll(4) as u64));
        let deadline = dice
            .once_in(4)
            .then(|| Duration::from_millis(dice.roll(4) as u64));
        let priority = dice.pick(&[Priority::High, Priority::Normal, Priority::Low]);
        watch.step(format!(
            "  task {}: {body:?}, argument {argument:?}, value {value:?}, timeout {timeout:?}, deadline {deadline:?}",
            lock(&self.world.controls).len()
        ));
        let world = &self.world;
        let (argument, value) = (world.on_drop(argument), world.on_drop(value));
        let act = Act::new(world.will(body));
        let mut task = prepare!(perform_and_give(act, argument, value)).priority(priority);
        if let Some(timeout) = timeout {
            task = task.timeout(timeout);
        }
        if let Some(deadline) = deadline {
            task = task.deadline(deadline);
        }
        lock(&self.world.controls).push(task.control());
        watch.task(task.control());
        task
    }

    fn tasks(&mut self, watch: &Watch) -> Vec<Task<OnDrop>> {
        (0..1 + self.dice.roll(4))
            .map(|_| self.task(watch))
            .collect()
    }

    fn step(&mut self, watch: &Watch) -> Wrong {
        let n = self.dice.roll(8);
        match self.dice.roll(21) {
            0..=4 => self.start(n, watch),
            5..=8 => self.start_several(n, watch),
            9 => self.fire(n, watch),
            10 => self.let_go(watch, true),
            11 => self.let_go(watch, false),
            12 | 13 => self.cancel(n, watch),
            14 | 15 => self.poll(watch),
            16 => self.wait(watch),
            17 => self.wait_for_pool(n, watch),
            18 => self.end_pool(n, watch),
            19 => {
                watch.step("give way".to_owned());
                (0..self.dice.roll(200)).for_each(|_| std::thread::yield_now());
                Ok(())
            }
            _ => {
                watch.step("open the gate".to_owned());
                self.world.open_the_gate();
                Ok(())
            }
        }
    }

    fn start(&mut self, n: usize, watch: &Watch) -> Wrong {
        let Some(pool) = self.world.pool(n) else {
            return Ok(());
        };
        watch.step(format!("spawn in {n}"));
        let task = self.task(watch);
        let handle = unharmed("spawn", || pool.spawn(task))?;
        let controls = vec![handle.control()];
        self.hold(Strategy::Handle(handle), controls);
        Ok(())
    }

    fn start_several(&mut self, n: usize, watch: &Watch) -> Wrong {
        let Some(pool) = self.world.pool(n) else {
            return Ok(());
        };
        let kind = self.dice.roll(5);
        watch.step(format!("strategy {kind} in {n}"));
        let tasks = self.tasks(watch);
        let controls = tasks.iter().map(Task::control).collect();
        let needed = 1 + self.dice.roll(tasks.len());
        let future = unharmed("a strategy", || match kind {
            0 => Strategy::All(pool.all(tasks)),
            1 => Strategy::Settled(pool.settled(tasks)),
            2 => Strategy::Race(pool.race(tasks)),
            3 => Strategy::Any(pool.any(needed, tasks)),
            _ => Strategy::Stream(pool.stream(tasks), Vec::new()),
        })?;
        self.hold(future, controls);
        Ok(())
    }

    fn hold(&mut self, future: Strategy, controls: Vec<TaskControl>) {
        self.held.push(Held { future, controls });
    }

    fn fire(&mut self, n: usize, watch: &Watch) -> Wrong {
        let Some(pool) = self.world.pool(n) else {
            return Ok(());
        };
        watch.step(format!("fire in {n}"));
        let tasks = self.tasks(watch);
        unharmed("fire", || pool.fire(tasks))
    }

    fn let_go(&mut self, watch: &Watch, detach: bool) -> Wrong {
        if self.held.is_empty() {
            return Ok(());
        }
        let index = self.dice.roll(self.held.len());
        let held = self.held.swap_remove(index);
        watch.step(format!("let go of {index}, detach {detach}"));
        if detach {
            unharmed("detach", || held.future.detach())
        } else {
            drop_it(held);
            Ok(())
        }
    }

    fn cancel(&mut self, n: usize, watch: &Watch) -> Wrong {
        watch.step(format!("cancel {n}"));
        let controls = lock(&self.world.controls).clone();
        match controls.get(n % controls.len().max(1)) {
            Some(control) => unharmed("cancel", || control.cancel()),
            None => Ok(()),
        }
    }

    fn poll(&mut self, watch: &Watch) -> Wrong {
        if self.held.is_empty() {
            return Ok(());
        }
        let index = self.dice.roll(self.held.len());
        watch.step(format!("poll {index}"));
        let waker = waker(&self.world, &mut self.dice, watch);
        let over = self.held[index].poll(&mut Context::from_waker(&waker));
        drop_it(waker);
        if over?.is_ready() {
            drop_it(self.held.swap_remove(index));
        }
        Ok(())
    }

    fn wait(&mut self, watch: &Watch) -> Wrong {
        if self.held.is_empty() {
            return Ok(());
        }
        let index = self.dice.roll(self.held.len());
        watch.step(format!("wait for {index}"));
        self.world.open_the_gate();
        let held = self.held.swap_remove(index);
        held.wait()
    }

    fn wait_for_pool(&mut self, n: usize, watch: &Watch) -> Wrong {
        let Some(pool) = self.world.pool(n) else {
            return Ok(());
        };
        let close = self.dice.once_in(6);
        watch.step(format!("wait for pool {n}, close {close}"));
        let future: Pin<Box<dyn Future<Output = ()> + Send>> = if close {
            unharmed("close", || Box::pin(pool.close()))?
        } else {
            Box::pin(pool.room())
        };
        self.hold(Strategy::Pool(future), Vec::new());
        Ok(())
    }

    fn end_pool(&mut self, n: usize, watch: &Watch) -> Wrong {
        if self.dice.once_in(2) {
            watch.step(format!("drop pool {n}"));
            return unharmed("dropping a pool", || self.world.drop_pool(n));
        }
        watch.step(format!("shut down {n}"));
        match self.world.pool(n) {
            Some(pool) => unharmed("shutdown", || pool.shutdown()),
            None => Ok(()),
        }
    }

    /// What has ended stays as it is.
    fn check_settled_once(&mut self, watch: &Watch) -> Wrong {
        for (index, control) in watch.tasks().iter().enumerate() {
            let status = control.status();
            if !is_open(status) {
                let first = *self.ended.entry(index).or_insert(status);
                if first != status {
                    return Err(format!("task {index} was {first:?} and is {status:?}"));
                }
            }
        }
        Ok(())
    }

    fn end(mut self, watch: &Watch) -> Wrong {
        self.world.open_the_gate();
        while let Some(held) = self.held.pop() {
            let wait = self.dice.once_in(2);
            watch.step(format!("in the end, wait {wait}"));
            if wait {
                held.wait()?;
            } else {
                drop_it(held);
            }
        }
        let pools: Vec<Pool> = lock(&self.world.pools).iter().flatten().cloned().collect();
        for pool in &pools {
            watch.step(format!("close {pool:?}"));
            if self.dice.once_in(4) {
                unharmed("shutdown", || pool.shutdown())?;
            }
            let close = unharmed("close", || pool.close())?;
            unharmed("the end of close", || block_on(close))?;
        }
        watch.step("everything settles".to_owned());
        let tasks = watch.tasks();
        until(|| tasks.iter().all(|task| !is_open(task.status())))
            .map_err(|_| "a task is open for ever".to_owned())?;
        self.check_settled_once(watch)?;
        for pool in &pools {
            until(|| adds_up(pool)).map_err(|_| format!("its books: {:?}", pool.metrics()))?;
        }
        drop(pools);
        let dropped = std::mem::take(&mut *lock(&self.world.pools));
        unharmed("dropping the pools", || drop(dropped))?;
        drop(tasks);
        watch.let_go_of_the_tasks();
        let controls = std::mem::take(&mut *lock(&self.world.controls));
        drop_them(controls);
        watch.step("everything is dropped".to_owned());
        // The world's own count is the last.
        until(|| Arc::strong_count(&self.world.alive) == 1).map_err(|_| {
            format!(
                "{} values are left",
                Arc::strong_count(&self.world.alive) - 1
            )
        })
    }
}

fn is_open(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Running)
}

fn adds_up(pool: &Pool) -> bool {
    let metrics = pool.metrics();
    let ended = metrics.completed + metrics.failed + metrics.cancelled + metrics.timed_out;
    metrics.submitted == ended && (metrics.queued, metrics.running) == (0, 0)
}

/// Far more than it can need.
fn until(holds: impl Fn() -> bool) -> Result<(), ()> {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > Duration::from_secs(30) {
            return Err(());
        }
        std::thread::yield_now();
    }
    Ok(())
}

/// No panic of a task's, a value's or a waker's comes out of a call of threader.
pub(crate) fn unharmed<T>(what: &str, call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        std::mem::forget(payload);
        format!("{what} panics in its caller: {text:?}")
    })
}

/// A value of the program's own, whose destructor may panic here.
pub(crate) fn drop_it<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value)))
        && let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload)))
    {
        std::mem::forget(second);
    }
}

impl Held {
    fn wait(mut self) -> Wrong {
        let end = block_on(std::future::poll_fn(|cx| match self.poll(cx) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(())) => Poll::Ready(Ok(())),
            Err(wrong) => Poll::Ready(Err(wrong)),
        }));
        drop_it(self);
        end
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Result<Poll<()>, String> {
        let controls = &self.controls;
        match &mut self.future {
            Strategy::Handle(handle) => {
                seen(unharmed("a handle", || Pin::new(handle).poll(cx))?, |end| {
                    fits(&end, &controls[0])?;
                    drop_it(end);
                    Ok(())
                })
            }
            Strategy::Settled(settled) => seen(
                unharmed("settled", || Pin::new(settled).poll(cx))?,
                |ends| {
                    if ends.len() != controls.len() {
                        return Err(format!("{} ends of {} tasks", ends.len(), controls.len()));
                    }
                    for (end, control) in ends.into_iter().zip(controls) {
                        fits(&end, control)?;
                        drop_it(end);
                    }
                    Ok(())
                },
            ),
            Strategy::All(all) => seen(unharmed("all", || Pin::new(all).poll(cx))?, |end| {
                let count = end.as_ref().map_or(controls.len(), Vec::len);
                drop_them(end.unwrap_or_default());
                if count != controls.len() {
                    return Err(format!("{count} values of {} tasks", controls.len()));
                }
                Ok(())
            }),
            Strategy::Race(race) => seen(unharmed("race", || Pin::new(race).poll(cx))?, |end| {
                drop_it(end);
                Ok(())
            }),
            Strategy::Any(any) => seen(unharmed("any", || Pin::new(any).poll(cx))?, |end| {
                drop_them(end.unwrap_or_default());
                Ok(())
            }),
            Strategy::Stream(stream, yielded) => loop {
                match unharmed("stream", || Pin::new(&mut *stream).poll_next(cx))? {
                    Poll::Pending => return Ok(Poll::Pending),
                    Poll::Ready(None) if yielded.len() == controls.len() => {
                        return Ok(Poll::Ready(()));
                    }
                    Poll::Ready(None) => return Err(format!("the stream gave only {yielded:?}")),
                    Poll::Ready(Some((index, end))) => {
                        fits(&end, &controls[index])?;
                        drop_it(end);
                        if yielded.contains(&index) {
                            return Err(format!("the stream gave {index} twice"));
                        }
                        yielded.push(index);
                    }
                }
            },
            Strategy::Pool(future) => seen(unharmed("a pool", || future.as_mut().poll(cx))?, Ok),
        }
    }
}

fn seen<T>(poll: Poll<T>, look: impl FnOnce(T) -> Wrong) -> Result<Poll<()>, String> {
    match poll {
        Poll::Ready(value) => look(value).map(Poll::Ready),
        Poll::Pending => Ok(Poll::Pending),
    }
}

fn drop_them<T>(values: Vec<T>) {
    values.into_iter().for_each(drop_it);
}

/// The one end of a task is the same wherever it is looked at.
fn fits(end: &Result<OnDrop, TaskError>, control: &TaskControl) -> Wrong {
    let expected = match end.as_ref().map_err(TaskError::kind) {
        Ok(_) => Status::Completed,
        Err(ErrorKind::Cancelled) => Status::Cancelled,
        Err(ErrorKind::TimedOut) => Status::TimedOut,
        Err(_) => Status::Failed,
    };
    if control.status() == expected {
        Ok(())
    } else {
        Err(format!(
            "{control:?} gave {:?}",
            end.as_ref().map(|_| "a value")
        ))
    }
}

impl Strategy {
    fn detach(self) {
        match self {
            Strategy::Handle(handle) => handle.detach(),
            Strategy::All(all) => all.detach(),
            Strategy::Settled(settled) => settled.detach(),
            Strategy::Race(race) => race.detach(),
            Strategy::Any(any) => any.detach(),
            Strategy::Stream(stream, _) => stream.detach(),
            Strategy::Pool(future) => drop(future),
        }
    }
}
