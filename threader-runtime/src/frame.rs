//! The messages between a pool and a worker that shares no memory with it.
//!
//! A frame knows nothing of how it travels: today in a transferred `ArrayBuffer`, later over a socket.
//!
//! ```text
//! byte 0      1     2..6            6..6+n            6+n..
//!      VERSION kind  n, u32 LE      header (codec)    payload (raw)
//! ```
//!
//! The header is small and typed; the payload is a task's arguments or result, already encoded, and is not touched here.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec::{self, CodecError};
use crate::error::Failure;
use crate::job::JobKey;

/// A message of so many bytes or more travels alone, and its bytes are moved rather than copied: by then two copies cost more than a
/// message of its own does (about 20 µs).
pub(crate) const LARGE: usize = 64 << 10;

/// One message: `Run`, `TakeBack` and `Ping` from the pool to the worker, the others back.
#[derive(Debug, PartialEq)]
pub(crate) enum Frame<'a> {
    /// Run a task: which, and its encoded arguments.
    Run {
        job: JobKey,
        dispatch: Dispatch,
        /// The most verbose level that the owner's logger wants, see [`LogRecord::level`]; 0 is none.
        log: u8,
        /// What the task is called, if the worker cannot find that in the registry.
        name: Option<String>,
        /// Whether the worker checks the result before it is sent, see [`Config::validation`](crate::Config::validation).
        validation: bool,
        arguments: &'a [u8],
    },
    /// Do not run that task, if it has not been started.
    TakeBack { job: JobKey },
    /// Say that you live.
    Ping,
    /// The worker is up, and which build of the program it runs.
    Ready { build: u64 },
    /// A task returned: its encoded result, how many microseconds it ran, and the bytes of memory that the worker holds by now.
    Done {
        job: JobKey,
        took: u64,
        memory: u64,
        result: &'a [u8],
    },
    /// A task ended otherwise; the worker is fine.
    Failed { job: JobKey, failure: Failure },
    /// A task panicked where panics abort: the worker has only instants to live. Sent from inside the panic hook.
    Dying { job: JobKey, failure: Failure },
    /// A task that was taken back has not been run and will not be.
    Skipped { job: JobKey },
    /// The worker lives, and holds so many bytes of memory.
    Beat { memory: u64 },
    /// A task said how far it is.
    Progress { job: JobKey, done: u64, total: u64 },
    /// A task made a record for the log.
    Log { job: JobKey, record: LogRecord },
}

/// A record of the `log` facade, on its way to the owner's logger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogRecord {
    /// As the `log` crate numbers them: 1 is an error, 5 a trace.
    pub(crate) level: u8,
    pub(crate) target: String,
    pub(crate) message: String,
    pub(crate) module: Option<String>,
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
}

/// How the worker finds the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Dispatch {
    /// The address of its stub: an index into the function table, good only inside one build of one program.
    Pointer(u64),
    /// Its stable id, looked up in the registry. For callers that are another program image.
    #[allow(
        dead_code,
        reason = "workers answer it; the first caller that is another image comes with the process backend"
    )]
    Id(u64),
}

/// Bytes that are no frame, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FrameError {
    Short,
    Version(u8),
    Kind(u8),
    Header(CodecError),
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FrameError::Short => f.write_str("it is cut short"),
            FrameError::Version(version) => {
                write!(f, "it is of version {version}, not {VERSION}")
            }
            FrameError::Kind(kind) => write!(f, "there is no kind {kind}"),
            FrameError::Header(error) => write!(f, "its header: {error}"),
        }
    }
}

const VERSION: u8 = 1;

mod kind {
    pub(super) const RUN: u8 = 1;
    pub(super) const READY: u8 = 2;
    pub(super) const DONE: u8 = 3;
    pub(super) const FAILED: u8 = 4;
    pub(super) const DYING: u8 = 5;
    pub(super) const PROGRESS: u8 = 6;
    pub(super) const TAKE_BACK: u8 = 7;
    pub(super) const PING: u8 = 8;
    pub(super) const SKIPPED: u8 = 9;
    pub(super) const BEAT: u8 = 10;
    pub(super) const LOG: u8 = 11;
}

impl<'a> Frame<'a> {
    /// Reads the frame that `bytes` are.
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Frame<'a>, FrameError> {
        let (fixed, rest) = bytes.split_at_checked(6).ok_or(FrameError::Short)?;
        if fixed[0] != VERSION {
            return Err(FrameError::Version(fixed[0]));
        }
        let length = u32::from_le_bytes([fixed[2], fixed[3], fixed[4], fixed[5]]);
        let (header, payload) = usize::try_from(length)
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or(FrameError::Short)?;
        Ok(match fixed[1] {
            kind::RUN => {
                let (job, dispatch, log, name, validation) = read(header)?;
                Frame::Run {
                    job,
                    dispatch,
                    log,
                    name,
                    validation,
                    arguments: payload,
                }
            }
            kind::READY => Frame::Ready {
                build: read(header)?,
            },
            kind::DONE => {
                let (job, took, memory) = read(header)?;
                Frame::Done {
                    job,
                    took,
                    memory,
                    result: payload,
                }
            }
            kind::FAILED => {
                let (job, failure) = read(header)?;
                Frame::Failed { job, failure }
            }
            kind::DYING => {
                let (job, failure) = read(header)?;
                Frame::Dying { job, failure }
            }
            kind::PROGRESS => {
                let (job, done, total) = read(header)?;
                Frame::Progress { job, done, total }
            }
            kind::TAKE_BACK => Frame::TakeBack { job: read(header)? },
            kind::PING => Frame::Ping,
            kind::SKIPPED => Frame::Skipped { job: read(header)? },
            kind::BEAT => Frame::Beat {
                memory: read(header)?,
            },
            kind::LOG => {
                let (job, record) = read(header)?;
                Frame::Log { job, record }
            }
            other => return Err(FrameError::Kind(other)),
        })
    }

    /// The bytes of this frame. Only a header that cannot be encoded is an error, and none here can fail but for want of memory.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, CodecError> {
        let mut frame = match self {
            Frame::Run {
                job,
                dispatch,
                log,
                name,
                validation,
                ..
            } => head(kind::RUN, &(job, dispatch, log, name, validation)),
            Frame::Ready { build } => head(kind::READY, build),
            Frame::Done {
                job, took, memory, ..
            } => head(kind::DONE, &(job, took, memory)),
            Frame::Failed { job, failure } => head(kind::FAILED, &(job, failure)),
            Frame::Dying { job, failure } => head(kind::DYING, &(job, failure)),
            Frame::Progress { job, done, total } => head(kind::PROGRESS, &(job, done, total)),
            Frame::TakeBack { job } => head(kind::TAKE_BACK, job),
            Frame::Ping => head(kind::PING, &()),
            Frame::Skipped { job } => head(kind::SKIPPED, job),
            Frame::Beat { memory } => head(kind::BEAT, memory),
            Frame::Log { job, record } => head(kind::LOG, &(job, record)),
        }?;
        if let Frame::Run { arguments: raw, .. } | Frame::Done { result: raw, .. } = self {
            frame.extend_from_slice(raw);
        }
        Ok(frame)
    }
}

/// The frame that asks for a task, its arguments written straight behind the header by `arguments`.
pub(crate) fn run(
    job: JobKey,
    dispatch: Dispatch,
    name: Option<&str>,
    validation: bool,
    arguments: impl FnOnce(&mut Vec<u8>) -> Result<(), CodecError>,
) -> Result<Vec<u8>, CodecError> {
    let header = (job, dispatch, log_level(), name, validation);
    let mut frame = head(kind::RUN, &header)?;
    arguments(&mut frame)?;
    Ok(frame)
}

/// How much this program logs now; natively nobody has to be told.
fn log_level() -> u8 {
    #[cfg(target_family = "wasm")]
    return log::max_level() as u8;
    #[cfg(not(target_family = "wasm"))]
    0
}

fn head<H: Serialize>(kind: u8, header: &H) -> Result<Vec<u8>, CodecError> {
    let mut frame = vec![VERSION, kind, 0, 0, 0, 0];
    codec::encode_into(header, &mut frame)?;
    let length = (frame.len() - 6) as u32;
    frame[2..6].copy_from_slice(&length.to_le_bytes());
    Ok(frame)
}

fn read<H: DeserializeOwned>(header: &[u8]) -> Result<H, FrameError> {
    codec::decode(header).map_err(FrameError::Header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use proptest::prelude::*;

    fn failure() -> impl Strategy<Value = Failure> {
        (any::<String>(), any::<Option<String>>()).prop_map(|(message, location)| Failure {
            kind: ErrorKind::Panicked,
            message,
            location,
        })
    }

    fn check(frame: Frame<'_>, cut: f64) {
        let bytes = frame.encode().unwrap();
        assert_eq!(Frame::decode(&bytes).unwrap(), frame);
        // A cut inside head or header is noticed here; one inside the payload is noticed by the codec.
        let length = u32::from_le_bytes(bytes[2..6].try_into().unwrap()) as usize;
        let cut = ((length + 6) as f64 * cut) as usize;
        assert_eq!(Frame::decode(&bytes[..cut]), Err(FrameError::Short));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            (job, other) in any::<(u64, u64)>(),
            raw in any::<Vec<u8>>(),
            failure in failure(),
            cut in 0.0..1.0,
        ) {
            let dispatch = if other % 2 == 0 { Dispatch::Id(other) } else { Dispatch::Pointer(other) };
            let name = failure.location.clone();
            check(Frame::Run { job, dispatch, log: 3, name, validation: true, arguments: &raw }, cut);
            check(Frame::Ready { build: other }, cut);
            check(Frame::Done { job, took: job, memory: other, result: &raw }, cut);
            check(Frame::TakeBack { job }, cut);
            check(Frame::Skipped { job }, cut);
            check(Frame::Beat { memory: other }, cut);
            check(Frame::Failed { job, failure: failure.clone() }, cut);
            check(Frame::Dying { job, failure }, cut);
            check(Frame::Progress { job, done: other, total: job }, cut);
        }

        #[test]
        fn any_bytes_are_a_frame_or_an_error(bytes in any::<Vec<u8>>()) {
            let _ = Frame::decode(&bytes);
        }

        #[test]
        fn any_bytes_behind_a_good_start_are_a_frame_or_an_error(kind in 0u8..16, mut bytes in prop::collection::vec(any::<u8>(), 6..200)) {
            let length = (bytes.len() - 6) as u32;
            bytes[..6].copy_from_slice(&[VERSION, kind, length as u8, 0, 0, 0]);
            let _ = Frame::decode(&bytes);
        }
    }

    #[test]
    fn arguments_written_in_place_read_the_same() {
        let frame = run(3, Dispatch::Pointer(9), Some("nine"), true, |out| {
            codec::encode_into(&(1u8, "two"), out)
        })
        .unwrap();
        let arguments = codec::encode(&(1u8, "two")).unwrap();
        let expected = Frame::Run {
            job: 3,
            dispatch: Dispatch::Pointer(9),
            log: log_level(),
            name: Some("nine".to_owned()),
            validation: true,
            arguments: &arguments,
        };
        assert_eq!(Frame::decode(&frame).unwrap(), expected);
    }

    #[test]
    fn an_unknown_version_or_kind_is_named() {
        assert_eq!(
            Frame::decode(&[9, 1, 0, 0, 0, 0]),
            Err(FrameError::Version(9))
        );
        assert_eq!(
            Frame::decode(&[1, 99, 0, 0, 0, 0]),
            Err(FrameError::Kind(99))
        );
    }
}
