/**
 * Starts the real server for a test: built page, Deno process, a port the system chooses, a data
 * folder of its own.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildIfStale, signalServer, spawnServer } from "../../edge/launch/server-process.mjs";

const START_MS_MAX = 30_000;

/**
 * @typedef {object} RunningServer
 * @property {string} url ends with a slash
 * @property {() => Promise<number | null>} stop asks it to stop; resolves with its exit code
 * @property {(signal: NodeJS.Signals) => Promise<number | null>} end the same by any signal
 * @property {number} pid
 */

/**
 * Builds when stale and starts. Rejects when the server does not come up.
 *
 * @typedef {object} StartOptions
 * @property {string} [pageFolder] serve this instead of `dist/`
 * @property {number} [port] default is the system's choice
 * @property {string} [dataFolder] of the relay's log; default is one that goes with the server
 * @property {Record<string, string>} [settings] more settings, such as CONCLAVE_RELAY_LIMITS
 *
 * @param {StartOptions} [options]
 * @returns {Promise<RunningServer>}
 */
export async function startServer({ pageFolder, port = 0, dataFolder, settings = {} } = {}) {
  if (pageFolder === undefined) await buildIfStale("capture");
  const ownFolder = mkdtempSync(join(tmpdir(), "conclave-data-"));
  const environment = {
    ...settings,
    PORT: String(port),
    HOST: "127.0.0.1",
    CONCLAVE_DATA: dataFolder ?? ownFolder,
  };
  const child = spawnServer(environment, "pipe", pageFolder);
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => child.once("exit", resolve));
  void ended.then(() => rmSync(ownFolder, { recursive: true, force: true }));

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
  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    signalServer(child, signal);
    return await ended;
  };
  return { url: await address, stop: () => end("SIGTERM"), end, pid: child.pid ?? 0 };
}
