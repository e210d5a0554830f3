use super::*;
use proptest::prelude::*;

const GRACE: Duration = Duration::from_millis(100);
const START: Duration = Duration::from_secs(10);

fn at(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn died() -> Failure {
    Failure::new(ErrorKind::Crashed, "died")
}

fn scheduler(max: usize) -> Scheduler {
    Scheduler::new(Settings {
        max,
        start_timeout: START,
        cancel_grace: GRACE,
        ..Settings::default()
    })
}

/// A scheduler whose first worker is up and idle.
fn warm(max: usize) -> Scheduler {
    let mut s = scheduler(max);
    s.on(Event::Submitted(100), at(0));
    s.on(Event::Ready(1), at(0));
    s.on(Event::Finished(1, 100), at(0));
    s
}

#[test]
fn a_worker_starts_when_there_is_work_and_takes_it_when_ready() {
    let mut s = scheduler(2);
    assert_eq!(
        s.on(Event::Submitted(7), at(0)),
        [Action::Start(1), Action::WakeAt(START)]
    );
    assert_eq!(s.on(Event::Ready(1), at(5)), [Action::Send(1, 7)]);
    assert_eq!(s.on(Event::Finished(1, 7), at(6)), []);
}

#[test]
fn no_more_workers_start_than_there_are_jobs_or_room() {
    let mut s = scheduler(2);
    s.on(Event::Submitted(1), at(0));
    assert!(s.on(Event::Submitted(2), at(0)).contains(&Action::Start(2)));
    assert_eq!(s.on(Event::Submitted(3), at(0)), []);
}

#[test]
fn jobs_are_sent_in_the_order_of_submission() {
    let mut s = warm(1);
    assert_eq!(s.on(Event::Submitted(1), at(0)), [Action::Send(1, 1)]);
    s.on(Event::Submitted(2), at(0));
    s.on(Event::Submitted(3), at(0));
    assert_eq!(s.on(Event::Finished(1, 1), at(1)), [Action::Send(1, 2)]);
    assert_eq!(s.on(Event::Finished(1, 2), at(1)), [Action::Send(1, 3)]);
}

#[test]
fn a_queued_job_that_is_cancelled_is_never_sent() {
    let mut s = warm(1);
    s.on(Event::Submitted(1), at(0));
    s.on(Event::Submitted(2), at(0));
    assert_eq!(s.on(Event::Cancelled(2), at(0)), []);
    assert_eq!(s.on(Event::Finished(1, 1), at(1)), []);
}

#[test]
fn a_worker_that_goes_on_with_a_cancelled_job_is_stopped_after_the_grace_and_replaced() {
    let mut s = warm(1);
    s.on(Event::Submitted(1), at(0));
    s.on(Event::Submitted(2), at(0));
    assert_eq!(s.on(Event::Cancelled(1), at(50)), [Action::WakeAt(at(150))]);
    // Too early, as timers can be: another is on the way.
    assert_eq!(s.on(Event::Tick, at(149)), [Action::WakeAt(at(150))]);
    assert_eq!(
        s.on(Event::Tick, at(150)),
        [
            Action::Stop(1),
            Action::Start(2),
            Action::WakeAt(at(150) + START)
        ]
    );
    assert_eq!(s.on(Event::Ready(2), at(160)), [Action::Send(2, 2)]);
}

#[test]
fn a_worker_that_finishes_a_cancelled_job_in_time_stays() {
    let mut s = warm(1);
    s.on(Event::Submitted(1), at(0));
    s.on(Event::Cancelled(1), at(0));
    assert_eq!(s.on(Event::Finished(1, 1), at(10)), []);
    assert_eq!(s.on(Event::Tick, at(100)), []);
}

#[test]
fn a_lost_worker_fails_its_job_only_and_is_replaced() {
    let mut s = warm(1);
    s.on(Event::Submitted(1), at(0));
    s.on(Event::Submitted(2), at(0));
    assert_eq!(
        s.on(Event::Lost(1, died()), at(1)),
        [Action::Stop(1), Action::Fail(1, died()), Action::Start(2)]
    );
}

#[test]
fn when_no_worker_can_start_the_queue_learns_why_and_nothing_loops() {
    let mut s = scheduler(2);
    s.on(Event::Submitted(1), at(0));
    s.on(Event::Submitted(2), at(0));
    assert_eq!(s.on(Event::Lost(1, died()), at(1)), [Action::Stop(1)]);
    assert_eq!(
        s.on(Event::Lost(2, died()), at(1)),
        [
            Action::Stop(2),
            Action::Fail(1, died()),
            Action::Fail(2, died())
        ]
    );
    // The next submissions try again, with one worker.
    assert!(s.on(Event::Submitted(3), at(2)).contains(&Action::Start(3)));
    assert_eq!(s.on(Event::Submitted(4), at(2)), []);
}

#[test]
fn a_worker_that_never_gets_ready_counts_as_lost() {
    let mut s = scheduler(1);
    s.on(Event::Submitted(1), at(0));
    let actions = s.on(Event::Tick, START);
    let [Action::Stop(1), Action::Fail(1, failure)] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(failure.kind, ErrorKind::Unavailable);
    assert!(failure.message.contains("start_timeout"));
}

#[test]
fn closing_lets_the_queue_run_out_first() {
    let mut s = warm(1);
    s.on(Event::Submitted(1), at(0));
    s.on(Event::Submitted(2), at(0));
    assert_eq!(s.on(Event::Closing, at(0)), []);
    assert_eq!(s.on(Event::Finished(1, 1), at(0)), [Action::Send(1, 2)]);
    assert_eq!(s.on(Event::Finished(1, 2), at(0)), [Action::Stop(1)]);
    assert!(s.is_over());
}

#[test]
fn messages_of_workers_that_are_gone_change_nothing() {
    let mut s = warm(1);
    s.on(Event::Lost(1, died()), at(0));
    assert_eq!(s.on(Event::Ready(1), at(0)), []);
    assert_eq!(s.on(Event::Finished(1, 100), at(0)), []);
    assert_eq!(s.on(Event::Lost(1, died()), at(0)), []);
}

/// What the outside world may do next, chosen by a number; the world keeps to the rules, time goes on.
#[derive(Default)]
struct World {
    now: u64,
    next_job: JobKey,
    queued: Vec<JobKey>,
    /// What every living worker does.
    workers: BTreeMap<WorkerId, Option<JobKey>>,
    /// When the next tick is due.
    alarm: Option<Duration>,
    starting: Vec<WorkerId>,
    settled: HashSet<JobKey>,
}

impl World {
    fn event(&mut self, (what, which): (u8, usize)) -> Option<Event> {
        let pick = |list: &[u64]| (!list.is_empty()).then(|| list[which % list.len()]);
        let busy: Vec<(WorkerId, JobKey)> = self
            .workers
            .iter()
            .filter_map(|(worker, job)| Some((*worker, (*job)?)))
            .collect();
        Some(match what {
            0..3 => {
                self.next_job += 1;
                self.queued.push(self.next_job);
                Event::Submitted(self.next_job)
            }
            3 => {
                let open: Vec<u64> = (1..=self.next_job)
                    .filter(|job| !self.settled.contains(job))
                    .collect();
                let job = pick(&open)?;
                self.settled.insert(job);
                self.queued.retain(|queued| *queued != job);
                Event::Cancelled(job)
            }
            4..6 => {
                let worker = pick(
                    &self
                        .starting
                        .iter()
                        .map(|w| u64::from(*w))
                        .collect::<Vec<_>>(),
                )?;
                let worker = worker as WorkerId;
                self.starting.retain(|starting| *starting != worker);
                Event::Ready(worker)
            }
            6..9 => {
                let (worker, job) = *busy.get(which % busy.len().max(1))?;
                self.workers.insert(worker, None);
                self.settled.insert(job);
                Event::Finished(worker, job)
            }
            9 => {
                let workers: Vec<u64> = self.workers.keys().map(|w| u64::from(*w)).collect();
                Event::Lost(pick(&workers)? as WorkerId, died())
            }
            _ => {
                // A timer that was asked for, or one that fires early.
                self.now += which as u64;
                if self.alarm.is_some_and(|alarm| alarm <= at(self.now)) {
                    self.alarm = None;
                }
                Event::Tick
            }
        })
    }

    fn act(&mut self, action: Action, max: usize) {
        match action {
            Action::Start(worker) => {
                assert!(self.workers.insert(worker, None).is_none());
                self.starting.push(worker);
                assert!(self.workers.len() <= max);
            }
            Action::Send(worker, job) => {
                assert!(
                    !self.starting.contains(&worker),
                    "sent to a worker that is not up"
                );
                assert_eq!(
                    self.workers.insert(worker, Some(job)),
                    Some(None),
                    "busy or gone"
                );
                assert!(!self.settled.contains(&job), "sent though settled");
                assert_eq!(self.queued.remove(0), job, "not the oldest");
            }
            Action::Stop(worker) => {
                assert!(self.workers.remove(&worker).is_some(), "stopped twice");
                self.starting.retain(|starting| *starting != worker);
            }
            Action::Fail(job, _) => {
                assert!(self.settled.insert(job), "settled twice");
                self.queued.retain(|queued| *queued != job);
            }
            Action::WakeAt(time) => self.alarm = Some(time),
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_every_job_ends_once_and_no_worker_is_asked_for_too_much(
        max in 1usize..4,
        script in prop::collection::vec((0u8..12, 0usize..200), 0..300),
    ) {
        let mut s = scheduler(max);
        let mut world = World::default();
        let step = |s: &mut Scheduler, world: &mut World, event| {
            for action in s.on(event, at(world.now)) {
                world.act(action, max);
            }
            let idle = world.workers.iter().any(|(w, job)| job.is_none() && !world.starting.contains(w));
            assert!(world.queued.is_empty() || !idle, "a worker idles while a job waits");
            assert!(world.queued.is_empty() || !world.workers.is_empty(), "a job waits for nobody");
        };
        for choice in script {
            if let Some(event) = world.event(choice) {
                step(&mut s, &mut world, event);
            }
        }
        // From here on the world is kind: everything must run out.
        step(&mut s, &mut world, Event::Closing);
        for _ in 0..2000 {
            let event = match (world.starting.first().copied(), world.workers.iter().find_map(|(w, j)| Some((*w, (*j)?)))) {
                (Some(worker), _) => {
                    world.starting.remove(0);
                    Event::Ready(worker)
                }
                (_, Some((worker, job))) => {
                    world.workers.insert(worker, None);
                    world.settled.insert(job);
                    Event::Finished(worker, job)
                }
                _ => break,
            };
            step(&mut s, &mut world, event);
        }
        prop_assert!(s.is_over());
        prop_assert_eq!(world.settled.len() as u64, world.next_job);
    }
}
