// Programs that a driver starts, and ends with all that they started.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Those that run. Being groups of their own they hear nothing of a Ctrl-C, so it is passed on. */
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    running.forEach(end);
    process.kill(process.pid, signal);
  });
}

/**
 * Starts a program in a process group of its own. Gives `{ child, ended, stop() }`: `ended` rejects, naming the program, as soon as it is
 * gone or could not be started; `stop` ends the group and waits until the program is gone.
 */
export function start(executable, args, options = {}) {
  const child = spawn(executable, args, { ...options, detached: true });
  if (child.pid !== undefined) running.add(child.pid);
  let stopping = false;
  let stderr = "";
  child.stderr?.on("data", (data) => (stderr = (stderr + data).slice(-2000)));
  const gone = new Promise((resolve) => {
    child.once("error", (error) => resolve(`${executable} could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`${executable} ended with ${signal ?? code}\n${stderr}`.trim()));
  });
  const ended = gone.then((text) => {
    if (!stopping) throw new Error(text);
  });
  // Whoever waits for something of the program hears of it; nobody has to.
  ended.catch(() => {});
  const stop = async () => {
    stopping = true;
    if (running.delete(child.pid)) end(child.pid);
    await gone;
  };
  return { child, ended, stop };
}

/** The group's other members may outlive the program itself, so this does not depend on whether it still runs. */
function end(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** The first match of `pattern` in what a stream says. */
export function said(stream, pattern) {
  return new Promise((resolve) => {
    let text = "";
    const listener = (data) => {
      text += data;
      const match = pattern.exec(text);
      if (!match) return;
      stream.off("data", listener);
      // What comes later is read and thrown away, or the program would block on a full pipe.
      stream.resume();
      resolve(match);
    };
    stream.on("data", listener);
  });
}

/** Hands a fresh folder to `use` and removes it afterwards. */
export async function withFolder(name, use) {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  try {
    return await use(folder);
  } finally {
    // Retried: a process of the group may be writing its last file.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
