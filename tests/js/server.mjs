// The suite's web server: static files, and the few paths at which it plays tricks.
//
//   /csp/…      the files of its mounts under a policy that allows no worker from a Blob
//   /trusted…   the files of its mounts where Trusted Types are required
//   /delay/N    nothing, after N milliseconds: a synchronous request for it blocks a page's thread without using it
//   /memory     the bytes of memory held by the browser's processes in which pages run, with their workers, where the system is Linux
//   /requests   how often each path was fetched so far, as JSON: {"/web/suite_bg.wasm": 1, …}

import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** No plain text names a script, only what the one policy that is allowed has made. */
const TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types threader";

/** Scripts and workers from files of this origin only, and WebAssembly. */
const STRICT_POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** Pages with these may share memory with their workers. A worker's script needs the second one too, so all answers carry both. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/**
 * Serves `mounts`, pairs of a path prefix and a folder, on a free port of the loopback interface. A path is looked up in
 * every folder whose prefix it has, in their order. With `isolated` its pages are cross-origin isolated. Gives `{ port, origin, close() }`.
 */
export async function serve(mounts, { isolated = false } = {}) {
  const requests = new Map();
  const server = createServer(async (request, response) => {
    // As a proxy it is asked for whole addresses.
    const { pathname: path } = new URL(request.url, "http://localhost");
    requests.set(path, (requests.get(path) ?? 0) + 1);
    const { status, type, body } = await answer(path, mounts, requests);
    const headers = {
      "content-type": type,
      // Every fetch must reach this server, or `/requests` would count the browser's cache.
      "cache-control": "no-store",
    };
    if (isolated) Object.assign(headers, ISOLATION);
    if (path.startsWith("/csp/")) headers["content-security-policy"] = STRICT_POLICY;
    if (path.startsWith("/trusted")) headers["content-security-policy"] = TRUSTED_TYPES;
    response.writeHead(status, headers).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(path, mounts, requests) {
  if (path === "/requests") {
    return { status: 200, type: TYPES[".json"], body: JSON.stringify(Object.fromEntries(requests)) };
  }
  if (path === "/memory") {
    const bytes = await memoryOfPages();
    return { status: bytes === undefined ? 404 : 200, type: "text/plain", body: String(bytes) };
  }
  if (path.startsWith("/delay/")) {
    await new Promise((resolve) => setTimeout(resolve, Number(path.slice("/delay/".length))));
    return { status: 204, type: "text/plain" };
  }
  if (path === "/favicon.ico") {
    return { status: 204, type: "image/x-icon" };
  }
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  for (const [prefix, folder] of mounts) {
    if (!path.startsWith(prefix)) continue;
    const rest = normalize(path.slice(prefix.length));
    if (rest.startsWith("..")) continue;
    try {
      return { status: 200, type, body: await readFile(join(folder, rest)) };
    } catch (error) {
      if (!["ENOENT", "EISDIR", "ENOTDIR"].includes(error.code)) throw error;
    }
  }
  return { status: 404, type: "text/plain; charset=utf-8", body: `nothing at ${path}\n` };
}

/** How the processes call themselves that run pages: Chromium's, Firefox's and WebKit's. */
const PAGES = /--type=renderer|-contentproc .* tab$|WebKitWebProcess/;

/** What several processes share counts once. A process that ends meanwhile holds nothing. The browser is a child of this process. */
async function memoryOfPages() {
  if (process.platform !== "linux") return undefined;
  const read = (pid, file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  const parents = new Map();
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    // The name of the program, in parentheses, may hold anything; its state and its parent follow.
    const parent = /\) \S (\d+)[^)]*$/.exec(await read(pid, "stat"))?.[1];
    if (parent) parents.set(pid, parent);
  }
  const ours = (pid) => pid !== undefined && (pid === String(process.pid) || ours(parents.get(pid)));
  let kib = 0;
  for (const pid of [...parents.keys()].filter(ours)) {
    const command = (await read(pid, "cmdline")).replaceAll("\0", " ").trim();
    if (!PAGES.test(command)) continue;
    kib += Number(/^Pss:\s+(\d+) kB$/m.exec(await read(pid, "smaps_rollup"))?.[1] ?? 0);
  }
  return kib === 0 ? undefined : kib * 1024;
}
