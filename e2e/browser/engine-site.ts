/**
 * Builds the engine harness with the production worker in it and serves it under the production
 * headers, beside the runtime and a model folder.
 */

import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { build, defaultClientConditions } from "vite";
import { securityHeaders } from "../../edge/http/security-headers.ts";
import { listPageFiles } from "../../web/build/page-files.ts";

const ROOT = join(import.meta.dirname, "../..");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export interface EngineSite {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * `webLlm` puts another version of the library in the place of the installed one, `root` another
 * page in the place of the harness.
 */
export async function openEngineSite(webLlm?: string, root?: string): Promise<EngineSite> {
  const outDir = mkdtempSync(join(tmpdir(), "conclave-engine-"));
  await build({
    configFile: false,
    root: root ?? join(import.meta.dirname, "harness"),
    logLevel: "warn",
    resolve: {
      conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions],
      alias: webLlm === undefined ? {} : { "@mlc-ai/web-llm": join(webLlm, "lib/index.js") },
    },
    worker: { format: "es" },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      minify: false,
      chunkSizeWarningLimit: 20_000,
      reportCompressedSize: false,
    },
  });
  const fixed = new Map(listPageFiles(ROOT).map(({ url, file }) => [url, file]));
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const own = join(outDir, path === "/" ? "index.html" : path);
    const file = fixed.get(path) ?? own;
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, securityHeaders).end();
      return;
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    const length = statSync(file).size;
    response.writeHead(200, { ...securityHeaders, "content-type": type, "content-length": length });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
