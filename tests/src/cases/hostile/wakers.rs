//! Wakers that panic, that call threader where they are cloned or dropped, and that are many.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Wake, Waker};

use futures_util::StreamExt;
use threader::{Backend, Pool, Status, TaskControl, TaskHandle, all, prepare};

use super::{aside, check_closes, check_whole, lock, occupy, unharmed};
use crate::check::{check, check_eq};
use crate::host::{until, within};
use crate::runner::{Needs, cases};
use crate::tasks::add;
use crate::tasks::hostile::{Counted, Deed, OnDrop};
use crate::{Cx, Outcome, Wrong};

cases![
    waker_that_panics_stops_no_other_waiter.needs(Needs::Native),
    waker_that_panics_spares_the_worker_and_the_values.needs(Needs::Native),
    waker_that_cancels_when_dropped_does_not_stand_still,
    waker_that_cancels_when_cloned_does_not_stand_still,
    waker_that_cancels_when_woken_does_not_stand_still,
    waker_that_ends_the_pool_when_dropped_does_not_stand_still,
    waker_of_the_last_poll_is_woken,
    wakers_of_one_waiter_are_not_kept,
    wakers_of_waiters_that_are_gone_are_not_kept,
];

/// A pool with one busy worker, a task that waits, and everything that can be waited for.
struct Scene {
    pool: Pool,
    stuck: TaskHandle<u64>,
    sibling: TaskControl,
    waiters: Vec<(&'static str, Waiter)>,
}

type Waiter = Pin<Box<dyn Future<Output = ()> + Send>>;

const WAITERS: usize = 4;

impl Scene {
    async fn set(cx: &Cx) -> Result<Self, Wrong> {
        let pool = cx.pool_with(|config| config.max_workers(1).queue_limit(1));
        let stuck = occupy(cx, &pool).await?;
        let strategy = pool.settled([prepare!(add(1, 1))]);
        let sibling = strategy.controls().swap_remove(0);
        let progress = sibling.progress_stream();
        let waiters: Vec<(&str, Waiter)> = vec![
            ("a strategy", Box::pin(async { drop(strategy.await) })),
            ("progress", Box::pin(progress.for_each(async |_| ()))),
            ("room", Box::pin(pool.room())),
            // It begins with the call.
            ("close", Box::pin(pool.close())),
        ];
        Ok(Scene {
            pool,
            stuck,
            sibling,
            waiters,
        })
    }

    /// The worker is free again, and everything ends.
    async fn end(mut self) -> Outcome {
        self.stuck.control().cancel();
        for (what, waiter) in &mut self.waiters {
            within(30, what, waiter).await?;
        }
        check!(
            !matches!(self.sibling.status(), Status::Pending | Status::Running),
            "{:?}",
            self.sibling
        );
        check_closes(&self.pool).await
    }
}

/// One that was ready may be polled again.
fn poll(waiter: &mut Waiter, waker: &Waker) -> Poll<()> {
    let poll = waiter.as_mut().poll(&mut Context::from_waker(waker));
    if poll.is_ready() {
        *waiter = Box::pin(std::future::ready(()));
    }
    poll
}

/// Does something when it is woken, and something when the last of its clones is dropped.
#[derive(Default)]
struct Reacts {
    woken: Mutex<Option<Deed>>,
    _dropped: Mutex<Option<OnDrop>>,
    _counted: Counted,
}

impl Wake for Reacts {
    fn wake(self: Arc<Self>) {
        let woken = lock(&self.woken).take();
        if let Some(woken) = woken {
            woken();
        }
    }
}

fn on_wake(deed: Deed) -> Waker {
    Waker::from(Arc::new(Reacts {
        woken: Mutex::new(Some(deed)),
        ..Reacts::default()
    }))
}

fn on_last_drop(deed: Deed) -> Waker {
    Waker::from(Arc::new(Reacts {
        _dropped: Mutex::new(Some(OnDrop::new(deed))),
        ..Reacts::default()
    }))
}

/// The deed is done by the first clone.
fn on_clone(deed: Deed) -> Waker {
    type Shared = Mutex<Option<Deed>>;
    fn clone(data: *const ()) -> RawWaker {
        // SAFETY: `data` is from `Arc::into_raw` of this type, and the waker that is cloned holds one count of it.
        let shared = unsafe {
            Arc::increment_strong_count(data.cast::<Shared>());
            &*data.cast::<Shared>()
        };
        let deed = lock(shared).take();
        if let Some(deed) = deed {
            deed();
        }
        RawWaker::new(data, &TABLE)
    }
    fn drop(data: *const ()) {
        // SAFETY: as in `clone`; this count is the waker's own, and it is gone after this.
        unsafe { Arc::decrement_strong_count(data.cast::<Shared>()) }
    }
    static TABLE: RawWakerVTable = RawWakerVTable::new(clone, drop, |_| (), drop);
    let shared: Arc<Shared> = Arc::new(Mutex::new(Some(deed)));
    let data = Arc::into_raw(shared).cast::<()>();
    // SAFETY: the table's functions keep the count of the `Arc` that `data` is from, which is `Send` and `Sync`.
    unsafe { Waker::from_raw(RawWaker::new(data, &TABLE)) }
}

async fn waker_that_panics_stops_no_other_waiter(cx: Cx) -> Outcome {
    let mut scene = Scene::set(&cx).await?;
    let woken: [Arc<AtomicBool>; 3] = Default::default();
    let mut second: Vec<(&str, Waiter)> = vec![
        (
            "progress",
            Box::pin(scene.sibling.progress_stream().for_each(async |_| ())),
        ),
        ("room", Box::pin(scene.pool.room())),
        ("close", Box::pin(scene.pool.close())),
    ];
    for (what, waiter) in &mut scene.waiters {
        let bad = on_wake(Box::new(|| panic!("a waker's own panic")));
        let _ = unharmed(what, || poll(waiter, &bad))?;
    }
    for ((_, waiter), woken) in second.iter_mut().zip(&woken) {
        let flag = Arc::clone(woken);
        let good = on_wake(Box::new(move || flag.store(true, Ordering::Release)));
        if poll(waiter, &good).is_ready() {
            woken.store(true, Ordering::Release);
        }
    }
    unharmed("cancel", || scene.sibling.cancel())?;
    unharmed("cancel", || scene.stuck.control().cancel())?;
    for ((what, _), woken) in second.iter().zip(&woken) {
        until(what, || woken.load(Ordering::Acquire)).await?;
    }
    scene.end().await
}

async fn waker_that_panics_spares_the_worker_and_the_values(cx: Cx) -> Outcome {
    let pool = cx.single();
    let both = all!(in pool; add(1, 1), add(2, 2));
    let controls = both.controls();
    let mut both = Box::pin(both);
    let bad = on_wake(Box::new(|| panic!("a waker's own panic")));
    let first = unharmed("a strategy", || {
        both.as_mut().poll(&mut Context::from_waker(&bad))
    })?;
    if cx.backend() == Backend::Threads {
        let over = |control: &TaskControl| control.status() == Status::Completed;
        until("both end", || controls.iter().all(over)).await?;
    }
    let end = match first {
        Poll::Ready(end) => end,
        Poll::Pending => within(30, "both", both).await?,
    };
    check_eq!(end?, (2, 4));
    check_whole(&pool).await?;
    if cx.backend() == Backend::Threads {
        check_eq!(pool.metrics().workers_started, 1);
    }
    Ok(())
}

/// Each waiter is polled with such a waker, and then with another.
async fn react(cx: &Cx, waker: fn(Deed) -> Waker) -> Outcome {
    for which in 0..WAITERS {
        let mut scene = Scene::set(cx).await?;
        let (sibling, stuck) = (scene.sibling.clone(), scene.stuck.control());
        let (what, mut waiter) = scene.waiters.swap_remove(which);
        aside(what, move || {
            let _ = poll(&mut waiter, &waker(Box::new(move || sibling.cancel())));
            let _ = poll(&mut waiter, Waker::noop());
            stuck.cancel();
        })
        .await?;
        scene.end().await?;
    }
    Ok(())
}

async fn waker_that_cancels_when_dropped_does_not_stand_still(cx: Cx) -> Outcome {
    react(&cx, on_last_drop).await
}

async fn waker_that_cancels_when_cloned_does_not_stand_still(cx: Cx) -> Outcome {
    react(&cx, on_clone).await
}

async fn waker_that_cancels_when_woken_does_not_stand_still(cx: Cx) -> Outcome {
    react(&cx, on_wake).await
}

async fn waker_that_ends_the_pool_when_dropped_does_not_stand_still(cx: Cx) -> Outcome {
    for which in 0..WAITERS {
        let mut scene = Scene::set(&cx).await?;
        let pool = scene.pool.clone();
        let (what, mut waiter) = scene.waiters.swap_remove(which);
        aside(what, move || {
            let deed = Box::new(move || {
                drop(pool.close());
                pool.shutdown();
            });
            let _ = poll(&mut waiter, &on_last_drop(deed));
            let _ = poll(&mut waiter, Waker::noop());
        })
        .await?;
        scene.end().await?;
    }
    Ok(())
}

async fn waker_of_the_last_poll_is_woken(cx: Cx) -> Outcome {
    for which in 0..WAITERS {
        let mut scene = Scene::set(&cx).await?;
        let woken = Arc::new(AtomicBool::new(false));
        let (what, waiter) = &mut scene.waiters[which];
        let flag = Arc::clone(&woken);
        let last = on_wake(Box::new(move || flag.store(true, Ordering::Release)));
        let ready = poll(waiter, Waker::noop()).is_ready() || poll(waiter, &last).is_ready();
        scene.sibling.cancel();
        scene.stuck.control().cancel();
        if cx.backend() == Backend::Inline && !ready && !woken.load(Ordering::Acquire) {
            // Nothing runs there unless something is polled.
            check_closes(&scene.pool).await?;
        }
        until(what, || ready || woken.load(Ordering::Acquire)).await?;
        scene.end().await?;
    }
    Ok(())
}

/// Ten thousand polls, each with another waker.
async fn wakers_of_one_waiter_are_not_kept(cx: Cx) -> Outcome {
    for which in 0..WAITERS {
        let mut scene = Scene::set(&cx).await?;
        let count = Arc::new(());
        let (what, waiter) = &mut scene.waiters[which];
        for _ in 0..10_000 {
            let waker = counted(&count);
            if poll(waiter, &waker).is_ready() {
                break;
            }
        }
        let kept = Arc::strong_count(&count) - 1;
        check!(kept <= 1, "{what} keeps {kept} wakers");
        scene.end().await?;
        check_eq!(
            Arc::strong_count(&count),
            1,
            "wakers are kept after the end"
        );
    }
    Ok(())
}

async fn wakers_of_waiters_that_are_gone_are_not_kept(cx: Cx) -> Outcome {
    let scene = Scene::set(&cx).await?;
    let count = Arc::new(());
    for _ in 0..1_000 {
        let waiters: [Waiter; 3] = [
            Box::pin(scene.pool.room()),
            Box::pin(scene.pool.close()),
            Box::pin(scene.sibling.progress_stream().for_each(async |_| ())),
        ];
        for mut waiter in waiters {
            let _ = poll(&mut waiter, &counted(&count));
        }
    }
    let kept = Arc::strong_count(&count) - 1;
    check_eq!(kept, 0, "wakers of futures that were dropped");
    scene.end().await
}

fn counted(count: &Arc<()>) -> Waker {
    Waker::from(Arc::new(Reacts {
        _counted: Counted::of(count),
        ..Reacts::default()
    }))
}
