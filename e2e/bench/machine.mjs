/** The machine a figure was measured on: without it the figure says nothing. */

import { cpus, loadavg } from "node:os";
import process from "node:process";

/**
 * @param {import("@playwright/test").Browser | undefined} browser undefined where none took part
 * @param {readonly number[]} loadBefore load averages when the run began
 */
export function describeMachine(browser, loadBefore) {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? "unknown",
    cores: all.length,
    node: process.version,
    chromium: browser?.version(),
    loadavg: { before: loadBefore, after: loadavg() },
  };
}
