//! What JavaScript calls.

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{pipeline, report};

/// Develops a JPEG or PNG file on the workers and gives back a PNG file. `progress(done, total)` is called per tile.
#[wasm_bindgen]
pub async fn develop_parallel(file: Vec<u8>, progress: Function) -> Result<Vec<u8>, JsError> {
    let photo = pipeline::decode(&file)?;
    let show = |done: usize, total: usize| {
        // An error thrown by the page's own callback is the page's, not a reason to stop.
        let _ = progress.call2(&JsValue::NULL, &done.into(), &total.into());
    };
    let developed = pipeline::parallel(&photo, show).await?;
    Ok(pipeline::encode(&developed)?)
}

/// The same on this thread, which does nothing else until it is done.
#[wasm_bindgen]
pub fn develop_sequential(file: &[u8]) -> Result<Vec<u8>, JsError> {
    let developed = pipeline::sequential(&pipeline::decode(file)?);
    Ok(pipeline::encode(&developed)?)
}

/// Measures on these photographs; gives back a [`report::Report`] as JSON.
#[wasm_bindgen]
pub async fn measure(
    names: Vec<String>,
    files: Vec<Uint8Array>,
    raw_round_trip_us: f64,
) -> Result<String, JsError> {
    let mut photos = Vec::new();
    for (name, file) in names.into_iter().zip(files) {
        photos.push((name, pipeline::decode(&file.to_vec())?));
    }
    let report = report::measure(&photos, raw_round_trip_us).await?;
    Ok(serde_json::to_string(&report)?)
}
