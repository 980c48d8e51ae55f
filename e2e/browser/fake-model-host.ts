/** A model host on loopback that serves what a test gives it, with the headers a hub sends. */

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface FakeHost {
  readonly url: string;
  /** Last parts of the paths asked for, in order. */
  readonly asked: string[];
  /** By last part of the path; everything else is looked for in `folder`, then 404. */
  files: Readonly<Record<string, string | Uint8Array>>;
  folder: string | undefined;
  close(): Promise<void>;
}

export async function openFakeHost(): Promise<FakeHost> {
  const asked: string[] = [];
  const host: Pick<FakeHost, "files" | "folder"> = { files: {}, folder: undefined };
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "/", "http://localhost").pathname.split("/").at(-1) ?? "";
    asked.push(name);
    const file = host.folder === undefined ? undefined : join(host.folder, name);
    const body = host.files[name] ??
      (file !== undefined && existsSync(file) ? readFileSync(file) : undefined);
    const headers = {
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
    };
    response.writeHead(body === undefined ? 404 : 200, headers).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(host, {
    url: `http://127.0.0.1:${port}/`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
