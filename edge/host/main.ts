/**
 * Composition root of the headless host on Deno and Node. Started by `edge/launch/host.mjs` with
 * the least permissions that do: `main.ts [--check] [--stop-with-stdin] CONFIG`.
 */

import process from "node:process";
import { exitCodes, runHostProcess } from "./host-process.ts";
import { createOpenEngine } from "./open-engine.ts";

const FLAGS = ["--check", "--stop-with-stdin"];
const words = process.argv.slice(2);
const unknown = words.filter((word) => word.startsWith("-") && !FLAGS.includes(word));
const [configPath, ...more] = words.filter((word) => !word.startsWith("-"));

async function main(): Promise<number> {
  if (configPath === undefined || more.length > 0 || unknown.length > 0) {
    console.error("Usage: npm run host -- [--check] CONFIG, or --invite LINK");
    return exitCodes.usage;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => stop.abort(signal));
  }
  if (words.includes("--stop-with-stdin")) {
    // The launcher holds the other end; when it dies without a word, so does the host.
    process.stdin.on("end", () => stop.abort("the launcher ended")).resume();
  }
  return await runHostProcess({
    configPath,
    isCheckOnly: words.includes("--check"),
    openEngine: createOpenEngine({ read: (name) => process.env[name], all: () => process.env }),
    writeLine: (line) => console.error(line),
    stop: stop.signal,
  });
}

// Not `exitCode` alone: what a late end has left must not keep the process.
process.exit(await main());
