//! Tasks that have come and not begun. All messages are taken in before the next task starts, so one that is taken back in time
//! never starts.

use std::collections::VecDeque;

use js_sys::ArrayBuffer;

use super::memory;
use crate::backend::worker::parcel::Parcel;
use crate::frame::Frame;
use crate::job::JobKey;

#[derive(Default)]
pub(super) struct Queue(VecDeque<(JobKey, Parcel)>);

impl Queue {
    /// Takes a message in; what to answer.
    pub(super) fn take_in(&mut self, message: ArrayBuffer) -> Vec<Frame<'static>> {
        enum Asked {
            Run(JobKey),
            TakeBack(JobKey),
            Ping,
        }
        let mut answers = Vec::new();
        for message in Parcel::open(message).messages() {
            let asked = message.with_frame(|frame| match frame {
                Ok(Frame::Run { job, .. }) => Asked::Run(job),
                Ok(Frame::TakeBack { job }) => Asked::TakeBack(job),
                Ok(Frame::Ping) => Asked::Ping,
                // Nobody but the pool has the other end of the port, so this is a fault of ours: say it, as a trap.
                _ => wasm_bindgen::throw_str("the worker was sent something that is no task"),
            });
            match asked {
                Asked::Run(job) => self.0.push_back((job, message)),
                Asked::TakeBack(job) => {
                    let waiting = self.0.iter().position(|(key, _)| *key == job);
                    // If it does not wait it has been run, and that has been said.
                    if let Some(index) = waiting {
                        self.0.remove(index);
                        answers.push(Frame::Skipped { job });
                    }
                }
                Asked::Ping => answers.push(Frame::Beat { memory: memory() }),
            }
        }
        answers
    }

    pub(super) fn next(&mut self) -> Option<Parcel> {
        self.0.pop_front().map(|(_, frame)| frame)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
