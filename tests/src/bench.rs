//! What a coordinator costs and what it gives: each figure with one, without, and for a bare `postMessage`, in one run.
//!
//! ```text
//! bench {"round_trip_us":{"worker":…,"main_thread":…,"post_message":…}, …}
//! ```

use js_sys::{Array, Function, Promise};
use threader::{Config, Coordinator, Pool, all, spawn};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::host::{engine, exit_with_failure, print};
use crate::tasks::timed::busy_for;
use crate::tasks::{add, nothing};

/// Rounds take turns, so that what the machine does meanwhile slows all of them.
const ROUNDS: usize = 7;
const TRIPS: usize = 200;
const BURST: i64 = 2000;
const BLOCKED_MS: u32 = 500;
const KINDS: [(&str, Coordinator); 2] = [
    ("worker", Coordinator::Worker),
    ("main_thread", Coordinator::MainThread),
];

/// Measures, and prints one line.
pub async fn run() {
    match measured().await {
        Ok(line) => print(&line),
        Err(error) => {
            print(&format!("bench failed: {error}"));
            exit_with_failure();
        }
    }
    print("suite finished: 0 passed, 0 failed, 0 not applicable");
}

async fn measured() -> Result<String, threader::TaskError> {
    let pools = KINDS.map(|(_, kind)| Pool::new(Config::new().max_workers(2).coordinator(kind)));
    let raw = raw_echo();
    for pool in &pools {
        all!(in pool; for _ in 0..20 => busy_for(5.0)).await?;
        all!(in pool; for n in 0..BURST => add(n, 1)).await?;
    }
    let mut trips = [const { Vec::new() }; 3];
    let mut bursts = [const { Vec::new() }; 2];
    let mut blocked = [const { Vec::new() }; 2];
    let mut free = [const { Vec::new() }; 2];
    let mut cold = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        for (kind, pool) in pools.iter().enumerate() {
            for _ in 0..TRIPS {
                let began = engine::clock();
                spawn!(in pool; nothing()).await?;
                trips[kind].push((engine::clock() - began) * 1000.0);
            }
            let began = engine::clock();
            all!(in pool; for n in 0..BURST => add(n, 1)).await?;
            bursts[kind].push((engine::clock() - began) * 1000.0 / BURST as f64);
            let (done, possible) = while_blocked(pool).await?;
            blocked[kind].push(done);
            free[kind].push(possible);
            cold[kind].push(first_of_a_pool(KINDS[kind].1).await?);
        }
        trips[2].extend(raw_trips(&raw).await);
    }
    let [with, without] = pools;
    with.close().await;
    without.close().await;
    let [a, b, c] = trips.map(median);
    let ([d, e], [f, g], [h, i]) = (bursts.map(median), blocked.map(median), free.map(median));
    let [j, k] = cold.map(median);
    Ok(format!(
        "bench {{\"round_trip_us\":{{\"worker\":{a:.1},\"main_thread\":{b:.1},\"post_message\":{c:.1}}},\
         \"burst_us_per_task\":{{\"worker\":{d:.2},\"main_thread\":{e:.2}}},\
         \"done_while_blocked\":{{\"worker\":{f},\"main_thread\":{g}}},\
         \"possible_while_blocked\":{{\"worker\":{h:.0},\"main_thread\":{i:.0}}},\
         \"first_ms\":{{\"worker\":{j:.1},\"main_thread\":{k:.1}}}}}"
    ))
}

/// Milliseconds from nothing to the first result.
async fn first_of_a_pool(kind: Coordinator) -> Result<f64, threader::TaskError> {
    let began = engine::clock();
    let pool = Pool::new(Config::new().max_workers(2).coordinator(kind));
    spawn!(in &pool; nothing()).await?;
    let took = engine::clock() - began;
    pool.close().await;
    Ok(took)
}

/// How many of 200 tasks of 5 ms are done while this thread is blocked, and how many could be, by how fast they are when it is not.
async fn while_blocked(pool: &Pool) -> Result<(f64, f64), threader::TaskError> {
    let spans = all!(in pool; for _ in 0..60 => busy_for(5.0)).await?;
    let began = spans.iter().map(|span| span.0).fold(f64::MAX, f64::min);
    let ended = spans.iter().map(|span| span.1).fold(0.0, f64::max);
    let tasks = all!(in pool; for _ in 0..200 => busy_for(5.0));
    let from = engine::now();
    engine::block(BLOCKED_MS);
    let to = engine::now();
    let done = tasks.await?.iter().filter(|span| span.1 <= to).count();
    let possible = (60.0 / (ended - began) * (to - from)).min(200.0);
    Ok((done as f64, possible))
}

/// A worker that sends back what it gets, without any of threader.
fn raw_echo() -> JsValue {
    let body = "
        if (typeof process === 'object') {
            const { Worker } = process.getBuiltinModule('node:worker_threads');
            const worker = new Worker('const { parentPort } = require(\"node:worker_threads\"); parentPort.on(\"message\", (m) => parentPort.postMessage(m))', { eval: true });
            worker.unref();
            return { ask: () => new Promise((resolve) => { worker.ref(); worker.once('message', () => { worker.unref(); resolve(); }); worker.postMessage(0); }) };
        }
        const worker = new Worker(URL.createObjectURL(new Blob(['onmessage = ({ data }) => postMessage(data)'])));
        return { ask: () => new Promise((resolve) => { worker.onmessage = resolve; worker.postMessage(0); }) };";
    Function::new_no_args(body)
        .call0(&JsValue::NULL)
        .unwrap_or_else(|error| wasm_bindgen::throw_val(error))
}

async fn raw_trips(raw: &JsValue) -> Vec<f64> {
    let body = "return (async () => {
        const trips = [];
        for (let i = 0; i < count; i += 1) {
            const began = performance.now();
            await raw.ask();
            trips.push((performance.now() - began) * 1000);
        }
        return trips;
    })()";
    let trips = Function::new_with_args("raw, count", body)
        .call2(&JsValue::NULL, raw, &(TRIPS as u32).into())
        .and_then(|promise| promise.dyn_into::<Promise>());
    match trips {
        Ok(trips) => JsFuture::from(trips).await.map_or(Vec::new(), |trips| {
            let trips: Array = trips.unchecked_into();
            trips.iter().filter_map(|trip| trip.as_f64()).collect()
        }),
        Err(error) => wasm_bindgen::throw_val(error),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
