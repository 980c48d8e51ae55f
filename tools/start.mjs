/** `npm start`: builds the page when it is stale, serves it, and stops with the signal it gets. */

import process from "node:process";
import { buildIfStale, signalServer, spawnServer } from "./server-process.mjs";

/** @returns {Promise<number>} the exit code */
async function start() {
  await buildIfStale("inherit");
  const server = spawnServer({}, "inherit");
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => signalServer(server, signal === "SIGHUP" ? "SIGTERM" : signal));
  }
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
