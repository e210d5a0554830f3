//! What a coordinator and the owner of its pool say to each other, besides passing on frames.
//!
//! ```text
//! byte 0  1…
//!      2  the word (codec)
//! ```

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::scheduler::{Settings, WorkerId};
use crate::codec;
use crate::error::Failure;
use crate::frame::LogRecord;
use crate::job::JobKey;
use crate::terms::Terms;

/// The first byte of a word; a frame begins with its version, a packet with 0.
pub(crate) const MARK: u8 = 2;

/// From the owner. Arguments come before, in frames of their own.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Order {
    /// The first word.
    Begin(Settings),
    /// The frame of this job has come just before. It was submitted so long ago.
    Submit(JobKey, Terms, Duration),
    Cancel(JobKey),
    /// No more jobs will come.
    Close,
    /// Say that you live.
    Ping,
}

/// From the coordinator. Results come as the worker's own frames.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum News {
    /// It has loaded the program, of this build.
    Ready {
        build: u64,
    },
    WorkerStarted(WorkerId),
    WorkerEnded(WorkerId),
    /// What has been counted since it was said last.
    Counted(Tally),
    Running(JobKey, WorkerId),
    Waiting(JobKey),
    Unbegun(JobKey),
    Failed(JobKey, Failure),
    Log(WorkerId, JobKey, LogRecord),
    Beat,
    /// No work is left, and no worker.
    Over,
}

/// What happened to workers and their tasks, since the last time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) lost: u64,
    pub(crate) replaced: u64,
    pub(crate) recycled: u64,
    pub(crate) taken_back: u64,
}

/// The bytes of a word. It holds texts and numbers: nothing of that fails to encode.
pub(crate) fn encode<W: Serialize>(word: &W) -> Vec<u8> {
    let mut bytes = vec![MARK];
    let encoded = codec::encode_into(word, &mut bytes);
    debug_assert!(encoded.is_ok(), "{encoded:?}");
    bytes
}

/// The word that `bytes` are; `None` if they are something else.
pub(crate) fn decode<W: DeserializeOwned>(bytes: &[u8]) -> Option<W> {
    match bytes.split_first() {
        Some((&MARK, word)) => codec::decode(word).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::terms::Priority;

    #[test]
    fn what_is_said_is_heard() {
        let terms = Terms {
            priority: Priority::High,
            timeout: Some(Duration::from_millis(3)),
            deadline: None,
            retries: 2,
        };
        let orders = [
            Order::Begin(Settings::default()),
            Order::Submit(7, terms, Duration::from_millis(1)),
            Order::Cancel(7),
            Order::Close,
        ];
        for order in orders {
            assert_eq!(decode(&encode(&order)), Some(order));
        }
        let news = [
            News::Running(7, 1),
            News::Failed(7, Failure::new(ErrorKind::Crashed, "gone")),
            News::Counted(Tally {
                lost: 1,
                ..Tally::default()
            }),
        ];
        for news in news {
            assert_eq!(decode(&encode(&news)), Some(news));
        }
    }

    #[test]
    fn a_frame_is_no_word() {
        let frame = crate::frame::Frame::Ping.encode().unwrap();
        assert_eq!(decode::<Order>(&frame), None);
        assert_eq!(decode::<News>(&[]), None);
    }
}
