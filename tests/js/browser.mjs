// Runs one page of the common suite in headless Chromium and prints what the page prints.
//
//   node browser.mjs '{"chromium": PATH, "mounts": [[PREFIX, FOLDER], …], "page": PATH, "withoutWorkers": BOOL}'
//
// Ends with 0 when the page printed its last line; the tests' own outcomes are in the lines.

import { withPage } from "./chromium.mjs";
import { serve } from "./server.mjs";

/** A guard against hanging, not a measure; a little shorter than xtask's, so that Chromium is closed and not orphaned. */
const SILENCE_MS = 290_000;

/** Begins the line that says what nobody caught in the page. */
const BROKEN = "uncaught in the page: ";

const plan = JSON.parse(process.argv[2]);
const server = await serve(plan.mounts);
try {
  await withPage(plan.chromium, (page) => run(page, `${server.origin}${plan.page}`));
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
} finally {
  server.close();
}

async function run(page, url) {
  await page.addInitScript(watchErrors, BROKEN);
  if (plan.withoutWorkers) {
    await page.addInitScript(() => delete globalThis.Worker);
  }
  let guard;
  const ended = new Promise((resolve, reject) => {
    const heard = () => {
      clearTimeout(guard);
      guard = setTimeout(() => reject(new Error(`the page was silent for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
    };
    heard();
    page.on("console", (message) => {
      heard();
      const text = message.text();
      if (message.type() !== "log") {
        // A worker that traps says so here, and a test may want it to.
        console.log(`  [console.${message.type()}] ${text}`);
      } else if (text.startsWith(BROKEN)) {
        reject(new Error(text));
      } else {
        console.log(text);
        if (text.startsWith("suite finished: ")) resolve();
      }
    });
    page.on("crash", () => reject(new Error("the page crashed")));
    page.goto(url).catch(reject);
  });
  await ended.finally(() => clearTimeout(guard));
}

/**
 * Runs in the page, before its scripts: what nobody caught there ends the suite. Playwright's own `pageerror` would also tell
 * of what nobody caught in a worker, which tests bring about; an error event that comes from a worker has no `error`.
 */
function watchErrors(broken) {
  const tell = (what) => console.log(`${broken}${what}`);
  const listener = (event) => {
    if (event.target !== globalThis) tell(`cannot load ${event.target.src}`);
    else if (event.error) tell(event.error.stack ?? event.error);
  };
  // Capturing: the error of a script that did not load does not bubble.
  addEventListener("error", listener, true);
  addEventListener("unhandledrejection", ({ reason }) => tell(reason?.stack ?? reason));
}
