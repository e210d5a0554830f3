// Loads, and then says something that is no frame.
exports.__threader_receive = () => {};
exports.__threader_next = () => false;
exports.__threader_start = (port) => port.postMessage(new Uint8Array([9, 9, 9]).buffer);
