/**
 * `npm run fuzz -- --runs N --seed S`: texts of every kind, well-formed and broken, for decoders,
 * joins and rooms. Ends with 1 when one broke something, and says which.
 */

import process from "node:process";
import { nodeCommand, runProgram } from "../launch/processes.mjs";

const USAGE = "npm run fuzz -- [--runs N] [--seed S]   (1,000,000 texts unless told)";

/** @param {readonly string[]} words */
function parseArguments(words) {
  let [runs, seed] = [1_000_000, String(Date.now())];
  const rest = words.filter((word) => word !== "--"); // Deno hands it on.
  for (let at = 0; at < rest.length; at += 2) {
    const [name, value] = [rest[at], rest[at + 1] ?? ""];
    if (name === "--runs" && /^[1-9]\d{0,11}$/.test(value)) runs = Number(value);
    else if (name === "--seed" && /^[\w-]+$/.test(value)) seed = value;
    else {
      console.error(`Cannot use ${rest.slice(at, at + 2).join(" ")}: ${USAGE}`);
      process.exit(2);
    }
  }
  return { runs, seed };
}

const { runs, seed } = parseArguments(process.argv.slice(2));
console.log(`Fuzz: ${runs} texts, seed ${seed}`);
const args = ["run", "--project", "unit", "edge/fuzz/", "--testTimeout=0", "--reporter=verbose"];
const [command, words] = nodeCommand("vitest/vitest.mjs", args);
const result = await runProgram(command, words, {
  env: { FUZZ_RUNS: String(runs), FUZZ_SEED: seed },
  output: "inherit",
  timeoutMs: 24 * 3_600_000,
});
process.exitCode = result.code === 0 ? 0 : 1;
