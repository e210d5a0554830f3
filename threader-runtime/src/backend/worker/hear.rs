//! What workers say, as events for the scheduler and news for the client.

use std::rc::Rc;
use std::time::Duration;

use super::driver::Driver;
use super::host::{Heard, Moment};
use super::parcel::Parcel;
use super::scheduler::{Beat, End, Event, WorkerId};
use super::trouble::Speaker;
use crate::frame::Frame;
use crate::job::JobKey;
use crate::registry;

const OTHER_BUILD: &str = "it runs another build of this program: the program was deployed anew since this page was loaded; load it again";

/// What a frame comes to, with nothing of the frame's bytes in it.
enum Said {
    Event(Event),
    Done { job: JobKey, took: u64, memory: u64 },
    Nothing,
    Nonsense(String),
}

impl Driver {
    /// Reads what has come. A message is one by itself.
    pub(super) fn open(self: &Rc<Self>, worker: WorkerId, heard: Heard) {
        match heard {
            Heard::Message(message) => self.message(worker, message),
            Heard::LastWords(moment, text) => self.lost(worker, Speaker::Script, moment, &text),
            Heard::Death(text) => {
                self.lost(
                    worker,
                    Speaker::Platform,
                    self.moment_of_death(worker),
                    &text,
                );
            }
        }
    }

    fn message(self: &Rc<Self>, worker: WorkerId, message: Parcel) {
        // Only what the worker was asked for counts; of ends the scheduler knows that itself.
        let said = message.with_frame(|frame| match frame {
            Err(error) => Said::Nonsense(format!("it sent a frame that cannot be read: {error}")),
            Ok(Frame::Ready { build }) if build == registry::build_id() => {
                if let Some(line) = self.line(worker) {
                    line.set_ready();
                }
                Said::Event(Event::Ready(worker))
            }
            Ok(Frame::Ready { .. }) => Said::Nonsense(OTHER_BUILD.to_owned()),
            Ok(Frame::Done {
                job, took, memory, ..
            }) => Said::Done { job, took, memory },
            Ok(Frame::Failed { job, failure }) => {
                Said::Event(Event::Finished(worker, job, End::Failure(failure)))
            }
            Ok(Frame::Dying { failure, .. }) => Said::Event(Event::Lost(worker, failure)),
            Ok(Frame::Skipped { job }) => Said::Event(Event::Skipped(worker, job)),
            Ok(Frame::Beat { memory }) => Said::Event(Event::Beat(worker, Beat { memory })),
            Ok(Frame::Progress { job, done, total }) => {
                self.client().progress(job, done, total);
                Said::Nothing
            }
            Ok(Frame::Log { job, record }) => {
                self.client().log(job, worker, record);
                Said::Nothing
            }
            Ok(Frame::Run { .. } | Frame::TakeBack { .. } | Frame::Ping) => {
                Said::Nonsense("it asked for a task to be run".to_owned())
            }
        });
        match said {
            Said::Event(event) => self.tell([event]),
            Said::Done { job, took, memory } => {
                self.finished(worker, job, Duration::from_micros(took), message);
                if let Some(line) = self.line(worker).filter(|line| line.grew_to(memory)) {
                    drop(line);
                    self.tell([Event::Beat(worker, Beat { memory })]);
                }
            }
            Said::Nothing => {}
            Said::Nonsense(text) => self.lost(worker, Speaker::Script, Moment::Work, &text),
        }
    }
}
