/** The tiers of `npm test`: what each runs, within which budget, and how its tests are counted. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureProgram } from "../../edge/launch/debian.mjs";
import { ensureBrowser } from "../support/browser.mjs";
import {
  denoPath,
  nodeCommand,
  packageCommand,
  ROOT,
  runProgram,
} from "../../edge/launch/processes.mjs";
import { countPlaywright, countVitest } from "./test-counts.mjs";

/** @typedef {import("./test.mjs").Tier} Tier */
/** @typedef {import("./test.mjs").TierResult} TierResult */
/** @typedef {import("./test-counts.mjs").Counts} Counts */

/** One program per tree, so that the core cannot see a DOM and a worker cannot see a window. */
const TYPE_PROGRAMS = [
  "shared",
  "shared/tsconfig.test.json",
  "web",
  "web/tsconfig.worker.json",
  "web/tsconfig.test.json",
  "edge",
  "web/tsconfig.build.json",
  "e2e",
];

/**
 * What runs on Deno in earnest. The core's random cases are the same on the V8 of both; those of
 * the stores are of Deno's own SQLite.
 */
const DENO_FILES = [
  ...["shared/", "edge/host/", "edge/http/", "edge/platform/", "edge/relay/", "edge/stores/"],
  "--exclude=shared/**/*.{model,property}.test.ts",
];

/** How many lines of a passing tier may be repeated (seeds, sizes, lines of the check list). */
const NOTES_MAX = 12;

/**
 * Runs one command after another until one fails.
 *
 * @param {readonly (readonly [string, readonly string[]])[]} commands
 * @param {number} timeoutMs for all together
 * @param {Record<string, string>} [env]
 * @returns {Promise<TierResult>}
 */
async function runCommands(commands, timeoutMs, env = {}) {
  const endMs = performance.now() + timeoutMs;
  let output = "";
  let isPassed = true;
  for (const [command, args] of commands) {
    const leftMs = Math.max(1, endMs - performance.now());
    const result = await runProgram(command, args, { env, output: "capture", timeoutMs: leftMs });
    output += result.output;
    if (result.isTimedOut) output += `\nStopped after its budget of ${timeoutMs / 1000} s\n`;
    isPassed &&= result.code === 0 && !result.isTimedOut;
  }
  return { isPassed, output };
}

/**
 * Runs a test runner that leaves a JSON report. No report or no tests is a failure.
 *
 * @param {readonly [string, readonly string[]]} command
 * @param {number} timeoutMs
 * @param {string} reportPath
 * @param {(report: any) => Counts} readCounts
 * @param {Record<string, string>} [env]
 * @returns {Promise<TierResult>}
 */
async function runCounted(command, timeoutMs, reportPath, readCounts, env = {}) {
  rmSync(reportPath, { force: true });
  const result = await runCommands([command], timeoutMs, env);
  if (!existsSync(reportPath)) return { ...result, isPassed: false, passed: 0, failed: 1 };
  const counts = readCounts(JSON.parse(readFileSync(reportPath, "utf8")));
  const notes = result.output.split("\n").filter((line) => /\bseeds?\b|^C3:/i.test(line));
  return {
    ...result,
    ...counts,
    isPassed: result.isPassed && counts.failed === 0 && counts.passed > 0,
    notes: [...counts.notes ?? [], ...notes].slice(0, NOTES_MAX),
  };
}

/** @param {string} name */
const reportPathOf = (name) => join(ROOT, ".cache/test", `${name}.json`);

/**
 * @param {string} tierName
 * @param {readonly string[]} args
 * @param {{ onDeno?: boolean }} [options]
 * @returns {Tier["run"]}
 */
function vitest(tierName, args, { onDeno = false } = {}) {
  const reportPath = reportPathOf(tierName);
  const all = ["run", ...args, "--reporter=default", "--reporter=json"];
  const withReport = [...all, `--outputFile.json=${reportPath}`];
  const command = onDeno
    ? /** @type {[string, string[]]} */ ([denoPath(), ["run", "-A", "npm:vitest", ...withReport]])
    : packageCommand("vitest/vitest.mjs", withReport);
  const count = (/** @type {any} */ report) => countVitest(report, ROOT);
  return (timeoutMs) => runCounted(command, timeoutMs, reportPath, count, { NO_COLOR: "1" });
}

/** @type {readonly Tier[]} */
export const TIERS = [
  {
    name: "fmt",
    budgetS: 30,
    run: (timeoutMs) => runCommands([[denoPath(), ["fmt", "--check", "--quiet"]]], timeoutMs),
  },
  {
    name: "types",
    budgetS: 90,
    run: (timeoutMs) =>
      runCommands(
        TYPE_PROGRAMS.map((program) => packageCommand("typescript/bin/tsc", ["-p", program])),
        timeoutMs,
      ),
  },
  {
    name: "lint",
    budgetS: 60,
    run: (timeoutMs) =>
      runCommands([packageCommand("oxlint/bin/oxlint", ["--type-aware"])], timeoutMs),
  },
  {
    name: "unit",
    budgetS: 300,
    prepare: () => {
      const path = ensureProgram("redis-server", "redis-server");
      console.log(`${"unit".padEnd(12)} with ${path ?? "no redis-server: its tests are skipped"}`);
    },
    // By itself vitest leaves one core unused.
    run: vitest("unit", ["--project", "unit", "--maxWorkers=2"]),
  },
  {
    name: "deno",
    budgetS: 300,
    run: vitest("deno", ["--project", "unit", "--maxWorkers=2", ...DENO_FILES], { onDeno: true }),
  },
  {
    name: "simulation",
    budgetS: 220,
    run: vitest("simulation", ["--project", "simulation", "--maxWorkers=2"]),
  },
  {
    name: "conformance",
    budgetS: 240,
    run: vitest("conformance", ["--project", "conformance-*", "--maxWorkers=2"]),
  },
  {
    name: "build",
    budgetS: 120,
    run: async (timeoutMs) => {
      const result = await runCommands([packageCommand("vite/bin/vite.js", ["build"])], timeoutMs);
      const notes = result.output.split("\n").filter((line) => /first paint/.test(line));
      return { ...result, notes };
    },
  },
  {
    name: "browser",
    budgetS: 1900,
    needs: ["build"],
    prepare: () => console.log(`${"browser".padEnd(12)} with ${ensureBrowser()}`),
    run: (timeoutMs) => {
      const args = ["test", "--config", "e2e/playwright.config.ts", "--reporter=list,json"];
      const reportPath = reportPathOf("browser");
      const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: reportPath };
      const command = nodeCommand("@playwright/test/cli.js", args);
      return runCounted(command, timeoutMs, reportPath, countPlaywright, env);
    },
  },
];
