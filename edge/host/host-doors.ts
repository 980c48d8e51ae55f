/**
 * The loopback HTTP door of a headless host: health for a supervisor, events for programs.
 *
 * Owns the one listener. `GET /health/live` and `/health/ready` say yes or no to anybody on this
 * machine; `GET /health` and `POST /events` want the token.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO98  The door listens on a loopback address alone, answers under a loopback name alone and to
 *         no web page, takes a token in a header alone, and bounds every body, wait and connection.
 */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EventAnswer, ExternalEvents } from "./external-events.ts";
import { eventLimits } from "./external-events.ts";
import type { HostStatus } from "./host-status.ts";
import type { ListenFailed } from "./session-socket.ts";
import { isLoopbackName, isSameToken } from "./session-upgrade.ts";

export interface HostDoorsDeps {
  /** 0 takes a free one. */
  readonly port: number;
  readonly token: string;
  readonly status: () => HostStatus;
  readonly events: ExternalEvents;
  readonly onDefect: (error: unknown) => void;
}

export interface HostDoors {
  readonly port: number;
  /** Resolves when what was being answered has been, or was cut off. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const CONNECTIONS_MAX = 32;
const REQUEST_MS_MAX = 10_000;

/** Listens until it is closed. */
export async function openHostDoors(deps: HostDoorsDeps): Promise<Result<HostDoors, ListenFailed>> {
  const closing = new AbortController();
  const server = createServer({ requestTimeout: REQUEST_MS_MAX }, (request, response) => {
    // Owned by the response: its end is the answer's.
    void answerRequest(deps, request, closing.signal)
      .catch((error: unknown) => {
        if (!closing.signal.aborted) deps.onDefect(error);
        return { status: 503, body: { error: "stopping" } };
      })
      .then((answer) => send(response, answer));
  });
  server.maxConnections = CONNECTIONS_MAX;
  try {
    server.listen(deps.port, HOST);
    await once(server, "listening");
  } catch (error) { // What the server emitted as "error": the port is unusable.
    return err({ kind: "listen-failed", code: (error as { code?: string }).code ?? "unknown" });
  }
  const bound = server.address();
  return ok({
    port: typeof bound === "object" && bound !== null ? bound.port : deps.port,
    async close() {
      const closed = once(server, "close");
      server.close();
      closing.abort("the host stops");
      server.closeIdleConnections();
      await closed;
    },
  });
}

async function answerRequest(
  deps: HostDoorsDeps,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<EventAnswer> {
  const { headers, method = "", url = "" } = request;
  if (!isLoopbackName(headers.host)) return { status: 403, body: { error: "host-foreign" } };
  if (headers.origin !== undefined) return { status: 403, body: { error: "origin-foreign" } };
  const route = `${method} ${url}`;
  if (route === "GET /health/live") return { status: 200, body: { live: true } };
  if (route === "GET /health/ready") {
    const { isReady } = deps.status();
    return { status: isReady ? 200 : 503, body: { ready: isReady } };
  }
  if (route !== "GET /health" && route !== "POST /events") {
    return { status: 404, body: { error: "nothing-here" } };
  }
  const token = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? "")?.[1];
  if (token === undefined || !isSameToken(token, deps.token)) {
    return { status: 401, body: { error: "token-wrong" } };
  }
  if (route === "GET /health") return { status: 200, body: { ...deps.status() } };
  const text = await readBody(request);
  if (text === undefined) return { status: 413, body: { error: "body-too-large" } };
  return await deps.events.take(text, signal);
}

/** Undefined for one over the limit; the rest of it is not read. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > eventLimits.bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, body, retryAfterS }: EventAnswer): void {
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Connection": "close",
    ...retryAfterS === undefined ? {} : { "Retry-After": String(retryAfterS) },
  }).end(`${JSON.stringify(body)}\n`);
}
