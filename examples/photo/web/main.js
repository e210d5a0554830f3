// Expects `wasm-bindgen --target web` output in ./pkg/ and the photographs in ./data/.
//
// When all is done `globalThis.photoReport` holds the figures and all outputs as base64; on an error
// `globalThis.photoError` holds its text.

import init, * as photo from "./pkg/photo.js";

const PHOTOS = ["hubble_deep_field.jpg", "coffee.png", "astronaut.png"];
const status = document.getElementById("status");

try {
  globalThis.photoReport = await run();
  status.textContent = "Done: the parallel results equal the sequential ones, byte by byte.";
} catch (error) {
  globalThis.photoError = String(error?.stack ?? error);
  status.textContent = `Failed: ${error}`;
}

async function run() {
  await init();
  const names = PHOTOS.map((file) => file.replace(/\.\w+$/, ".png"));
  const files = await Promise.all(PHOTOS.map(load));
  const outputs = { sequential: {}, parallel: {} };
  for (const [index, name] of names.entries()) {
    const figure = addFigure(name, PHOTOS[index]);
    const bar = figure.querySelector("progress");
    const parallel = await photo.develop_parallel(files[index], (done, total) => {
      bar.max = total;
      bar.value = done;
    });
    await draw(parallel, figure.querySelector(".after"));
    outputs.parallel[name] = await base64(parallel);
    outputs.sequential[name] = await base64(photo.develop_sequential(files[index]));
    if (outputs.parallel[name] !== outputs.sequential[name]) throw new Error(`${name}: sequential and parallel differ`);
  }

  status.textContent = "Measuring …";
  const report = JSON.parse(await photo.measure(names, files, await rawRoundTrip()));
  addFigures(report);
  return { ...report, outputs };
}

async function load(file) {
  const response = await fetch(`./data/${file}`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function addFigure(name, file) {
  const figure = document.getElementById("photo").content.cloneNode(true).firstElementChild;
  figure.querySelector("figcaption").textContent = name;
  figure.querySelector(".before").src = `./data/${file}`;
  return document.getElementById("photos").appendChild(figure);
}

/** On a canvas, because the `img-src` of a strict CSP lets no `blob:` image in. */
async function draw(png, canvas) {
  const bitmap = await createImageBitmap(new Blob([png], { type: "image/png" }));
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
}

function addFigures(report) {
  const rows = [
    ["backend", report.backend],
    ["workers", report.workers],
    ["sequential", `${report.sequential_ms.toFixed(1)} ms`],
    ["parallel", `${report.parallel_ms.toFixed(1)} ms`],
    ["speed-up", (report.sequential_ms / report.parallel_ms).toFixed(2)],
    ["empty task, there and back", `${report.round_trip_us.toFixed(1)} µs`],
    ["bare postMessage, there and back", `${report.raw_round_trip_us.toFixed(1)} µs`],
  ];
  for (const cells of rows) {
    const row = document.getElementById("figures").insertRow();
    for (const cell of cells) row.insertCell().textContent = cell;
  }
}

/** Microseconds for one message to a worker that answers at once, and back: median of 20 batches of 20, after 3 to warm up. */
async function rawRoundTrip() {
  const worker = new Worker(new URL("echo.js", import.meta.url));
  const batches = [];
  for (let batch = 0; batch < 23; batch++) {
    const start = performance.now();
    for (let message = 0; message < 20; message++) {
      await new Promise((resolve, reject) => {
        worker.onmessage = resolve;
        worker.onerror = reject;
        worker.postMessage(message);
      });
    }
    batches.push((performance.now() - start) * 1000 / 20);
  }
  worker.terminate();
  return median(batches.slice(3));
}

/** @param {Uint8Array} bytes */
async function base64(bytes) {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes]));
  });
  return reader.result.slice(reader.result.indexOf(",") + 1);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}
