/**
 * Runs this repository's TypeScript from a tool: Deno reads it as it is, Node 20 by way of Vite.
 */

import { isDeno, ROOT } from "../../edge/launch/processes.mjs";

/**
 * Imports a module with everything it imports from this repository. `path` is absolute. On Node it
 * cannot import more while it runs: no `import()` in it.
 *
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
export async function importTypeScript(path) {
  if (isDeno) return await import(`file://${path}`);
  const { runnerImport } = await import("vite");
  const options = {
    root: ROOT,
    configFile: /** @type {const} */ (false),
    oxc: { target: "es2022" },
  };
  const { module } = await runnerImport(path, { ...options, logLevel: "error" });
  return /** @type {T} */ (module);
}
