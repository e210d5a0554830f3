//! Everything at once: a world that keeps to the rules of workers, chosen by numbers. After each event `Scheduler::check` runs.

use std::collections::{HashSet, VecDeque};

use proptest::prelude::*;

use super::*;

/// What the outside knows.
#[derive(Default)]
struct World {
    now: Duration,
    next_job: JobKey,
    workers: BTreeMap<WorkerId, Model>,
    settled: HashSet<JobKey>,
    /// When the next tick is due.
    alarm: Option<Duration>,
    /// The job of the event at hand, if a value came with it.
    value: Option<JobKey>,
}

/// A worker as it is: it runs the first of its frames, and reads its mail between two.
#[derive(Default)]
struct Model {
    up: bool,
    frames: VecDeque<JobKey>,
    to_drop: HashSet<JobKey>,
    /// What it has said and nobody has heard.
    says: VecDeque<Event>,
}

impl Model {
    /// Ends the task that runs.
    fn end(&mut self, id: WorkerId, end: End) {
        let Some(job) = self.frames.pop_front() else {
            return;
        };
        self.says.push_back(Event::Finished(id, job, end));
        let dropped = |job: &JobKey| self.to_drop.contains(job);
        let skipped: Vec<JobKey> = self.frames.iter().copied().filter(dropped).collect();
        self.frames.retain(|job| !skipped.contains(job));
        self.to_drop.clear();
        let skipped = skipped.into_iter().map(|job| Event::Skipped(id, job));
        self.says.extend(skipped);
    }
}

impl World {
    fn event(&mut self, (what, which): (u8, usize)) -> Option<Event> {
        let pick =
            |workers: Vec<WorkerId>| (!workers.is_empty()).then(|| workers[which % workers.len()]);
        let those = |is: fn(&Model) -> bool| {
            let workers = self.workers.iter().filter(|(_, worker)| is(worker));
            workers.map(|(id, _)| *id).collect::<Vec<_>>()
        };
        let busy = |worker: &Model| !worker.frames.is_empty();
        Some(match what {
            0..4 => {
                self.next_job += 1;
                Event::Submitted(self.next_job, terms_of(which), Duration::ZERO)
            }
            4 => {
                let open = (1..=self.next_job).filter(|job| !self.settled.contains(job));
                let open: Vec<_> = open.collect();
                let job = *open.get(which % open.len().max(1))?;
                self.settled.insert(job);
                Event::Cancelled(job)
            }
            5..7 => {
                let id = pick(those(|worker| !worker.up))?;
                self.workers.get_mut(&id)?.up = true;
                Event::Ready(id)
            }
            // A task ends; that is heard some time later.
            7..11 => {
                let id = pick(those(busy))?;
                let end = match which % 7 {
                    0 => End::Failure(panicked()),
                    _ => End::Value(Some(at(which as u64 % 9))),
                };
                self.workers.get_mut(&id)?.end(id, end);
                return None;
            }
            11..16 => {
                let id = pick(those(|worker| !worker.says.is_empty()))?;
                self.workers.get_mut(&id)?.says.pop_front()?
            }
            16 => {
                let id = pick(self.workers.keys().copied().collect())?;
                let failure = if which % 2 == 0 { died() } else { panicked() };
                match which % 3 {
                    0 => Event::LostBetween(id, failure),
                    _ => Event::Lost(id, failure),
                }
            }
            17 => {
                let id = pick(those(|worker| worker.up))?;
                let memory = (which as u64 % 12) * 10;
                Event::Beat(id, Beat { memory })
            }
            _ => {
                // A timer that was asked for, or one that fires early.
                self.now += Duration::from_micros(which as u64 * 97);
                self.alarm = self.alarm.filter(|alarm| *alarm > self.now);
                Event::Tick
            }
        })
    }

    fn hear(&mut self, s: &mut Scheduler, event: Event) {
        self.value = match event {
            Event::Finished(_, job, End::Value(_)) => Some(job),
            _ => None,
        };
        for action in s.on(event, self.now) {
            self.act(action);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Start(id) => {
                assert!(self.workers.insert(id, Model::default()).is_none());
            }
            Action::Send(id, jobs) => {
                let worker = self.workers.get_mut(&id).expect("sent to one that is gone");
                assert!(worker.up, "sent to one that is not up");
                for job in jobs {
                    assert!(!self.settled.contains(&job), "sent though settled");
                    worker.frames.push_back(job);
                }
            }
            Action::TakeBack(id, job) => {
                let worker = self.workers.get_mut(&id).expect("asked one that is gone");
                worker.to_drop.insert(job);
            }
            Action::Running(job, id) => {
                assert!(self.workers.contains_key(&id) && !self.settled.contains(&job));
            }
            Action::Waiting(job) | Action::Unbegun(job) => assert!(!self.settled.contains(&job)),
            Action::Ping(id) => assert!(self.workers[&id].frames.is_empty()),
            Action::Stop(id) => assert!(self.workers.remove(&id).is_some(), "stopped twice"),
            Action::Deliver(job) => {
                assert_eq!(self.value, Some(job), "delivered what did not come");
                assert!(self.settled.insert(job), "settled twice");
            }
            Action::Fail(job, _) => assert!(self.settled.insert(job), "settled twice"),
            Action::WakeAt(time) => self.alarm = Some(time),
        }
    }

    /// What a world without misfortune does next.
    fn kind(&mut self) -> Option<Event> {
        for (id, worker) in &mut self.workers {
            if !worker.up {
                worker.up = true;
                return Some(Event::Ready(*id));
            }
            worker.end(*id, End::Value(None));
            if let Some(event) = worker.says.pop_front() {
                return Some(event);
            }
        }
        self.now = self.alarm.take()?.max(self.now);
        Some(Event::Tick)
    }
}

fn terms_of(which: usize) -> Terms {
    Terms {
        priority: [Priority::Low, Priority::Normal, Priority::High][which % 3],
        timeout: which.is_multiple_of(5).then(|| at(which as u64 % 40)),
        deadline: which.is_multiple_of(7).then(|| at(which as u64 % 60)),
        retries: (which % 4) as u32,
    }
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let some = |ms: std::ops::Range<u64>| prop::option::of(ms.prop_map(at));
    let workers = (1usize..4, 0usize..3, any::<bool>());
    let limits = (some(0..40), some(0..30), prop::option::of(50u64..100));
    (
        workers,
        limits,
        0u64..30,
        prop::sample::select(vec![(0usize, 2), (1, 2), (4, 2), (64, 2), (64, 500)]),
    )
        .prop_map(
            |(
                (max, min, prewarm),
                (keep_alive, heartbeat, memory_limit),
                aging,
                (behind, ahead),
            )| {
                Settings {
                    max,
                    min,
                    prewarm,
                    keep_alive,
                    heartbeat,
                    memory_limit,
                    aging: at(aging),
                    behind,
                    ahead: at(ahead),
                    cancel_grace: at(5),
                    start_timeout: at(50),
                }
            },
        )
}

proptest! {
    #[test]
    fn whatever_happens_every_job_ends_once_and_no_worker_is_asked_for_too_much(
        settings in any_settings(),
        script in prop::collection::vec((0u8..21, 0usize..400), 0..300),
    ) {
        let mut s = Scheduler::new(settings);
        let mut world = World::default();
        for choice in script {
            if let Some(event) = world.event(choice) {
                world.hear(&mut s, event);
                prop_assert_eq!(s.has_work(), (world.settled.len() as u64) < world.next_job);
            }
        }
        // From here on the world is kind: everything must run out.
        world.hear(&mut s, Event::Closing);
        for _ in 0..20_000 {
            let Some(event) = world.kind() else { break };
            world.hear(&mut s, event);
        }
        prop_assert!(s.is_over());
        prop_assert_eq!(world.settled.len() as u64, world.next_job);
    }
}
