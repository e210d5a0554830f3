// A worker without a program: the yardstick for a task's round trip.
onmessage = (event) => postMessage(event.data);
