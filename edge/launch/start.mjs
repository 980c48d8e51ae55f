/** `npm start`: builds the page when it is stale, serves it, and stops with the signal it gets. */

import process from "node:process";
import { buildIfStale, signalServer, spawnServer } from "./server-process.mjs";

const PARENT_CHECK_MS = 250;

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

/** @returns {Promise<number>} the exit code */
async function start() {
  await buildIfStale("inherit");
  const server = spawnServer({}, "inherit");
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => signalServer(server, signal === "SIGHUP" ? "SIGTERM" : signal));
  }
  watchNpm(() => signalServer(server, "SIGTERM"));
  return await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => resolve(code ?? 1));
  });
}

try {
  process.exitCode = await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
