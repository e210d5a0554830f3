// The script that every worker of threader runs, in browsers and in Node. It knows nothing of the application:
// the first message says which wasm-bindgen output to load, brings the compiled module for it, and a private port for all that follows.
// Served as a file (threader's `Config::worker_url`) or started from a Blob; plain script, no imports, so that it works as either kind.
"use strict";
(() => {
  // In an eval'd Node worker `require` exists; nothing in a browser's worker is called so.
  const node = typeof require === "function" ? require("node:worker_threads") : undefined;

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

  const load = {
    web: async (glue, module) => {
      const exports = await import(glue);
      await exports.default({ module_or_path: module });
      return exports;
    },
    "no-modules": async (glue, module) => {
      importScripts(glue);
      await wasm_bindgen({ module_or_path: module });
      return wasm_bindgen;
    },
    nodejs: (glue, module) => withModule(module, () => require(glue)),
    "nodejs-module": (glue, module) => withModule(module, () => import(glue)),
  };

  const boot = async ({ threader, port }) => {
    // Read by `#[threader::main]`: the application's entry point must not run here.
    globalThis.__threader_worker = true;
    // Everything that can end this worker ends in a message: an event would say less, or not come at all.
    const report = (what) => (error) => port.postMessage([what, words(error)]);
    const trapped = report("trap");
    try {
      const program = await load[threader.target](threader.glue, threader.module);
      port.onmessage = ({ data }) => {
        try {
          program.__threader_run(data);
        } catch (error) {
          // A module that has trapped is in an unknown state: say so, do nothing more, and stay until the pool ends it,
          // so that it hears the reason before it hears of an exit.
          port.onmessage = () => {};
          trapped(error);
        }
      };
      port.onmessageerror = () => trapped("a message could not be read");
      program.__threader_start(port);
    } catch (error) {
      report("start")(error);
    }
  };

  if (node) {
    boot(node.workerData);
  } else {
    self.addEventListener("unhandledrejection", (event) => {
      throw event.reason;
    });
    self.addEventListener("message", ({ data }) => boot(data), { once: true });
  }
})();
