// node main.mjs --pkg DIR --out DIR --json FILE
//
// DIR of --pkg holds what `wasm-bindgen --target nodejs` made of the library. Writes OUT/sequential/NAME.png and
// OUT/parallel/NAME.png, and the figures to FILE. Nothing here ends the process: idle workers do not keep it alive.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";

const PHOTOS = ["hubble_deep_field.jpg", "coffee.png", "astronaut.png"];
const DATA = fileURLToPath(new URL("../../data/", import.meta.url));

const options = parseArgs({ options: { pkg: { type: "string" }, out: { type: "string" }, json: { type: "string" } } }).values;
if (!options.pkg) throw new Error("--pkg DIR is missing: the folder with wasm-bindgen's photo.js");
const glue = await import(pathToFileURL(join(resolve(options.pkg), "photo.js")));
// `nodejs` is a CommonJS module, `experimental-nodejs-module` is not.
const photo = glue.default ?? glue;

const names = PHOTOS.map((file) => file.replace(/\.\w+$/, ".png"));
const files = await Promise.all(PHOTOS.map((file) => readFile(join(DATA, file))));

for (const [index, name] of names.entries()) {
  const parallel = await photo.develop_parallel(files[index], (done, total) => show(name, done, total));
  const sequential = photo.develop_sequential(files[index]);
  if (Buffer.compare(parallel, sequential) !== 0) throw new Error(`${name}: sequential and parallel differ`);
  if (!options.out) continue;
  for (const [folder, png] of Object.entries({ sequential, parallel })) {
    await mkdir(join(options.out, folder), { recursive: true });
    await writeFile(join(options.out, folder, name), png);
  }
}

const report = JSON.parse(await photo.measure(names, files, await rawRoundTrip()));
if (options.json) await writeFile(options.json, JSON.stringify(report, null, 2) + "\n");
console.log(report);

function show(name, done, total) {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${name}: ${done}/${total} tiles${done === total ? "\n" : ""}`);
}

/** Microseconds for one message to a worker that answers at once, and back: median of 20 batches of 20, after 3 to warm up. */
async function rawRoundTrip() {
  const echo = 'const { parentPort } = require("node:worker_threads"); parentPort.on("message", (m) => parentPort.postMessage(m));';
  const worker = new Worker(echo, { eval: true });
  const failed = new Promise((_, reject) => worker.once("error", reject));
  const batches = [];
  for (let batch = 0; batch < 23; batch++) {
    const start = performance.now();
    for (let message = 0; message < 20; message++) {
      const answered = new Promise((resolve) => {
        worker.once("message", resolve);
        worker.postMessage(message);
      });
      await Promise.race([answered, failed]);
    }
    batches.push((performance.now() - start) * 1000 / 20);
  }
  await worker.terminate();
  return median(batches.slice(3));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}
