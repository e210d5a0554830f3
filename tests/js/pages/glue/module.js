// A module that does not compile.
export default () => WebAssembly.compile(new Uint8Array([0, 1, 2, 3]));
