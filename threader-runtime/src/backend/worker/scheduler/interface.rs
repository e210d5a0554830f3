//! What the scheduler hears and what it says; how it is set, and what it has counted.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::pace::AT_HAND;
use crate::error::Failure;
use crate::job::JobKey;
use crate::terms::Terms;

/// Numbers workers from 1; a replacement gets a number of its own.
pub(crate) type WorkerId = u32;

/// What has happened. Anything about a worker that is gone, or a job that a worker was not sent, changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    /// A job that the scheduler has not seen before. It was submitted so long ago: its deadline and
    /// its age count from then.
    Submitted(JobKey, Terms, Duration),
    /// The job has settled as cancelled; whatever it still does is in vain.
    Cancelled(JobKey),
    /// The worker has loaded the program.
    Ready(WorkerId),
    /// The worker is done with the job and is itself well. Also said of a frame that could not be sent.
    Finished(WorkerId, JobKey, End),
    /// A frame that was taken back before it started was not run.
    Skipped(WorkerId, JobKey),
    /// The worker lives: an answer to [`Action::Ping`], or said by itself.
    Beat(WorkerId, Beat),
    /// The worker died or could not start. If it had a job, it died of that one, as far as anybody knows.
    Lost(WorkerId, Failure),
    /// The worker died between two jobs: the first of its line had not begun, whatever was said.
    LostBetween(WorkerId, Failure),
    /// Time has passed. Too early does no harm. The first one, right after `new`, lets `prewarm` begin.
    Tick,
    /// The page was frozen for so long, or the machine slept, and the workers with it. It is over
    /// by now.
    StoodStill(Duration),
    /// No more jobs will come.
    Closing,
}

/// How a job ended on a worker that goes on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum End {
    /// How long it ran, by the worker's clock. If that is not known, by when its answers are heard; but those come in bursts where they are
    /// not heard at once.
    Value(Option<Duration>),
    Failure(Failure),
}

/// What a worker says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Beat {
    /// Bytes that it holds.
    pub(crate) memory: u64,
}

/// What is to be done now, in this order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// Answered by `Ready` or `Lost`.
    Start(WorkerId),
    /// In one message; the worker runs them in this order.
    Send(WorkerId, Vec<JobKey>),
    /// Drop that frame if it has not started; answered by `Skipped` or `Finished`.
    TakeBack(WorkerId, JobKey),
    /// It is now first in its worker's line: an attempt has begun.
    Running(JobKey, WorkerId),
    /// It was running and is queued again.
    Waiting(JobKey),
    /// It was said to be running and had not begun. It is queued again, and that was no attempt.
    Unbegun(JobKey),
    /// Answered by `Beat`.
    Ping(WorkerId),
    /// Ends the worker. The last action that names it.
    Stop(WorkerId),
    /// The value that came with this very `Finished` event is the job's: settles it. Said last, so that the worker has
    /// its next frames before anybody takes the time to decode. Where the frame had been taken back, `Running` may never
    /// have been said.
    Deliver(JobKey),
    /// Settles a job without a value.
    Fail(JobKey, Failure),
    /// Send a [`Event::Tick`] at this time, instead of at any time said before. Too early does no harm.
    WakeAt(Duration),
}

/// What a pool's `Config` says about its workers. What it says about tasks is in their [`Terms`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The most workers at a time, those that start included. At least 1.
    pub(crate) max: usize,
    /// How many to keep though they are idle.
    pub(crate) min: usize,
    /// Start workers before there is work: `min` of them, or `max` where `min` is 0.
    pub(crate) prewarm: bool,
    /// How long a worker above `min` may be idle. `None`: for ever.
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) start_timeout: Duration,
    /// How long a worker may go on with what is in vain.
    pub(crate) cancel_grace: Duration,
    /// How long a job has to wait to be as urgent as a new one of the next higher priority.
    pub(crate) aging: Duration,
    /// How often to ask an idle worker whether it lives.
    pub(crate) heartbeat: Option<Duration>,
    /// A worker that says that it holds more is replaced when it is idle.
    pub(crate) memory_limit: Option<u64>,
    /// The most frames that may wait at a worker behind the one that runs. 0: a worker gets one at a time.
    pub(crate) behind: usize,
    /// How much work should wait there, by how long tasks took of late.
    pub(crate) ahead: Duration,
}

impl Settings {
    /// For a scheduler whose thread has other things to do: so much is sent ahead that workers go on for half a second though nobody
    /// hears them. That is twice as much, because it is sent anew when half of it is gone.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
    pub(crate) fn on_a_busy_thread(self) -> Self {
        Settings {
            behind: 256,
            ahead: Duration::from_secs(1),
            ..self
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            max: 1,
            min: 0,
            prewarm: false,
            keep_alive: None,
            start_timeout: Duration::from_secs(30),
            cancel_grace: Duration::from_millis(250),
            aging: Duration::from_secs(1),
            heartbeat: None,
            memory_limit: None,
            behind: 64,
            ahead: AT_HAND,
        }
    }
}

/// Counts since the beginning, and how many there are now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counters {
    /// Workers that were asked to start.
    pub(crate) started: u64,
    /// Workers that had been up and died, or were stopped over a job that did not end.
    pub(crate) lost: u64,
    /// Workers that were started in the place of one that was lost or recycled.
    pub(crate) replaced: u64,
    /// Workers that were stopped because of their memory.
    pub(crate) recycled: u64,
    /// Attempts after the first.
    pub(crate) retried: u64,
    /// Frames that were taken back from a busy worker for another.
    pub(crate) taken_back: u64,
    /// Jobs now that have not begun: in the queue, or behind another at a worker.
    pub(crate) queued: usize,
    /// Jobs now that are first in their worker's line.
    pub(crate) running: usize,
}

/// Counts of one worker that exists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WorkerCounters {
    /// Jobs it has finished, those in vain included.
    pub(crate) finished: u64,
    /// Frames it has been sent and has not answered.
    pub(crate) in_flight: usize,
    /// Bytes that it held when it last said so.
    pub(crate) memory: u64,
}
