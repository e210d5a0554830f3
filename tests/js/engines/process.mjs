// Programs that a driver starts, and ends with all that they started.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Starts a program in a process group of its own. Gives `{ child, ended, stop() }`: `ended` rejects, naming the program, as soon as it is
 * gone or could not be started; `stop` ends the group and waits until the program is gone.
 */
export function start(executable, args, options = {}) {
  const child = spawn(executable, args, { ...options, detached: true });
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
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
    await gone;
  };
  return { child, ended, stop };
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
