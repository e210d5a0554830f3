//! Measures one run, on whatever this program was compiled for.

use futures_util::future::try_join_all;
use image::RgbImage;
use serde::Serialize;
use threader::{Pool, TaskError};

use crate::pipeline;

/// What one run has measured. Times are medians.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Where the tasks ran: `threads`, `node`, `web` or `inline`.
    pub backend: String,
    /// Most workers that ran at a time.
    pub workers: usize,
    /// Milliseconds to develop all photographs on one thread: cut, filter, reassemble. Decoding and encoding are outside.
    pub sequential_ms: f64,
    /// Milliseconds for the same on the workers.
    pub parallel_ms: f64,
    /// Microseconds from spawning a task that does nothing to having its result.
    pub round_trip_us: f64,
    /// Microseconds for the least that a round trip takes here: one message to a bare thread or worker that answers at
    /// once, and back.
    pub raw_round_trip_us: f64,
    /// The developed photographs, by file name.
    pub images: Vec<String>,
}

/// Develops all photographs several times, sequential and parallel taking turns, so that a slow moment of the machine
/// hits both.
pub async fn measure(
    photos: &[(String, RgbImage)],
    raw_round_trip_us: f64,
) -> Result<Report, TaskError> {
    const REPETITIONS: usize = 5;
    let (mut sequential_ms, mut parallel_ms) = (Vec::new(), Vec::new());
    for _ in 0..REPETITIONS {
        let start = clock::now_ms();
        for (_, photo) in photos {
            pipeline::sequential(photo);
        }
        let half = clock::now_ms();
        // All at once: one after another, the workers would wait for the last tile of each.
        try_join_all(
            photos
                .iter()
                .map(|(_, photo)| pipeline::parallel(photo, |_, _| ())),
        )
        .await?;
        sequential_ms.push(half - start);
        parallel_ms.push(clock::now_ms() - half);
    }
    let pool = Pool::global();
    Ok(Report {
        backend: pool.backend().to_string(),
        workers: pool.workers(),
        sequential_ms: median(sequential_ms),
        parallel_ms: median(parallel_ms),
        round_trip_us: round_trip_us().await?,
        raw_round_trip_us,
        images: photos.iter().map(|(name, _)| name.clone()).collect(),
    })
}

/// A task without work: what is left is the way there and back.
#[threader::task]
pub fn nothing() {}

/// Round trips are timed in batches, because browsers round their clock to 0.1 ms. The first batches only warm up.
const BATCH: u32 = 20;
const WARM_UP: usize = 3;
const BATCHES: usize = 20;

async fn round_trip_us() -> Result<f64, TaskError> {
    let mut batches = Vec::new();
    for _ in 0..WARM_UP + BATCHES {
        let start = clock::now_ms();
        for _ in 0..BATCH {
            threader::spawn!(nothing()).await?;
        }
        batches.push(clock::now_ms() - start);
    }
    Ok(us_each(batches))
}

/// Round trip between two threads over [`std::sync::mpsc`] channels, in microseconds. The counterpart of
/// `postMessage`, which `node/main.mjs` and `web/main.js` measure themselves, in the same batches.
#[cfg(not(target_arch = "wasm32"))]
pub fn raw_round_trip_us() -> f64 {
    use std::sync::mpsc::channel;

    let (to_thread, inbox) = channel();
    let (to_owner, answers) = channel();
    // Ends when `to_thread` is dropped.
    std::thread::spawn(move || {
        inbox
            .into_iter()
            .try_for_each(|message| to_owner.send(message))
    });
    let mut batches = Vec::new();
    for _ in 0..WARM_UP + BATCHES {
        let start = clock::now_ms();
        for message in 0..BATCH {
            to_thread
                .send(message)
                .expect("the thread listens until the sender is gone");
            assert_eq!(answers.recv(), Ok(message));
        }
        batches.push(clock::now_ms() - start);
    }
    us_each(batches)
}

/// The median batch, in microseconds for one round trip.
fn us_each(mut batches_ms: Vec<f64>) -> f64 {
    median(batches_ms.split_off(WARM_UP)) * 1000.0 / f64::from(BATCH)
}

/// The middle one, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod clock {
    use std::sync::LazyLock;
    use std::time::Instant;

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    /// Milliseconds since the first call.
    pub(super) fn now_ms() -> f64 {
        START.elapsed().as_secs_f64() * 1000.0
    }
}

#[cfg(target_arch = "wasm32")]
mod clock {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    extern "C" {
        /// Milliseconds since the page or the program started. Browsers round it.
        #[wasm_bindgen(js_namespace = performance, js_name = now)]
        pub(super) fn now_ms() -> f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 100.0]), 3.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 100.0]), 3.0);
    }

    #[test]
    fn a_report_has_all_figures() {
        let photos = [(
            "grey.png".to_owned(),
            RgbImage::from_pixel(40, 30, image::Rgb([9; 3])),
        )];
        let report = threader::block_on(measure(&photos, raw_round_trip_us())).unwrap();
        for figure in [
            report.sequential_ms,
            report.parallel_ms,
            report.round_trip_us,
            report.raw_round_trip_us,
        ] {
            assert!(figure > 0.0, "{report:?}");
        }
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["images"][0], "grey.png");
        assert_eq!(json["backend"], Pool::global().backend().to_string());
    }
}
