/**
 * Writes the script of llama.cpp's own worker, which the library would start from a text in memory.
 * The page's policy starts code from its own origin only, so the same code is a file of the build.
 *
 * Owns the order of its parts: our scope (who computes, what is counted), the options that the
 * library would pass, the emscripten module inside a function, the library's message handler.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const LLAMA_WASM_URL = "/wllama/wllama.wasm";
export const LLAMA_WORKER_URL = "/wllama/worker.js";

export interface LlamaFiles {
  readonly worker: string;
  readonly wasm: string;
}

/** Finds or makes the files of llama.cpp for the repository at `root`. */
export function makeLlamaFiles(root: string): LlamaFiles {
  const require = createRequire(join(root, "package.json"));
  const sources = join(dirname(require.resolve("@wllama/wllama/package.json")), "src");
  const read = (path: string): string => readFileSync(path, "utf8");
  const script = joinLlamaWorker({
    scope: read(join(root, "web/worker/wllama/llama-scope.mjs")),
    module: read(join(sources, "wasm/wllama.js")),
    handler: read(join(sources, "workers-code/llama-cpp.js")),
  });
  const folder = join(root, ".cache/wllama");
  const worker = join(folder, "worker.js");
  mkdirSync(folder, { recursive: true });
  // Builds may run side by side: nobody reads half a file.
  writeFileSync(`${worker}.${process.pid}`, script);
  renameSync(`${worker}.${process.pid}`, worker);
  return { worker, wasm: join(sources, "wasm/wllama.wasm") };
}

export interface LlamaSources {
  readonly scope: string;
  readonly module: string;
  readonly handler: string;
}

/** Joins the parts; throws when the library's code is not what this was written for. */
export function joinLlamaWorker({ scope, module, handler }: LlamaSources): string {
  if (!module.includes("var Module")) throw new Error("Cannot find the module of llama.cpp");
  // Inside the function `Module` is the handler's; the library does the same.
  const inner = module.replace("var Module", "var ___Module");
  const options = "const RUN_OPTIONS = { pathConfig: { 'wllama.wasm': " +
    `new URL(${JSON.stringify(LLAMA_WASM_URL)}, self.location.origin).href }, ` +
    "nbThread: 0, compat: false };";
  const start = `function wModuleInit() { ${inner}\n; return Module; }`;
  return [scope, options, start, handler].join("\n");
}
