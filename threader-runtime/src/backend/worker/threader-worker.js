// The script that every worker of threader runs, in browsers and in Node. It knows nothing of the application:
// the first message says which wasm-bindgen output to load, brings the compiled module for it, and a private port for all that follows.
// Served as a file (threader's `Config::worker_url`) or started from a Blob; plain script, no imports, so that it works as either kind.
"use strict";
(() => {
  // In an eval'd Node worker `require` exists. In a page of Electron it may as well, and is none of
  // ours.
  const threads = typeof require === "function" ? require("node:worker_threads") : undefined;
  const node = threads?.workerData?.threader ? threads : undefined;

  // Only words leave: an Error keeps what it refers to alive, and structured clone flattens it anyway.
  const words = (error) =>
    error instanceof Error ? `${error.name}: ${error.message}` : String(error);

  // wasm-bindgen's output for Node compiles the module itself. Hand it the compiled one instead.
  const withModule = async (module, load) => {
    const { Module } = WebAssembly;
    WebAssembly.Module = function () {
      return module;
    };
    try {
      return await load();
    } finally {
      WebAssembly.Module = Module;
    }
  };

  // Where Trusted Types are required, only what a policy has made names a script. Without one the error names what is missing.
  const policy = (() => {
    try {
      return globalThis.trustedTypes?.createPolicy?.("threader", { __proto__: null, createScriptURL: String });
    } catch {
      return undefined;
    }
  })();

  const load = {
    web: async (glue, module) => {
      const exports = await import(glue);
      await exports.default({ module_or_path: module });
      return exports;
    },
    "no-modules": async (glue, module) => {
      importScripts(policy?.createScriptURL(glue) ?? glue);
      await wasm_bindgen({ module_or_path: module });
      return wasm_bindgen;
    },
    nodejs: (glue, module) => withModule(module, () => require(glue)),
    "nodejs-module": async (glue, module) => {
      const exports = await withModule(module, () => import(glue));
      return exports.__threader_start ? exports : exports.default;
    },
  };

  // Holds a Web Lock for as long as this worker lives. `false` where that fails.
  const holdLock = (name) =>
    new Promise((resolve, reject) => {
      const held = () => {
        resolve(true);
        return new Promise(() => {});
      };
      navigator.locks.request(name, held).catch(reject);
    }).catch(() => false);

  // Calls `f` in a later turn of the event loop, after the messages that have arrived by now.
  const { port1: here, port2: there } = new MessageChannel();
  let soon = node
    ? setImmediate
    : (f) => {
        here.onmessage = f;
        there.postMessage(0);
      };

  const boot = async ({ threader, port }) => {
    // Read by `#[threader::main]`: the application's entry point must not run here. And by a coordinator, which starts workers like itself.
    globalThis.__threader_worker = threader;
    threader.policy = policy;
    // In WebKit each message on a port goes over the page's thread, from a worker to itself too: that takes ten times as long as this, and
    // for ever while the page is blocked.
    if (threader.relays && globalThis.crypto?.subtle) {
      const nothing = new Uint8Array(1);
      soon = (f) => crypto.subtle.digest("SHA-1", nothing).then(f);
      here.close();
    }
    // Everything that can end this worker ends in a message: an event would say less, come too early, or not come at all.
    const report = (what) => (error) => port.postMessage([what, words(error)]);
    // A module that has trapped is in an unknown state: say so, do nothing more, and stay until the pool ends it,
    // so that it hears the reason before it hears of an exit.
    let dead = false;
    const died = (what) => (error) => {
      dead = true;
      port.onmessage = () => {};
      port.onmessageerror = null;
      report(what)(error);
    };
    const trapped = died("trap");
    // Nothing of what is sent to this worker was running: then nothing of that has failed.
    const between = died("between");
    try {
      // Its owner waits for the same lock, and so misses it when it is gone.
      if (threader.lock && (await holdLock(threader.lock))) port.postMessage(["alive"]);
      const program = await load[threader.target](threader.glue, threader.module);
      // Deno stops a worker in the middle of a loop only if it holds a lock, any. Not before the program is loaded: stopped
      // while it loads a module of Deno's own, a worker would take the process with it.
      if (typeof Deno === "object") await holdLock(`threader-${crypto.randomUUID()}`);

      let waiting = false;
      let running = false;
      let closed = false;
      // One task per turn, and between two of them everything that lies in the port, so that what is taken back is not run.
      const next = () => {
        if (dead) return;
        waiting = false;
        try {
          for (let message; node && (message = node.receiveMessageOnPort(port)); ) {
            program.__threader_receive(message.message);
          }
          running = true;
          const more = program.__threader_next();
          running = false;
          if (closed) {
            between(closed);
          } else if (more) {
            waiting = true;
            soon(next);
          }
        } catch (error) {
          trapped(error);
        }
      };
      port.onmessage = ({ data }) => {
        try {
          program.__threader_receive(data);
        } catch (error) {
          return trapped(error);
        }
        // Nothing was running or waiting: then this is not to be taken back, and it starts at once.
        if (!waiting) next();
      };
      port.onmessageerror = () => trapped("a message could not be read");
      if (!node) {
        // What a task throws is caught above; this is of what it has left behind: timers, promises.
        self.addEventListener("error", (event) => {
          event.preventDefault();
          between(event.error ?? event.message);
        });
        self.addEventListener("unhandledrejection", (event) => {
          event.preventDefault();
          between(`an unhandled rejection: ${words(event.reason)}`);
        });
        // The task that closes its worker goes on to its end, and is the last one.
        self.close = () => {
          closed = "`self.close()` was called";
          if (!running) between(closed);
        };
      }
      program.__threader_start(port);
    } catch (error) {
      report("start")(error);
    }
  };

  if (node) {
    // An open channel keeps a worker alive that has nothing to do with it.
    here.close();
    boot(node.workerData);
  } else {
    self.addEventListener("message", ({ data }) => boot(data), { once: true });
  }
})();
