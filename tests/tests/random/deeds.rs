//! What hostile code does, wherever it gets its turn: in a body, a destructor, a payload, a hook, a waker.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{RawWaker, RawWakerVTable, Wake, Waker};

use threader::{Pool, block_on, fire, prepare, spawn};
use threader_tests::tasks::add;
use threader_tests::tasks::failing::panic_with_text;
use threader_tests::tasks::hostile::{OnDrop, perform, ready};

use super::dice::Dice;
use super::watch::{Watch, lock};

/// What the parts of one program share.
pub(crate) struct World {
    /// A pool that was dropped leaves its place empty.
    pub(crate) pools: Mutex<Vec<Option<Pool>>>,
    pub(crate) controls: Mutex<Vec<threader::TaskControl>>,
    /// Opens once; what blocks goes on then.
    gate: AtomicBool,
    /// Each value of the program holds one count.
    pub(crate) alive: Arc<()>,
}

thread_local! {
    /// The program's own thread opens the gate, so it waits at none.
    static OPENS_THE_GATE: Cell<bool> = const { Cell::new(false) };
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    Nothing,
    Panic,
    PanicWith(u32),
    Start(usize),
    FireAPanic(usize),
    Cancel(usize),
    CancelAll,
    Close(usize),
    Shutdown(usize),
    PollRoom(usize),
    DropPool(usize),
    Look(usize),
    Wait,
    Checkpoint,
    Progress,
    // In bodies and hooks only.
    WaitForTask(usize),
    WaitForOwnEnd(usize),
    // In bodies only.
    Spin,
    SpinDeaf,
    Nest(usize),
    PanicWithDestructor(usize),
    OwnPool,
}

use Deed::*;

/// For a destructor, a waker, a payload: what may happen on any thread.
pub(crate) fn anywhere(dice: &mut Dice) -> Deed {
    let n = dice.roll(8);
    match dice.roll(20) {
        0..=3 => Nothing,
        4..=7 => Panic,
        8 => PanicWith(dice.roll(3) as u32),
        9 => Start(n),
        10 => FireAPanic(n),
        11 | 12 => Cancel(n),
        13 => CancelAll,
        14 => PollRoom(n),
        15 => Look(n),
        16 => Wait,
        17 => Checkpoint,
        18 => dice.pick(&[Close(n), Shutdown(n), DropPool(n)]),
        _ => Progress,
    }
}

pub(crate) fn in_a_hook(dice: &mut Dice) -> Deed {
    let n = dice.roll(8);
    match dice.roll(4) {
        0 => WaitForTask(n),
        1 => WaitForOwnEnd(n),
        _ => anywhere(dice),
    }
}

pub(crate) fn in_a_body(dice: &mut Dice) -> Deed {
    let n = dice.roll(8);
    match dice.roll(14) {
        0..=3 => Nothing,
        4 => Spin,
        5 => SpinDeaf,
        6 => Nest(n),
        7 => PanicWithDestructor(n),
        8 => WaitForTask(n),
        9 => WaitForOwnEnd(n),
        10 => OwnPool,
        11 => Wait,
        _ => anywhere(dice),
    }
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        OPENS_THE_GATE.set(true);
        Arc::new(World {
            pools: Mutex::default(),
            controls: Mutex::default(),
            gate: AtomicBool::new(false),
            alive: Arc::new(()),
        })
    }

    pub(crate) fn open_the_gate(&self) {
        self.gate.store(true, Ordering::Release);
    }

    fn is_open(&self) -> bool {
        self.gate.load(Ordering::Acquire) || OPENS_THE_GATE.get()
    }

    pub(crate) fn pool(&self, n: usize) -> Option<Pool> {
        let pools = lock(&self.pools);
        pools.get(n % pools.len().max(1))?.clone()
    }

    pub(crate) fn drop_pool(&self, n: usize) {
        let pool = {
            let mut pools = lock(&self.pools);
            let count = pools.len().max(1);
            pools.get_mut(n % count).and_then(Option::take)
        };
        drop(pool);
    }

    fn control(&self, n: usize) -> Option<threader::TaskControl> {
        let controls = lock(&self.controls);
        controls.get(n % controls.len().max(1)).cloned()
    }

    /// A closure that does it; counted while it lives.
    pub(crate) fn will(self: &Arc<Self>, deed: Deed) -> impl FnOnce() + Send + 'static {
        let (world, alive) = (Arc::clone(self), Arc::clone(&self.alive));
        move || {
            world.act(deed);
            drop(alive);
        }
    }

    pub(crate) fn on_drop(self: &Arc<Self>, deed: Deed) -> OnDrop {
        let act = self.will(deed);
        OnDrop::new(move || {
            // A second panic while one unwinds is the end of any program.
            if std::thread::panicking() {
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
            } else {
                act();
            }
        })
    }

    pub(crate) fn act(self: &Arc<Self>, deed: Deed) {
        match deed {
            Nothing => {}
            Panic => panic!("a hostile panic"),
            PanicWith(levels) => std::panic::panic_any(Leaking::new(levels)),
            PanicWithDestructor(n) => {
                let mut dice = Dice::new(n as u64);
                std::panic::panic_any(self.on_drop(anywhere(&mut dice)))
            }
            Cancel(n) => {
                if let Some(control) = self.control(n) {
                    control.cancel();
                }
            }
            CancelAll => {
                let controls = lock(&self.controls).clone();
                controls.iter().for_each(threader::TaskControl::cancel);
            }
            DropPool(n) => self.drop_pool(n),
            Wait => {
                while !self.is_open() {
                    std::thread::yield_now();
                }
            }
            Spin => {
                while !self.is_open() {
                    threader::checkpoint();
                    std::thread::yield_now();
                }
                threader::checkpoint();
            }
            SpinDeaf => {
                while !self.is_open() && !threader::is_cancelled() {
                    std::thread::yield_now();
                }
            }
            Checkpoint => threader::checkpoint(),
            Progress => threader::progress(1, 2),
            OwnPool => {
                let pool = Pool::new(threader::Config::new().max_workers(1));
                let _ = ready(spawn!(in pool; add(1, 2)));
            }
            Start(n) | FireAPanic(n) | Close(n) | Shutdown(n) | PollRoom(n) | Look(n)
            | WaitForTask(n) | WaitForOwnEnd(n) | Nest(n) => {
                if let Some(pool) = self.pool(n) {
                    self.act_on(&pool, deed);
                }
            }
        }
    }

    fn act_on(self: &Arc<Self>, pool: &Pool, deed: Deed) {
        match deed {
            Start(_) => spawn!(in pool; add(1, 1)).detach(),
            FireAPanic(_) => fire!(in pool; panic_with_text("hostile")),
            Close(_) => drop(pool.close()),
            Shutdown(_) => pool.shutdown(),
            PollRoom(_) => drop(ready(pool.room())),
            Look(_) => drop(pool.metrics()),
            WaitForTask(_) => drop(block_on(spawn!(in pool; add(1, 1)))),
            WaitForOwnEnd(_) => drop(ready(pool.close())),
            Nest(n) => {
                let acts = [Nothing, Spin, Panic, Checkpoint].map(|deed| {
                    let act = self.will(deed);
                    prepare!(perform(threader_tests::tasks::hostile::Act::new(act)))
                });
                match n % 3 {
                    0 => drop(ready(pool.all(acts))),
                    1 => drop(ready(pool.settled(acts))),
                    _ => drop(ready(pool.any(2, acts))),
                }
            }
            _ => {}
        }
    }
}

static FORGOTTEN: AtomicU64 = AtomicU64::new(0);

/// Payloads that were made and not dropped. Code that catches one whose destructor panics has to forget the payload of that panic.
pub(crate) fn forgotten() -> u64 {
    FORGOTTEN.load(Ordering::Relaxed)
}

struct Leaking(u32);

impl Leaking {
    fn new(levels: u32) -> Self {
        FORGOTTEN.fetch_add(1, Ordering::Relaxed);
        Leaking(levels)
    }
}

impl Drop for Leaking {
    fn drop(&mut self) {
        FORGOTTEN.fetch_sub(1, Ordering::Relaxed);
        if self.0 > 0 && !std::thread::panicking() {
            std::panic::panic_any(Leaking::new(self.0 - 1));
        }
    }
}

/// Does one thing when it is woken, another when the last clone is dropped, a third when it is cloned first.
struct Reacts {
    woken: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    cloned: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    _dropped: Mutex<OnDrop>,
}

pub(crate) fn waker(world: &Arc<World>, dice: &mut Dice, watch: &Watch) -> Waker {
    let deeds = [0; 3].map(|_| anywhere(dice));
    watch.step(format!("  with a waker: woken, cloned, dropped {deeds:?}"));
    let reacts = Arc::new(Reacts {
        woken: Mutex::new(Some(Box::new(world.will(deeds[0])))),
        cloned: Mutex::new(Some(Box::new(world.will(match deeds[1] {
            // A panic in `clone` is one in the poll of whoever gave the waker.
            Panic | PanicWith(_) | Checkpoint => Nothing,
            deed => deed,
        })))),
        _dropped: Mutex::new(world.on_drop(deeds[2])),
    });
    let data = Arc::into_raw(reacts).cast::<()>();
    // SAFETY: the table's functions keep the count of the `Arc` that `data` is from, which is `Send` and `Sync`.
    unsafe { Waker::from_raw(RawWaker::new(data, &TABLE)) }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(clone_raw, wake_raw, wake_by_ref_raw, drop_raw);

fn once(deed: &Mutex<Option<Box<dyn FnOnce() + Send>>>) {
    let deed = lock(deed).take();
    if let Some(deed) = deed {
        deed();
    }
}

fn clone_raw(data: *const ()) -> RawWaker {
    // SAFETY: `data` is from `Arc::into_raw` of a `Reacts`, and the waker that is cloned holds one count of it.
    let reacts = unsafe {
        Arc::increment_strong_count(data.cast::<Reacts>());
        &*data.cast::<Reacts>()
    };
    once(&reacts.cloned);
    RawWaker::new(data, &TABLE)
}

fn wake_raw(data: *const ()) {
    // SAFETY: as in `clone_raw`; the waker's own count goes into this `Arc`.
    let reacts = unsafe { Arc::from_raw(data.cast::<Reacts>()) };
    reacts.wake();
}

fn wake_by_ref_raw(data: *const ()) {
    // SAFETY: as in `clone_raw`; the count stays the waker's.
    let reacts = unsafe { &*data.cast::<Reacts>() };
    // By the poll that the waker was given to: a panic would be one of that poll's caller.
    let _ = super::program::unharmed("a waker", || once(&reacts.woken));
}

fn drop_raw(data: *const ()) {
    // SAFETY: as in `wake_raw`.
    drop(unsafe { Arc::from_raw(data.cast::<Reacts>()) });
}

impl Wake for Reacts {
    fn wake(self: Arc<Self>) {
        once(&self.woken);
    }
}
