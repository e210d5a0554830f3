// What a call of an export costs, for `cargo xtask bench exports`: of a module without tasks beside one with many.
//
//   node exports.mjs WITHOUT.js WITH.js
//
// Prints JSON: the tasks in each module, and for each export the nanoseconds of a call and their ratio.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const ROUNDS = 41;
const CALLS = { noop: 2_000_000, echo: 100_000 };
const ARGUMENTS = { noop: 7, echo: "as long as a short line of text" };

const files = process.argv.slice(2);
const modules = files.map(createRequire(import.meta.url));

const tasks = files.map((file) => {
  const bytes = readFileSync(file.replace(/\.js$/, "_bg.wasm"));
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(bytes));
  return exported.filter(({ name }) => name.startsWith("__threader_task_")).length;
});

// Before anything is measured: they are tasks, and they run.
if ((await modules[1].task(42)) !== 42) throw new Error("a task gave a wrong result");

const results = {};
for (const name of Object.keys(CALLS)) {
  // The first round is for the compiler.
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => both(name, round)).slice(1);
  results[name] = {
    without: median(rounds.map(([without]) => without)),
    with: median(rounds.map(([, withTasks]) => withTasks)),
    ratio: median(rounds.map(([without, withTasks]) => withTasks / without)),
  };
}
console.log(JSON.stringify({ rounds: ROUNDS, tasks, ...results }));

/** One round of both modules. Each is first in every other round. */
function both(name, round) {
  const order = round % 2 ? [1, 0] : [0, 1];
  const taken = [];
  for (const index of order) taken[index] = call(modules[index][name], ARGUMENTS[name], CALLS[name]);
  return taken;
}

function call(f, argument, times) {
  const start = process.hrtime.bigint();
  for (let n = 0; n < times; n++) f(argument);
  return Number(process.hrtime.bigint() - start) / times;
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
