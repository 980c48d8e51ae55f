/**
 * `npm run torture -- relay --rounds 50`: kill -9 and SIGSTOP against the real relay while two
 * browsers append. Ends with 1 when an acknowledged entry was lost, doubled or reordered.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { chromium } from "@playwright/test";
import { ROOT } from "../../edge/launch/processes.mjs";
import { buildIfStale } from "../../edge/launch/server-process.mjs";
import { describeMachine } from "../bench/machine.mjs";
import { launchOptions } from "../support/browser.mjs";
import { parseArguments } from "./arguments.mjs";
import { importTypeScript } from "./import-typescript.mjs";

/** @param {import("./arguments.mjs").TortureArguments} asked */
async function torture({ kills, stops, seed, jsonFile }) {
  /** @type {typeof import("./relay-torture.ts")} */
  const { tortureRelay, TORTURE_LIMITS } = await importTypeScript(
    join(ROOT, "e2e/torture/relay-torture.ts"),
  );
  /** @type {typeof import("./report.ts")} */
  const { drawReport } = await importTypeScript(join(ROOT, "e2e/torture/report.ts"));
  const command = `npm run torture -- relay --rounds ${kills} --stops ${stops} --seed ${seed}`;
  await buildIfStale("inherit");
  console.error(`Seed ${seed}; the same again: ${command}`);
  const [at, loadBefore] = [new Date().toISOString(), loadavg()];
  const browser = await chromium.launch(launchOptions({ gpu: false }));
  try {
    const tell = (/** @type {string} */ line) => console.error(line);
    const results = await tortureRelay(browser, { kills, stops, seed, tell });
    const machine = describeMachine(browser, loadBefore);
    if (jsonFile !== undefined) {
      mkdirSync(dirname(resolve(jsonFile)), { recursive: true });
      const report = { command, at, machine, limits: TORTURE_LIMITS, results };
      writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    }
    console.log(
      `\nMade by \`${command}\` at ${at}: ${machine.cpu}, ${machine.cores} cores; ` +
        `Chromium ${machine.chromium}; rate and size limits of the relay raised.\n\n` +
        `${drawReport(results)}\n\n${results.isClean ? "Nothing lost." : "FAILED"}`,
    );
    if (!results.isClean) process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

const parsed = parseArguments(process.argv.slice(2), Date.now() % 2 ** 31);
if (parsed.ok) {
  await torture(parsed.value);
} else {
  console.error(parsed.message);
  process.exitCode = 1;
}
