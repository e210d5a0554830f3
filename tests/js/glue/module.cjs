// A module that does not compile. In a context of its own, because `WebAssembly.Module` stands for another one while this is loaded.
require("node:vm").runInNewContext("new WebAssembly.Module(new Uint8Array([0, 1, 2, 3]))");
