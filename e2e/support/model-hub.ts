/**
 * A hub of models on loopback: the starter's files under the name of another model, with ranges and
 * entity tags as hubs send them. A test may hold a body in its middle, replace files and close it.
 */

import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const STARTER = join(import.meta.dirname, "../../web/models/starter/files");

/** Every message as a line; the starter was trained on scripts. */
const CHAT_TEMPLATE = "{% for message in messages %}{{ message['content'] + '\n' }}{% endfor %}";

export interface ModelHub {
  readonly url: string;
  readonly host: string;
  /** Path and `Range` of each GET, in order. */
  readonly asked: { readonly path: string; readonly from: number }[];
  /** Bodies stop after this many bytes and wait; undefined lets them go on. */
  hold(afterBytes: number | undefined): void;
  /** By the path in the model's folder: these bytes in place of the right ones; null is a 404. */
  replace(files: Readonly<Record<string, string | null>>): void;
  close(): Promise<void>;
}

export async function openModelHub(): Promise<ModelHub> {
  const asked: ModelHub["asked"] = [];
  const held = new Set<() => void>();
  let holdAfter: number | undefined;
  let replaced: Readonly<Record<string, string | null>> = {};
  const server = createServer((request, response) => {
    const path = /\/resolve\/main\/(.+)$/.exec(request.url ?? "")?.[1] ?? "";
    const given = replaced[path];
    const body = given === null
      ? undefined
      : given === undefined
      ? fileOf(path)
      : Buffer.from(given);
    const open = {
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "ETag, Content-Range",
      "cross-origin-resource-policy": "cross-origin",
    };
    if (body === undefined) return void response.writeHead(404, open).end();
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const last = body.length - 1;
    const part = { "content-range": `bytes ${from}-${last}/${body.length}`, etag: '"1"' };
    if (request.method === "HEAD") {
      return void response.writeHead(200, { ...open, "content-length": body.length }).end();
    }
    asked.push({ path, from });
    response.writeHead(206, { ...open, ...part, "content-length": body.length - from });
    send(response, body.subarray(from));
  });
  const send = (response: ServerResponse, body: Buffer): void => {
    if (holdAfter === undefined || body.length <= holdAfter) return void response.end(body);
    response.write(body.subarray(0, holdAfter));
    const rest = body.subarray(holdAfter);
    held.add(() => response.end(rest));
  };
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    host: `127.0.0.1:${port}`,
    asked,
    hold(afterBytes) {
      holdAfter = afterBytes;
      if (afterBytes !== undefined) return;
      for (const go of held) go();
      held.clear();
    },
    replace(files) {
      replaced = files;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function fileOf(path: string): Buffer | undefined {
  if (path === "onnx/model_q4.onnx") return readFileSync(join(STARTER, "onnx/model.onnx"));
  if (!/^(config|generation_config|tokenizer|tokenizer_config)\.json$/.test(path)) return undefined;
  const text = readFileSync(join(STARTER, path), "utf8");
  if (path !== "tokenizer_config.json") return Buffer.from(text);
  const config = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return Buffer.from(JSON.stringify({ ...config, chat_template: CHAT_TEMPLATE }));
}
