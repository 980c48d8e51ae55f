/**
 * Files that the page fetches by a fixed address and that no bundler touches: the starter model,
 * the WebAssembly of ONNX Runtime, llama.cpp. Served in `vite dev`, copied in a build.
 */

import { cpSync, createReadStream, existsSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Connect, Plugin } from "vite";
import { LLAMA_WASM_URL, LLAMA_WORKER_URL, makeLlamaFiles } from "./llama-worker.ts";

/** A file and the path it is served at. */
export interface PageFile {
  readonly url: string;
  readonly file: string;
}

/**
 * What transformers.js asks for under `env.backends.onnx.wasm.wasmPaths = "/ort/"`: one build of
 * the runtime, with WebGPU and one that suspends by Asyncify, which every browser runs.
 */
const ORT_NAMES = ["ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"];

function listOrtFiles(root: string): PageFile[] {
  // transformers.js brings its own version of the runtime; the two must match.
  const library = createRequire(join(root, "package.json")).resolve("@huggingface/transformers");
  const runtime = createRequire(library).resolve("onnxruntime-web/webgpu");
  return ORT_NAMES.map((name) => ({ url: `/ort/${name}`, file: join(dirname(runtime), name) }));
}

function listFolder(folder: string, url: string): PageFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = join(folder, entry.name);
    return entry.isDirectory()
      ? listFolder(file, `${url}/${entry.name}`)
      : [{ url: `${url}/${entry.name}`, file }];
  });
}

/** Lists all such files of the repository at `root`. */
export function listPageFiles(root: string): readonly PageFile[] {
  const llama = makeLlamaFiles(root);
  return [
    ...listOrtFiles(root),
    { url: LLAMA_WORKER_URL, file: llama.worker },
    { url: LLAMA_WASM_URL, file: llama.wasm },
    ...listFolder(join(root, "web/models/starter/files"), "/models/starter"),
  ];
}

/** Copies them below `folder`. */
export function copyPageFiles(files: readonly PageFile[], folder: string): void {
  for (const { url, file } of files) {
    const target = join(folder, url);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
}

const DEV_TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  mjs: "text/javascript",
  wasm: "application/wasm",
};

/** Serves them in `vite dev`, before Vite would try to transform them. */
export function servePageFiles(root: string): Plugin {
  const answer: Connect.NextHandleFunction = (request, response, next) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const found = listPageFiles(root).find((entry) => entry.url === path);
    if (found === undefined) return next();
    const extension = path.slice(path.lastIndexOf(".") + 1);
    response.setHeader("content-type", DEV_TYPES[extension] ?? "application/octet-stream");
    createReadStream(found.file).pipe(response);
  };
  return {
    name: "conclave:page-files",
    apply: "serve",
    configureServer: (server) => void server.middlewares.use(answer),
  };
}
