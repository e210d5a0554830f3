// Headless Firefox over WebDriver BiDi, which it speaks itself.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import WebSocket from "ws";

import { said, start, withFolder } from "./process.mjs";

/** No traffic of its own, no first-run pages, no questions: a test machine has nobody to answer. */
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  // A test may keep the page's thread busy for long.
  "dom.max_script_run_time": 0,
  "dom.ipc.reportProcessHangs": false,
  "extensions.getAddons.cache.enabled": false,
  "extensions.update.enabled": false,
  "media.gmp-manager.updateEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

export function withPage({ executable, insecure }, use) {
  return withFolder("threader-firefox", async (profile) => {
    const preferences = insecure ? { ...PREFERENCES, "network.dns.localDomains": insecure.host } : PREFERENCES;
    const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
    await writeFile(join(profile, "user.js"), lines.join(""));
    const firefox = start(executable, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    try {
      const [, address] = await Promise.race([said(firefox.child.stderr, /WebDriver BiDi listening on (ws:\S+)/), firefox.ended]);
      const connection = await connect(`${address}/session`);
      return await use(await page(connection, firefox));
    } finally {
      await firefox.stop();
    }
  });
}

async function page(connection, firefox) {
  await connection.send("session.new", { capabilities: {} });
  const { contexts } = await connection.send("browsingContext.getTree", {});
  const { context } = contexts[0];
  return {
    listen(heard, broken) {
      connection.on("log.entryAdded", ({ type, level, method, text, args }) => {
        // `text` joins the arguments as the console would; a lone string is itself.
        const own = args?.length === 1 && args[0].type === "string" ? args[0].value : text;
        heard({ level: type === "console" ? method : level, text: own ?? "" });
      });
      connection.on("browsingContext.contextDestroyed", (gone) => {
        if (gone.context === context) broken(new Error("the page's tab is gone"));
      });
      connection.closed.then(() => broken(new Error("Firefox ended the session")));
      firefox.ended.catch(broken);
    },
    async open(url) {
      const events = ["log.entryAdded", "browsingContext.contextDestroyed"];
      await connection.send("session.subscribe", { events });
      await connection.send("browsingContext.navigate", { context, url, wait: "none" });
    },
    async value(expression) {
      const answer = await connection.send("script.evaluate", {
        // As text, so that one type says it all.
        expression: `(async () => JSON.stringify(await (${expression})))()`,
        target: { context },
        awaitPromise: true,
      });
      if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
      return answer.result.value === undefined ? undefined : JSON.parse(answer.result.value);
    },
  };
}

/** A BiDi connection: commands are numbered and answered by number, events have a method. */
async function connect(address) {
  const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 0 });
  const [waiting, listeners] = [new Map(), new Map()];
  let number = 0;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  closed.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("Firefox ended the session"));
  });
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    if (message.type === "event") {
      listeners.get(message.method)?.(message.params);
      return;
    }
    const { resolve, reject } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    if (message.type === "success") resolve?.(message.result);
    else reject?.(new Error(`${message.error}: ${message.message}`));
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return {
    closed,
    on: (method, listener) => listeners.set(method, listener),
    send(method, params) {
      number += 1;
      const id = number;
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      socket.send(JSON.stringify({ id, method, params }));
      return answer;
    },
  };
}
