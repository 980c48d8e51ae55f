/** `npm start`: builds the page when it is stale, serves it, and stops with the signal it gets. */

import process from "node:process";
import { waitFor } from "./pass-signals.mjs";
import { buildIfStale, spawnServer } from "./server-process.mjs";

try {
  await buildIfStale("inherit");
  process.exitCode = await waitFor(spawnServer({}, "inherit"));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
