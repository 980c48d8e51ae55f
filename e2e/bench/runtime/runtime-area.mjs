/** The area `runtime`: what the ledger, its loop and the segment log cost over the plain store. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../edge/launch/processes.mjs";
import { importTypeScript } from "../../torture/import-typescript.mjs";

const LOGS = [10, 1_000, 100_000];

/** @typedef {import("./figures.ts").StoreFigures} StoreFigures */

/**
 * @param {import("@playwright/test").Browser | undefined} _browser one with a profile is used
 * @param {number} rounds
 * @param {(line: string) => void} tell
 * @returns {Promise<{ stores: StoreFigures[] }>}
 */
export async function measureRuntime(_browser, rounds, tell) {
  /** @type {typeof import("./start-measurers.ts")} */
  const { startMeasurers } = await importTypeScript(
    join(ROOT, "e2e/bench/runtime/start-measurers.ts"),
  );
  /** @type {typeof import("./figures.ts")} */
  const { figuresOf } = await importTypeScript(join(ROOT, "e2e/bench/runtime/figures.ts"));
  const folder = mkdtempSync(join(tmpdir(), "conclave-bench-runtime-"));
  const measurers = await startMeasurers(folder);
  try {
    const all = measurers.map(({ store, measure, entriesMax }) => ({
      ...{ store, measure, logs: LOGS.filter((entries) => entries <= entriesMax) },
      measured: /** @type {import("./measurer.ts").Measured[]} */ ([]),
    }));
    // Fills the logs and warms what warms up; not counted.
    for (const { measure, logs } of all) await measure({ round: 0, logs });
    for (let round = 1; round <= rounds; round += 1) {
      tell(`runtime: round ${round} of ${rounds}`);
      // In turn, so that a load that comes and goes strikes all alike.
      for (const { measure, logs, measured } of all) measured.push(await measure({ round, logs }));
    }
    return { stores: all.map(({ store, measured }) => figuresOf(store, measured)) };
  } finally {
    await Promise.all(measurers.map((one) => one.stop()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
