/**
 * The relay for Cloudflare as one module: what is deployed, and what the tests run in workerd.
 *
 * `node edge/launch/worker-bundle.mjs` writes it where wrangler.jsonc looks for it.
 */

import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ROOT } from "./processes.mjs";

export const WORKER_BUNDLE = join(ROOT, ".cache", "worker", "conclave-relay.mjs");

/**
 * Writes the bundle and returns its path. Rejects with what could not be resolved or parsed.
 *
 * @param {string} [input] the Worker's entry, relative to the repository
 * @param {string} [path]
 * @returns {Promise<string>}
 */
export async function bundleWorker(
  input = "edge/platform/cloudflare/worker.ts",
  path = WORKER_BUNDLE,
) {
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({
    input: join(ROOT, input),
    platform: "browser",
    transform: { target: "es2022" },
  });
  try {
    await bundle.write({ file: path, format: "esm", codeSplitting: false });
  } finally {
    await bundle.close();
  }
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await bundleWorker());
