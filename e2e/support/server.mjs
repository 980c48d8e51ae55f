/** Starts the real server for a test: built page, Deno process, a port the system chooses. */

import { buildIfStale, signalServer, spawnServer } from "../../edge/launch/server-process.mjs";

const START_MS_MAX = 30_000;

/**
 * @typedef {object} RunningServer
 * @property {string} url ends with a slash
 * @property {() => Promise<number | null>} stop asks it to stop; resolves with its exit code
 */

/**
 * Builds when stale and starts. Rejects when the server does not come up.
 *
 * @param {{ readonly pageFolder?: string, readonly port?: number }} [options]
 *   `pageFolder`: serve this instead of `dist/`; `port`: default is the system's choice
 * @returns {Promise<RunningServer>}
 */
export async function startServer({ pageFolder, port = 0 } = {}) {
  if (pageFolder === undefined) await buildIfStale("capture");
  const child = spawnServer({ PORT: String(port), HOST: "127.0.0.1" }, "pipe", pageFolder);
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => child.once("exit", resolve));

  /** @type {Promise<string>} */
  const address = new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(
      () => reject(new Error(`Cannot start the server: no address within ${START_MS_MAX} ms`)),
      START_MS_MAX,
    );
    child.once("error", reject);
    void ended.then((code) => reject(new Error(`The server ended with code ${code}: ${text}`)));
    child.stderr?.on("data", (/** @type {Buffer} */ data) => {
      text += data.toString();
      process.stderr.write(data);
    });
    child.stdout?.on("data", (/** @type {Buffer} */ data) => {
      text += data.toString();
      const found = /Conclave is at (http:\S+)/.exec(text);
      if (found?.[1] === undefined) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
  });
  return {
    url: await address,
    stop: async () => {
      signalServer(child, "SIGTERM");
      return await ended;
    },
  };
}
