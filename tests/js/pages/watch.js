// The first script of every page of the suite: what the one who drives the browser wants to know, on engines that tell it nothing else.
//
// What nobody caught in the page is logged, after `uncaught in the page: `. The lines of the console are kept where the address asks for it
// (`?watch=keep`). `?workers=none` makes the engine one without workers.
"use strict";
(() => {
  const wanted = new URLSearchParams(location.search);
  if (wanted.get("workers") === "none") delete globalThis.Worker;

  if (wanted.get("watch") === "keep") {
    // The lines that the driver has not confirmed, and the number of the first of them.
    let [lines, first, waiting] = [[], 0, undefined];
    const flush = () => {
      if (!waiting || lines.length === 0) return;
      waiting(lines);
      waiting = undefined;
    };
    /** Calls `done` with the lines from number `from` on, as soon as there are any. Those before are confirmed by it. */
    globalThis.threaderWatch = {
      next(from, done) {
        lines = lines.slice(from - first);
        [first, waiting] = [from, done];
        flush();
      },
    };
    for (const level of ["debug", "log", "info", "warn", "error"]) {
      const original = console[level];
      console[level] = (...words) => {
        original.apply(console, words);
        lines.push({ level, text: words.join(" ") });
        flush();
      };
    }
  }

  // Not a worker's error, which tests bring about: an error event that comes from a worker has no `error`.
  const tell = (what) => console.log(`uncaught in the page: ${what}`);
  // JavaScriptCore's stacks do not begin with the error itself.
  const words = (error) => (error?.stack?.includes(error.message) ? error.stack : `${error}\n${error?.stack ?? ""}`);
  const listener = (event) => {
    if (event.target !== globalThis) tell(`cannot load ${event.target.src}`);
    else if (event.error) tell(words(event.error));
  };
  // Capturing: the error of a script that did not load does not bubble.
  addEventListener("error", listener, true);
  addEventListener("unhandledrejection", ({ reason }) => tell(words(reason)));
})();
