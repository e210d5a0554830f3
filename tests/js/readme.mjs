// Opens the page that README.md shows in headless Chromium and prints what its `<output>` shows.
//
//   node readme.mjs '{"browser": {"executable": PATH}, "mounts": [[PREFIX, FOLDER], …], "page": PATH}'

import { withPlaywright } from "./engines/chromium.mjs";
import { serve } from "./server.mjs";

/** A guard against hanging, not a measure. */
const PATIENCE_MS = 300_000;

const plan = JSON.parse(process.argv[2]);
const server = await serve(plan.mounts);
try {
  console.log(await withPlaywright(plan.browser, (page) => shown(page, `${server.origin}${plan.page}`)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  server.close();
}

async function shown(page, url) {
  const broken = new Promise((_, reject) => {
    page.on("pageerror", (error) => reject(new Error(`uncaught in the page: ${error.stack ?? error}`)));
    page.on("crash", () => reject(new Error("the page crashed")));
  });
  const text = () => document.querySelector("output")?.textContent;
  const done = page
    .goto(url)
    .then(() => page.waitForFunction(text, undefined, { timeout: PATIENCE_MS }))
    .then((result) => result.jsonValue());
  return Promise.race([done, broken]);
}
