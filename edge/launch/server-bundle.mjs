/**
 * The server program as one file of plain JavaScript, for Node: it knows neither our types nor,
 * before version 24, all of our syntax. Deno runs the sources themselves.
 *
 * The file needs no node_modules beside it, so a container or a machine can do with it and `dist/`.
 */

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./processes.mjs";

/** Written anew at each start: it takes a fraction of a second. */
export const SERVER_BUNDLE = join(ROOT, ".cache", "server", "conclave-server.mjs");

/**
 * Writes the bundle and returns its path. Rejects with what could not be resolved or parsed.
 *
 * @param {string} [path]
 * @returns {Promise<string>}
 */
export async function bundleServer(path = SERVER_BUNDLE) {
  mkdirSync(dirname(path), { recursive: true });
  const { rolldown } = await import("rolldown"); // Not loaded for a server on Deno.
  const bundle = await rolldown({
    input: join(ROOT, "edge/platform/server.ts"),
    platform: "node",
    // What is optional in `ws` is native code that we do not install.
    external: ["bufferutil", "utf-8-validate"],
    transform: { target: "es2022" },
  });
  try {
    await bundle.write({ file: path, format: "esm", codeSplitting: false });
  } finally {
    await bundle.close();
  }
  return path;
}
