// Headless Chromium through Playwright.

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

export async function withPage({ executable }, use) {
  const browser = await chromium.launch({ executablePath: executable, headless: true, args: ARGUMENTS });
  try {
    const page = await browser.newPage();
    return await use({
      listen(heard, broken) {
        page.on("console", (message) => heard({ level: message.type(), text: message.text() }));
        page.on("crash", () => broken(new Error("the page crashed")));
        browser.on("disconnected", () => broken(new Error("Chromium ended")));
      },
      open: (url) => page.goto(url),
      value: (expression) => page.evaluate(expression),
    });
  } finally {
    await browser.close();
  }
}
