// WebKitGTK's MiniBrowser over WebDriver, on an X server without a screen. This WebDriver has no events, so the page's `watch.js` keeps
// the lines of the console until they are asked for; the question waits in the page until there is a line.

import { createServer } from "node:net";

import { said, start } from "./process.mjs";

/** A guard against hanging: the script that waits for the page's next line may wait as long as it likes. */
const SCRIPT_MS = 3_600_000;
const STARTING_MS = 60_000;

export async function withPage({ executable, driver, xvfb, insecure, isolated }, use) {
  const screen = start(xvfb, ["-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  try {
    const [, number] = await Promise.race([said(screen.child.stdio[3], /(\d+)\n/), screen.ended]);
    const port = await freePort();
    const webdriver = start(driver, [`--port=${port}`], {
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        DISPLAY: `:${number}`,
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
        WEBKIT_DISABLE_COMPOSITING_MODE: "1",
        // Without it WebKitGTK has no `SharedArrayBuffer`, not even in a page that is isolated; other ports of WebKit have.
        ...(isolated && { JSC_useSharedArrayBuffer: "1" }),
      },
    });
    try {
      const origin = `http://127.0.0.1:${port}`;
      await Promise.race([answers(origin), webdriver.ended]);
      return await use(await page(origin, executable, webdriver, insecure));
    } finally {
      await webdriver.stop();
    }
  } finally {
    await screen.stop();
  }
}

async function page(origin, binary, webdriver, insecure) {
  const alwaysMatch = {
    "webkitgtk:browserOptions": { binary, args: ["--automation"] },
    timeouts: { script: SCRIPT_MS },
    // It maps no host to another one, so its server is its proxy, too.
    ...(insecure && { proxy: { proxyType: "manual", httpProxy: `127.0.0.1:${insecure.port}` } }),
  };
  const { sessionId } = await command(`${origin}/session`, { capabilities: { alwaysMatch } });
  const session = `${origin}/session/${sessionId}`;
  const script = (text) => command(`${session}/execute/async`, { script: text, args: [] });
  let [heard, broken] = [];
  const read = async () => {
    let from = 0;
    for (let lost = 0; ; ) {
      try {
        for (const line of await script(`globalThis.threaderWatch.next(${from}, arguments[0])`)) {
          heard(line);
          from += 1;
        }
        lost = 0;
      } catch (error) {
        // The driver loses an answer now and then. The page still has the lines that are not confirmed.
        lost += 1;
        if (lost > 3 || !String(error).includes("Could not parse script result")) throw error;
      }
    }
  };
  return {
    listen(lines, end) {
      [heard, broken] = [lines, end];
      webdriver.ended.catch(broken);
    },
    async open(url) {
      await command(`${session}/url`, { url });
      // The browser goes away in the middle of a question when it is over: then nobody minds.
      if (heard) read().catch(broken);
    },
    async value(expression) {
      const { value, error } = await script(
        `(async () => ({ value: await (${expression}) }))().catch((error) => ({ error: String(error) })).then(arguments[0])`,
      );
      if (error) throw new Error(error);
      return value;
    },
  };
}

async function command(url, body) {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value.error}: ${value.message}`);
  return value;
}

/** A port that was free a moment ago; the driver takes no 0. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Ready when the driver answers. It says nothing when it begins to listen, so it is asked again. */
async function answers(origin) {
  const end = performance.now() + STARTING_MS;
  for (;;) {
    try {
      return await fetch(`${origin}/status`);
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
