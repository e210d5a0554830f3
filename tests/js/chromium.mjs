// Headless Chromium, as `cargo xtask setup` finds or installs it.

import { chromium } from "playwright-core";

/** No sandbox, because CI runs as root; no background traffic, because a test machine has nothing to talk to. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a browser with one empty page, hands it to `use`, and closes it whatever comes of that. */
export async function withPage(executablePath, use) {
  const browser = await chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
  try {
    return await use(await browser.newPage());
  } finally {
    await browser.close();
  }
}
