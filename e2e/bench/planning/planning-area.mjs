/** The area `planning`: what one plan costs in time and memory, and how that grows. */

import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ROOT } from "../../../edge/launch/processes.mjs";
import { importTypeScript } from "../../torture/import-typescript.mjs";
import { formatRange, markdownTable } from "../table.mjs";
import { summarize } from "../statistics.mjs";

const SIZES = [10, 100, 1_000];
const PLANNERS = /** @type {const} */ (["turn", "throughput"]);
/** One sample is the mean over this long, so that a timer's grain does not count. */
const SAMPLE_MS = 100;
const WARM_MS = 300;
const PLANS_HELD = 50;

/** @typedef {import("../statistics.mjs").Summary} Summary */
/**
 * @typedef {{ planner: "turn" | "throughput", size: number, msPerPlan: Summary,
 *   kilobytesPerPlan: number, growth: number | undefined }} PlanningRow
 */

/**
 * @param {import("@playwright/test").Browser | undefined} _browser not needed
 * @param {number} rounds
 * @param {(line: string) => void} tell
 * @returns {Promise<{ rows: PlanningRow[] }>}
 */
export async function measurePlanning(_browser, rounds, tell) {
  /** @type {typeof import("./loads.ts")} */
  const { planOnce } = await importTypeScript(join(ROOT, "e2e/bench/planning/loads.ts"));
  const collect = garbageCollector();
  const cases = PLANNERS.flatMap((planner) =>
    SIZES.map((size) => ({
      planner,
      size,
      plan: planOnce(planner, size),
      samples: /** @type {number[]} */ ([]),
    }))
  );
  for (const one of cases) timePlans(one.plan, WARM_MS);
  for (let round = 0; round < rounds; round += 1) {
    tell(`planning: round ${round + 1} of ${rounds}`);
    // In turn, so that a load that comes and goes strikes all alike.
    for (const one of cases) one.samples.push(timePlans(one.plan, SAMPLE_MS));
  }
  const rows = cases.map(({ planner, size, plan, samples }) => ({
    planner,
    size,
    msPerPlan: summarize(samples),
    kilobytesPerPlan: bytesOf(plan, collect) / 1024,
    growth: /** @type {number | undefined} */ (undefined),
  }));
  for (const [index, row] of rows.entries()) {
    const smaller = rows[index - 1];
    if (smaller?.planner !== row.planner) continue;
    const work = (/** @type {number} */ size) => size * Math.log2(size);
    row.growth = row.msPerPlan.median / smaller.msPerPlan.median /
      (work(row.size) / work(smaller.size));
  }
  return { rows };
}

/**
 * Milliseconds of one plan.
 *
 * @param {() => object} plan
 * @param {number} forMs
 */
function timePlans(plan, forMs) {
  const startedAt = performance.now();
  let count = 0;
  let now = startedAt;
  do {
    plan();
    count += 1;
    now = performance.now();
  } while (now - startedAt < forMs);
  return (now - startedAt) / count;
}

/**
 * Bytes that a plan keeps while it is held. What is allocated on the way is gone with the next
 * collection, and its figure is mostly the collector's.
 *
 * @param {() => object} plan
 * @param {() => void} collect
 */
function bytesOf(plan, collect) {
  const samples = Array.from({ length: 5 }, () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    const held = Array.from({ length: PLANS_HELD }, plan);
    collect();
    const bytes = (process.memoryUsage().heapUsed - before) / held.length;
    return bytes;
  });
  return summarize(samples).median;
}

/** @returns {() => void} */
function garbageCollector() {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

/** @param {{ rows: readonly PlanningRow[] }} results */
export function drawPlanning({ rows }) {
  return [
    markdownTable(
      ["Planner, personas or jobs", "ms a plan", "KiB held", "growth / n log n"],
      rows.map(({ planner, size, msPerPlan, kilobytesPerPlan, growth }) => [
        `${planner}, ${size}`,
        formatRange(msPerPlan),
        kilobytesPerPlan.toFixed(0),
        growth === undefined ? "" : `${growth.toFixed(2)}x`,
      ]),
    ),
    "Growth: time against the next smaller size, over what n log n would be; at most about 1.",
  ].join("\n\n");
}
