/**
 * One build of the page at a time, whichever processes ask for one: two that write the same folder
 * would leave a page without its files that says it is fresh.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_AGAIN_MS = 100;
/** Far longer than a build takes on the slowest machine. */
const WAIT_MS_MAX = 300_000;

/**
 * Runs `work` while no other process that names the same `path` does. A process that died holding
 * its turn has lost it. Rejects after five minutes of waiting.
 *
 * @template T
 * @param {string} path of the file that marks the turn
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inTurn(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  const endMs = performance.now() + WAIT_MS_MAX;
  while (!take(path)) {
    if (performance.now() > endMs) throw new Error(`Cannot build: ${path} is held by a process`);
    await sleep(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @returns {boolean} whether the turn is ours now
 */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  }
  // Its owner looks after it, unless it is gone; then the next round takes it.
  if (!isAlive(ownerOf(path))) rmSync(path, { force: true });
  return false;
}

/**
 * @param {string} path
 * @returns {number | undefined} undefined while its owner has not written yet, or once it is gone
 */
function ownerOf(path) {
  try {
    return Number(readFileSync(path, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

/** @param {number | undefined} pid */
function isAlive(pid) {
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
