// A worker that takes part in the bootstrap and then posts bytes that are no frame. For classic and module workers.
self.onmessage = ({ data, ports }) => {
  const port = ports[0] ?? Object.values(data).find((value) => value instanceof MessagePort);
  for (let length = 0; length < 64; length += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    port.postMessage(bytes.buffer, [bytes.buffer]);
  }
};
