/**
 * The benchmarks: `npm run bench -- AREA --json FILE`. Prints ratios first, then what they are made
 * of; never fails on a figure. One browser process and one run for what is compared.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { chromium } from "@playwright/test";
import { launchOptions } from "../support/browser.mjs";
import { APP_PARTS, measureApp } from "./app/app-area.mjs";
import { drawApp } from "./app/draw-app.mjs";
import { parseArguments } from "./arguments.mjs";
import { drawEngines } from "./engines/draw-engines.mjs";
import { measureEngines } from "./engines/engines-area.mjs";
import { drawHosting } from "./hosting/draw-hosting.mjs";
import { measureHosting } from "./hosting/hosting-area.mjs";
import { describeMachine } from "./machine.mjs";
import { drawPlanning, measurePlanning } from "./planning/planning-area.mjs";
import { drawRelay } from "./relay/draw-relay.mjs";
import { measureRelay } from "./relay/relay-area.mjs";
import { drawRuntime } from "./runtime/draw-runtime.mjs";
import { measureRuntime } from "./runtime/runtime-area.mjs";

/** @typedef {import("@playwright/test").Browser} Browser */
/** @typedef {(line: string) => void} Tell */

/** The first is measured when none is named. */
const AREAS = {
  app: createArea(measureApp, drawApp, APP_PARTS),
  relay: createArea(measureRelay, drawRelay),
  planning: createArea(measurePlanning, drawPlanning),
  runtime: createArea(measureRuntime, drawRuntime),
  hosting: createArea(measureHosting, drawHosting),
  engines: createArea(measureEngines, drawEngines),
};

/**
 * Binds what measures to what draws it.
 *
 * @template R
 * @param {(
 *   browser: Browser,
 *   rounds: number,
 *   tell: Tell,
 *   parts: readonly string[],
 * ) => Promise<R>} measure
 * @param {(results: R) => string} draw
 * @param {readonly string[]} parts what can be measured alone
 */
function createArea(measure, draw, parts = []) {
  const run = async (
    /** @type {Browser} */ browser,
    /** @type {number} */ rounds,
    /** @type {Tell} */ tell,
    /** @type {readonly string[]} */ asked,
  ) => {
    const results = await measure(browser, rounds, tell, asked);
    return { results, text: draw(results) };
  };
  return { parts, run };
}

/** Says on the error stream what is done, and after how long. */
function tellWithTime() {
  const startedMs = performance.now();
  return (/** @type {string} */ line) =>
    console.error(`${((performance.now() - startedMs) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
}

/** @param {import("./arguments.mjs").BenchArguments} asked */
async function bench({ area, parts, rounds, jsonFile }) {
  const { run } = AREAS[/** @type {keyof typeof AREAS} */ (area)];
  const loadBefore = loadavg();
  const browser = await chromium.launch(launchOptions({ gpu: false }));
  try {
    const at = new Date().toISOString();
    const { results, text } = await run(browser, rounds, tellWithTime(), parts);
    const machine = describeMachine(browser, loadBefore);
    const report = { area, at, rounds, machine, results };
    if (jsonFile !== undefined) {
      mkdirSync(dirname(resolve(jsonFile)), { recursive: true });
      writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    }
    const load = machine.loadavg.before.map((value) => value.toFixed(1)).join(" ");
    console.log(
      `\nMade by \`npm run bench -- ${area} --rounds ${rounds}\` at ${at}: ` +
        `${machine.cpu}, ${machine.cores} cores, load ${load}; Chromium ${machine.chromium}. ` +
        "Medians (least to most).\n\n" + text,
    );
  } finally {
    await browser.close();
  }
}

const PARTS = Object.fromEntries(Object.entries(AREAS).map(([area, { parts }]) => [area, parts]));
const parsed = parseArguments(process.argv.slice(2), PARTS);
if (parsed.ok) {
  await bench(parsed.value);
} else {
  console.error(parsed.message);
  process.exitCode = 1;
}
