/**
 * `npm test`: every tier in order, each within its time budget. Tiers can be named:
 *
 *   node e2e/runner/test.mjs fmt types lint unit deno simulation conformance build browser
 *
 * The budgets are for two quiet cores. CONCLAVE_TIER_SLACK=2 lets a tier run twice as long before
 * it is stopped, on a machine whose speed is not known; its line then says that it was over.
 *
 * Prints one line per tier, what a failing tier wrote, and last how many tests passed and failed.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../../edge/launch/processes.mjs";
import { TIERS } from "./test-tiers.mjs";

/**
 * @typedef {object} TierResult
 * @property {boolean} isPassed
 * @property {string} output everything the tier wrote
 * @property {number} [passed] tests that passed
 * @property {number} [failed] tests that failed
 * @property {readonly string[]} [notes] lines worth printing even when all is well
 */

/**
 * @typedef {object} Tier
 * @property {string} name
 * @property {number} budgetS seconds; after these, or as many times them as there is slack, the
 *   tier is stopped and has failed
 * @property {readonly string[]} [needs] tiers without which this one cannot run
 * @property {() => Promise<void> | void} [prepare] outside the budget
 * @property {(timeoutMs: number) => Promise<TierResult>} run
 */

/** How many times its budget a tier may take. */
function readSlack() {
  const slack = Number(process.env["CONCLAVE_TIER_SLACK"] ?? 1);
  if (slack >= 1 && slack <= 10) return slack;
  console.error("CONCLAVE_TIER_SLACK is a number from 1 to 10");
  process.exit(2);
}

/** @param {readonly string[]} names */
function chooseTiers(names) {
  const unknown = names.filter((name) => !TIERS.some((tier) => tier.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no tier "${unknown.join('", "')}": choose among ` +
        TIERS.map((tier) => tier.name).join(", "),
    );
    process.exit(2);
  }
  return names.length === 0 ? TIERS : TIERS.filter((tier) => names.includes(tier.name));
}

/**
 * @param {Tier} tier
 * @param {number} slack
 * @returns {Promise<TierResult & { seconds: number }>}
 */
async function runTier(tier, slack) {
  let startMs = performance.now();
  /** @type {TierResult} */
  let result;
  try {
    await tier.prepare?.();
    startMs = performance.now();
    result = await tier.run(tier.budgetS * slack * 1000);
  } catch (error) {
    result = { isPassed: false, output: String(error instanceof Error ? error.stack : error) };
  }
  return { ...result, seconds: (performance.now() - startMs) / 1000 };
}

async function main() {
  mkdirSync(join(ROOT, ".cache/test"), { recursive: true });
  const slack = readSlack();
  const tiers = chooseTiers(process.argv.slice(2).filter((argument) => argument !== "--"));
  /** @type {string[]} */
  const failedTiers = [];
  let passed = 0;
  let failed = 0;
  for (const tier of tiers) {
    if (tier.needs?.some((name) => failedTiers.includes(name))) {
      console.log(`${tier.name.padEnd(12)} not run: needs ${tier.needs.join(", ")}`);
      failedTiers.push(tier.name);
      continue;
    }
    const result = await runTier(tier, slack);
    if (!result.isPassed) {
      failedTiers.push(tier.name);
      console.log(result.output);
    }
    passed += result.passed ?? 0;
    failed += result.failed ?? 0;
    const counts = result.passed === undefined
      ? ""
      : `, ${result.passed} passed, ${result.failed ?? 0} failed`;
    console.log(
      `${tier.name.padEnd(12)} ${result.isPassed ? "ok" : "FAILED"} ` +
        `${result.seconds.toFixed(1)} s of ${tier.budgetS} s` +
        `${result.seconds > tier.budgetS ? " (over its budget)" : ""}${counts}`,
    );
    for (const note of result.notes ?? []) console.log(`${" ".repeat(13)}${note}`);
  }
  if (failedTiers.length > 0) console.log(`Tiers that failed: ${failedTiers.join(", ")}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failedTiers.length === 0 && failed === 0 ? 0 : 1;
}

await main();
