/** The three stores where they live: Node, a page of a real profile, a process on Deno. */

import { chromium } from "@playwright/test";
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { denoPath, ROOT } from "../../../edge/launch/processes.mjs";
import { openHarnessSite } from "../../browser/harness-site.ts";
import { launchOptions } from "../../support/browser.mjs";
import { createMeasurer, type Measure, type Measured } from "./measurer.ts";
import { MEMORY_ENTRIES_MAX, openMemoryPlace } from "./memory-place.ts";

export interface Measurer {
  readonly store: "memory" | "IndexedDB" | "SQLite";
  readonly measure: Measure;
  /** Longer logs are not measured on this store. */
  readonly entriesMax: number;
  stop(): Promise<void>;
}

/** `folder` is empty and stays its caller's. */
export async function startMeasurers(folder: string): Promise<readonly Measurer[]> {
  return [
    startMemory(),
    await startPage(join(folder, "profile")),
    startDeno(join(folder, "sqlite")),
  ];
}

function startMemory(): Measurer {
  const measure = createMeasurer(() => Promise.resolve(openMemoryPlace()));
  return {
    ...{ store: "memory", measure, entriesMax: MEMORY_ENTRIES_MAX },
    stop: () => Promise.resolve(),
  };
}

/** A profile on the disk: what a private window stores stays in memory. */
async function startPage(profile: string): Promise<Measurer> {
  const site = await openHarnessSite("../bench/runtime/idb-page", "Runtime bench");
  const context = await chromium.launchPersistentContext(profile, launchOptions({ gpu: false }));
  const page = context.pages()[0] ?? await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => "benchRuntime" in globalThis);
  return {
    store: "IndexedDB",
    measure: (order) => page.evaluate((given) => globalThis.benchRuntime(given), order),
    entriesMax: Infinity,
    async stop() {
      await context.close();
      await site.close();
    },
  };
}

function startDeno(folder: string): Measurer {
  mkdirSync(folder, { recursive: true });
  const script = join(ROOT, "e2e/bench/runtime/sqlite-process.ts");
  const child = spawn(denoPath(), ["run", "--quiet", "-A", script, folder], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    store: "SQLite",
    async measure(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error(`The process on Deno ended with ${await ended}`);
      return JSON.parse(line.value) as Measured;
    },
    entriesMax: Infinity,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
