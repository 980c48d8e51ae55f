/**
 * Builds a spec's harness and serves it under the production headers, on an origin of its own.
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "vite";
import { securityHeaders } from "../../edge/http/security-headers.ts";

export interface HarnessSite {
  readonly url: string;
  close(): Promise<void>;
}

/** `folder` stands beside this file and holds `harness.ts`. */
export async function openHarnessSite(folder: string, title: string): Promise<HarnessSite> {
  const code = await buildHarness(folder);
  const page = `<!doctype html><meta charset="utf-8"><title>${title}</title>
<link rel="icon" href="data:,"><script type="module" src="/harness.js"></script>`;
  const server = createServer((request, response) => {
    const isCode = request.url === "/harness.js";
    const type = isCode ? "text/javascript" : "text/html";
    response.writeHead(200, { ...securityHeaders, "content-type": `${type}; charset=utf-8` });
    response.end(isCode ? code : page);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function buildHarness(folder: string): Promise<string> {
  const result = await build({
    configFile: false,
    root: join(import.meta.dirname, folder),
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      minify: false,
      lib: { entry: "harness.ts", formats: ["es"] },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  const chunk = first !== undefined && "output" in first ? first.output[0] : undefined;
  if (chunk === undefined) throw new Error(`Cannot build ${folder}: no output`);
  return chunk.code;
}
