/**
 * A host of model files that cuts, stalls, damages, ignores and hides ranges, refuses, lies about
 * lengths and changes files midway, as its plan says; and that behaves once it is calmed.
 */

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bytesOf, type HostFault, type HostFile, type HostPlan } from "./plan-host.ts";

export interface SeedHost {
  readonly plan: HostPlan;
  /** Requests for bytes so far. */
  requests: number;
  /** Those that asked to go on behind a file's first byte. */
  resumed: number;
  /** By path; 0 is the published one. */
  readonly versions: Map<string, number>;
  /** Bytes of files without a hash came damaged or under a false length: nobody can notice. */
  isUnknowable: boolean;
  isCalm: boolean;
  /** Told of every request for bytes. */
  onRequest: () => void;
}

export interface HostileHost {
  readonly url: string;
  open(plan: HostPlan): SeedHost;
  close(): Promise<void>;
}

const PIECE = 4_096;

export async function openHostileHost(): Promise<HostileHost> {
  const seeds = new Map<string, SeedHost>();
  const server = createServer((request, response) => {
    const [, seed = "", ...rest] = (request.url ?? "").split("/");
    const host = seeds.get(seed);
    const file = host?.plan.files.find(({ path }) => path === rest.join("/"));
    if (host === undefined || file === undefined) return void response.writeHead(404).end();
    serve(host, file, request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    open(plan) {
      const host: SeedHost = {
        ...{ plan, requests: 0, resumed: 0, versions: new Map(), onRequest: () => undefined },
        ...{ isUnknowable: false, isCalm: false },
      };
      seeds.set(String(plan.seed), host);
      return host;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function publishedHash(plan: HostPlan, file: HostFile): string {
  return createHash("sha256").update(bytesOf(plan.seed, file, 0)).digest("hex");
}

function serve(
  host: SeedHost,
  file: HostFile,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { plan } = host;
  const open = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "content-type": "application/octet-stream",
  };
  if (request.method === "HEAD") {
    response.writeHead(200, { ...open, "content-length": file.bytes }).end();
    return;
  }
  const fault: HostFault | "none" = host.isCalm ? "none" : plan.faults[host.requests] ?? "none";
  host.requests += 1;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const from = Number(range?.[1] ?? 0);
  if (from > 0) host.resumed += 1;
  host.onRequest();
  const refusals: Partial<Record<HostFault, number>> = {
    ...{ forbidden: 403, missing: 404, busy: 429, broken: 500, "out-of-reach": 416 },
  };
  const refusal = refusals[fault as HostFault];
  if (refusal !== undefined) return void response.writeHead(refusal, open).end("no");
  if (fault === "no-answer") return void request.socket.destroy();
  if (fault === "changes") host.versions.set(file.path, (host.versions.get(file.path) ?? 0) + 1);
  const version = host.isCalm ? 0 : host.versions.get(file.path) ?? 0;
  const whole = bytesOf(plan.seed, file, version);
  const isWhole = fault === "ignores-range" || range === null;
  const to = isWhole || range[2] === ""
    ? whole.length
    : Math.min(Number(range[2]) + 1, whole.length);
  const start = isWhole ? 0 : fault === "shifted" ? Math.min(from + 1, to - 1) : from;
  if (!isWhole && from >= whole.length) return void response.writeHead(416, open).end();
  const total = fault === "lies-total" ? whole.length + 7 : whole.length;
  const exposed = fault === "hides-range" ? "ETag" : "ETag, Content-Range";
  const declared = to - start + (fault === "lies-longer" ? 9 : 0);
  response.writeHead(isWhole ? 200 : 206, {
    ...open,
    "access-control-expose-headers": exposed,
    "content-length": declared,
    ...isWhole ? {} : { "content-range": `bytes ${start}-${to - 1}/${total}` },
    ...plan.hasValidator ? { etag: `"${version}"` } : {},
  });
  const body = Buffer.from(whole.subarray(start, to));
  if (fault === "damage") body[0] = (body[0] ?? 0) ^ 0xff;
  if (["damage", "lies-total"].includes(fault) && !file.isPublished) host.isUnknowable = true;
  const isBroken = fault === "cut" || fault === "stall" || fault === "lies-longer";
  const end = isBroken && fault !== "lies-longer" ? Math.floor(body.length / 2) : body.length;
  for (let at = 0; at < end; at += PIECE) {
    response.write(body.subarray(at, Math.min(end, at + PIECE)));
  }
  if (fault === "stall") return; // For ever, or until the other side has had enough.
  if (fault === "cut" || fault === "lies-longer") return void response.destroy();
  response.end();
}
