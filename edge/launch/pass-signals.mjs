/** Ends a child with this process: for launchers, which only wait for theirs. */

import process from "node:process";
import { signalServer } from "./server-process.mjs";

const PARENT_CHECK_MS = 250;

/**
 * Passes on what this process is told, and resolves with the child's exit code.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
export async function waitFor(child) {
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => signalServer(child, signal === "SIGHUP" ? "SIGTERM" : signal));
  }
  watchNpm(() => signalServer(child, "SIGTERM"));
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/**
 * Calls `onGone` when npm is gone. npm runs us through a shell that a signal ends without passing
 * it on; then we have a new parent, and a server that nobody can find must not live on. Started by
 * hand we stay, whatever becomes of the shell we came from.
 *
 * @param {() => void} onGone
 */
function watchNpm(onGone) {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_CHECK_MS);
  timer.unref();
}
