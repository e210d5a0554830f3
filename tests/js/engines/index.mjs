// The browsers that pages are run in, behind one interface; each has its own driver in this folder.

import { withPage as chromium } from "./chromium.mjs";
import { withPage as firefox } from "./firefox.mjs";
import { withPage as webkit } from "./webkit.mjs";

const ENGINES = { chromium, firefox, webkit };

/**
 * Starts a headless browser with one empty page, hands it to `use`, and ends the browser whatever comes of that. `browser` is
 * `{ "engine": "chromium" | "firefox" | "webkit", … }` and the paths of its programs, as `cargo xtask` finds them. With
 * `"insecure": { host, port }` that host is this machine, and with `"isolated": true` pages that are cross-origin isolated share memory.
 *
 * A page, on every engine:
 *   listen(heard, broken)   from now on `heard({ level, text })` for each line of its console, and `broken(error)` once it is gone;
 *                           WebKit tells only of pages that load `watch.js`
 *   open(url)               goes there; a promise that need not wait until the page is loaded
 *   value(expression)       a promise of what the expression, or the promise that it gives, comes to in the page; it has to be JSON
 */
export function withPage(browser, use) {
  const engine = ENGINES[browser.engine];
  if (!engine) throw new Error(`there is no browser \`${browser.engine}\`; known are: ${Object.keys(ENGINES).join(", ")}`);
  return engine(browser, use);
}

/**
 * Opens a page and hands each of its lines to `heard({ level, text })` until that returns true. Rejects when the page dies before, and
 * when it says nothing for `silence` milliseconds: a guard against hanging, not a measure.
 */
export async function readLines(page, url, silence, heard) {
  let guard;
  const over = new Promise((resolve, reject) => {
    const wind = () => {
      clearTimeout(guard);
      guard = setTimeout(() => reject(new Error(`the page was silent for ${silence / 1000} s`)), silence);
    };
    wind();
    page.listen((line) => {
      wind();
      try {
        if (heard(line)) resolve();
      } catch (error) {
        reject(error);
      }
    }, reject);
    page.open(url).catch(reject);
  });
  await over.finally(() => clearTimeout(guard));
}
