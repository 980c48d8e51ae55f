/**
 * Memory of the browser's page processes over loads and unloads of an engine. Unloaded means that
 * its worker has ended: nothing else frees WebAssembly memory for certain.
 */

import { readFileSync } from "node:fs";

/** @typedef {import("@playwright/test").Page} Page */

/** A worker that has ended gives its memory back some time later, in pieces. */
const READ_EACH_MS = 250;
/** Settled: so many readings in a row without one that is lower by more than a hundredth. */
const STEADY_READS = 12;
const READS_MAX = 120;
/**
 * @typedef {object} Cycle
 * @property {number} cycle
 * @property {number} loadedBytes
 * @property {number} afterBytes
 */

/**
 * @param {Page} page with nothing loaded
 * @param {number} cycles
 * @param {{ load: () => Promise<void>, unload: () => Promise<void> }} engine
 */
export async function measureMemory(page, cycles, { load, unload }) {
  const session = await page.context().newCDPSession(page);
  const read = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return await rendererBytes(page);
  };
  const readSettled = () =>
    settle(read, () => new Promise((resolve) => setTimeout(resolve, READ_EACH_MS)));
  const beforeBytes = await readSettled();
  /** @type {Cycle[]} */
  const rows = [];
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    await load();
    const loadedBytes = await read();
    await unload();
    rows.push({ cycle, loadedBytes, afterBytes: await readSettled() });
  }
  await session.detach();
  return { beforeBytes, cycles: rows };
}

/**
 * The least that `read` gives, once it has not fallen for a while; at the latest after `READS_MAX`.
 *
 * @param {() => Promise<number>} read
 * @param {() => Promise<unknown>} pause
 */
export async function settle(read, pause) {
  let least = await read();
  let steady = 0;
  for (let reads = 1; reads < READS_MAX && steady < STEADY_READS; reads += 1) {
    await pause();
    const bytes = await read();
    steady = bytes < least * 0.99 ? 0 : steady + 1;
    least = Math.min(least, bytes);
  }
  return least;
}

/**
 * What is not shared with other processes, and a share of what is (Linux: proportional set size).
 *
 * @param {Page} page
 */
async function rendererBytes(page) {
  const browser = page.context().browser();
  if (browser === null) throw new Error("Cannot read the memory of a browser that is gone");
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer")
    .reduce((sum, { id }) => sum + readPss(readFileSync(`/proc/${id}/smaps_rollup`, "utf8")), 0);
}

/**
 * Bytes by the text of `/proc/PID/smaps_rollup`. Throws where the line is missing.
 *
 * @param {string} text
 */
export function readPss(text) {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  if (kibibytes === undefined) throw new Error("Cannot read the memory of a process: no Pss");
  return Number(kibibytes) * 1024;
}

/**
 * How much of the memory is back after the first unload and after the last, and how far it grew
 * meanwhile: the first brings in code that stays. Throws without a cycle.
 *
 * @param {Awaited<ReturnType<typeof measureMemory>>} measured
 */
export function memoryFigures({ beforeBytes, cycles }) {
  const [first, last] = [cycles.at(0), cycles.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("Cannot judge no cycles");
  const loadedBytes = Math.max(...cycles.map((row) => row.loadedBytes));
  return {
    ...{ beforeBytes, loadedBytes, cycles: cycles.length },
    ...{ afterFirstBytes: first.afterBytes, afterLastBytes: last.afterBytes },
    growthRatio: last.afterBytes / first.afterBytes,
    leftRatio: last.afterBytes / beforeBytes,
  };
}
