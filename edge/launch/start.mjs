/**
 * `npm start`: builds the page when it is stale, serves it, and stops with the signal it gets.
 * `npm start -- --node` serves it on the Node that runs this, instead of on Deno.
 */

import process from "node:process";
import { waitFor } from "./pass-signals.mjs";
import { nodeProblem } from "./node-version.mjs";
import { bundleServer } from "./server-bundle.mjs";
import { buildIfStale, spawnServer } from "./server-process.mjs";

try {
  const words = process.argv.slice(2).filter((word) => word !== "--"); // Deno hands it on.
  const wrong = words.find((word) => word !== "--node");
  if (wrong !== undefined) throw new Error(`Cannot use ${wrong}: npm start [-- --node]`);
  const onNode = words.includes("--node");
  const problem = onNode ? nodeProblem(process.versions) : undefined;
  if (problem !== undefined) throw new Error(problem);
  await buildIfStale("inherit");
  if (onNode) await bundleServer();
  const node = onNode ? process.execPath : undefined;
  process.exitCode = await waitFor(spawnServer({}, "inherit", undefined, node));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
