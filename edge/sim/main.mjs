/**
 * `npm run sim -- --seeds N --from S`: simulated rooms with faults, each seed twice, on two cores.
 * Ends with 1 when a seed failed, and says how to run that one again.
 */

import process from "node:process";
import { nodeCommand, runProgram } from "../launch/processes.mjs";

const USAGE = "npm run sim -- [--seeds N] [--from S]   (1,000 seeds from 1 unless told)";

/** @param {readonly string[]} words */
function parseArguments(words) {
  const asked = { "--seeds": 1_000, "--from": 1 };
  const rest = words.filter((word) => word !== "--"); // Deno hands it on.
  for (let at = 0; at < rest.length; at += 2) {
    const [name, value] = [rest[at] ?? "", Number(rest[at + 1])];
    if (!(name === "--seeds" || name === "--from") || !Number.isSafeInteger(value) || value < 1) {
      console.error(`Cannot use ${rest.slice(at, at + 2).join(" ")}: ${USAGE}`);
      process.exit(2);
    }
    asked[name] = value;
  }
  return { seeds: asked["--seeds"], from: asked["--from"] };
}

const { seeds, from } = parseArguments(process.argv.slice(2));
const args = ["run", "--project", "simulation", "edge/sim/", "--maxWorkers=2", "--testTimeout=0"];
const [command, words] = nodeCommand("vitest/vitest.mjs", args);
const result = await runProgram(command, words, {
  env: { RELAY_SIM_SEEDS: String(seeds), RELAY_SIM_FROM: String(from) },
  output: "inherit",
  timeoutMs: 24 * 3_600_000,
});
process.exitCode = result.code === 0 ? 0 : 1;
