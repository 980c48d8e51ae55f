/**
 * `npm run sim -- --world relay|hosting --seeds N --from S`: simulated rooms with faults, each seed
 * twice, on two cores. Ends with 1 when a seed failed, and says how to run that one again.
 */

import process from "node:process";
import { nodeCommand, runProgram } from "../launch/processes.mjs";

const WORLDS = ["relay", "hosting"];
const USAGE = "npm run sim -- [--world relay|hosting] [--seeds N] [--from S]   " +
  "(1,000 seeds of the relay's from 1 unless told)";

/** @param {readonly string[]} words */
function parseArguments(words) {
  const asked = { world: "relay", seeds: 1_000, from: 1 };
  const rest = words.filter((word) => word !== "--"); // Deno hands it on.
  for (let at = 0; at < rest.length; at += 2) {
    const [name, value = ""] = rest.slice(at, at + 2);
    const number = Number(value);
    const isCount = Number.isSafeInteger(number) && number >= 1;
    if (name === "--world" && WORLDS.includes(value)) asked.world = value;
    else if (name === "--seeds" && isCount) asked.seeds = number;
    else if (name === "--from" && isCount) asked.from = number;
    else {
      console.error(`Cannot use ${name} ${value}: ${USAGE}`);
      process.exit(2);
    }
  }
  return asked;
}

const { world, seeds, from } = parseArguments(process.argv.slice(2));
const files = world === "relay" ? "edge/sim/relay-room" : "edge/sim/hosting-room";
const args = ["run", "--project", "simulation", files, "--maxWorkers=2", "--testTimeout=0"];
const [command, words] = nodeCommand("vitest/vitest.mjs", args);
const result = await runProgram(command, words, {
  env: { WORLD_SIM_SEEDS: String(seeds), WORLD_SIM_FROM: String(from) },
  output: "inherit",
  timeoutMs: 24 * 3_600_000,
});
process.exitCode = result.code === 0 ? 0 : 1;
