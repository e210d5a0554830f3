// Runs one page of the common suite in a headless browser and prints what the page prints.
//
//   node browser.mjs '{"browser": {"engine": …}, "mounts": [[PREFIX, FOLDER], …], "page": PATH, "surroundings": …}'
//
// The surroundings are "isolated" (the page is cross-origin isolated), "insecure" (it is no secure context) or left out.
// Ends with 0 when the page printed its last line; the tests' own outcomes are in the lines.

import { readLines, withPage } from "./engines/index.mjs";
import { serve } from "./server.mjs";

/** A guard against hanging, not a measure; a little shorter than xtask's, so that the browser is closed and not orphaned. */
const SILENCE_MS = 290_000;

/** Begins the line in which `watch.js` says what nobody caught in the page. */
const BROKEN = "uncaught in the page: ";

/** Not a name of this machine, to browsers: what is served from there over plain http is no secure context. */
const INSECURE_HOST = "insecure.test";

const plan = JSON.parse(process.argv[2]);
const isolated = plan.surroundings === "isolated";
const server = await serve(plan.mounts, { isolated });
const insecure = plan.surroundings === "insecure" ? { host: INSECURE_HOST, port: server.port } : undefined;
const origin = insecure ? `http://${insecure.host}:${insecure.port}` : server.origin;
try {
  const browser = { ...plan.browser, isolated, insecure };
  await withPage(browser, (page) => readLines(page, `${origin}${plan.page}`, SILENCE_MS, print));
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
} finally {
  server.close();
}

/** Says whether that was the last line. */
function print({ level, text }) {
  if (level !== "log") {
    // A worker that traps says so here, and a test may want it to.
    console.log(`  [console.${level}] ${text}`);
    return false;
  }
  if (text.startsWith(BROKEN)) throw new Error(text);
  console.log(text);
  return text.startsWith("suite finished: ");
}
