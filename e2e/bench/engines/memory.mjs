/**
 * Memory of the browser's page processes over loads and unloads of the starter. Unloaded means that
 * its worker has ended: nothing else frees WebAssembly memory for certain.
 */

import { readFileSync } from "node:fs";

/** @typedef {import("@playwright/test").Page} Page */
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
  const beforeBytes = await read();
  /** @type {Cycle[]} */
  const rows = [];
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    await load();
    const loadedBytes = await read();
    await unload();
    rows.push({ cycle, loadedBytes, afterBytes: await read() });
  }
  await session.detach();
  return { beforeBytes, cycles: rows };
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
