// Preloaded with `node --require`: a Node that has no worker threads, as some embedders' builds.

const Module = require("node:module");

const missing = (id) => /^(node:)?worker_threads$/.test(id);

const getBuiltinModule = process.getBuiltinModule;
if (getBuiltinModule) {
  process.getBuiltinModule = (id) => (missing(id) ? undefined : getBuiltinModule.call(process, id));
}

const load = Module._load;
Module._load = function (id, ...rest) {
  if (missing(id)) throw Object.assign(new Error(`No such built-in module: ${id}`), { code: "ERR_UNKNOWN_BUILTIN_MODULE" });
  return load.call(this, id, ...rest);
};

delete globalThis.Worker;
