// A worker that takes part in the bootstrap and says that it runs another build of the program: the frame `Ready`, version 1, with
// eight bytes of a build id that is nobody's.
self.onmessage = ({ data }) => {
  const ready = new Uint8Array([1, 2, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  data.port.postMessage(ready.buffer, [ready.buffer]);
};
