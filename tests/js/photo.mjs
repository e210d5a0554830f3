// Opens the photo example's page in headless Chromium and writes what it computed to files.
//
//   node photo.mjs '{"browser": {"executable": PATH}, "mounts": [[PREFIX, FOLDER], …], "page": PATH, "out": FOLDER, "json": FILE}'
//
// The page leaves its figures and pictures in `globalThis.photoReport`, or an error's text in `globalThis.photoError`.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { withPlaywright } from "./engines/chromium.mjs";
import { serve } from "./server.mjs";

/** A guard against hanging, not a measure. */
const PATIENCE_MS = 300_000;

const plan = JSON.parse(process.argv[2]);
const server = await serve(plan.mounts);
try {
  const { outputs, ...report } = await withPlaywright(plan.browser, (page) => develop(page, `${server.origin}${plan.page}`));
  for (const [folder, pictures] of Object.entries(outputs)) {
    await mkdir(join(plan.out, folder), { recursive: true });
    for (const [name, base64] of Object.entries(pictures)) {
      await writeFile(join(plan.out, folder, name), Buffer.from(base64, "base64"));
    }
  }
  await writeFile(plan.json, JSON.stringify(report, null, 2) + "\n");
  console.log(report);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  server.close();
}

async function develop(page, url) {
  const broken = new Promise((_, reject) => {
    page.on("pageerror", (error) => reject(new Error(`uncaught in the page: ${error.stack ?? error}`)));
    page.on("crash", () => reject(new Error("the page crashed")));
  });
  const done = page
    .goto(url)
    .then(() => page.waitForFunction(() => globalThis.photoReport ?? globalThis.photoError, undefined, { timeout: PATIENCE_MS }))
    .then((result) => result.jsonValue());
  const report = await Promise.race([done, broken]);
  if (typeof report === "string") throw new Error(`the page failed: ${report}`);
  return report;
}
