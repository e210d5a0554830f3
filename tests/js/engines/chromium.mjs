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

export function withPage(browser, use) {
  const { insecure, arguments: more = [] } = browser;
  const resolve = insecure ? [`--host-resolver-rules=MAP ${insecure.host} 127.0.0.1`] : [];
  return withPlaywright({ ...browser, arguments: [...more, ...resolve] }, (page) =>
    use({
      listen(heard, broken) {
        page.on("console", (message) => heard({ level: message.type(), text: message.text() }));
        page.on("crash", () => broken(new Error("the page crashed")));
        page.on("close", () => broken(new Error("the page is gone")));
      },
      open: (url) => page.goto(url),
      value: (expression) => page.evaluate(expression),
    }),
  );
}

/** The same with Playwright's own page. `arguments` are more of Chromium's own. */
export async function withPlaywright({ executable, arguments: more = [] }, use) {
  const browser = await chromium.launch({ executablePath: executable, headless: true, args: [...ARGUMENTS, ...more] });
  try {
    return await use(await browser.newPage());
  } finally {
    await browser.close();
  }
}
