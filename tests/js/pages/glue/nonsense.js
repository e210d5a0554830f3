// Loads, and then says something that is no frame.
export default () => {};
export const __threader_receive = () => {};
export const __threader_next = () => false;
export const __threader_start = (port) => port.postMessage(new Uint8Array([9, 9, 9]).buffer);
