/**
 * The session socket: what a tab's inspector does, for programs on the same machine.
 *
 * Owns the one loopback listener and its connections. Does not own sessions, nor what a frame means
 * (session-connection.ts).
 *
 * Rules (shared/SPEC.md, section HO): HO51 (session-token.ts), HO52 (session-upgrade.ts), HO53 and
 * HO54 (session-connection.ts), and
 *   HO50  It listens on a loopback address alone, compresses nothing, ends a connection whose frame
 *         is over the limit, refuses more than `connectionsMax`, and closes within `closeMsMax`.
 */

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  createSessionConnection,
  type HostedSessions,
  type SessionConnection,
  type SessionWire,
} from "./session-connection.ts";
import type { SessionSocketLimits } from "./session-socket-limits.ts";
import { refuseUpgrade, SESSION_PROTOCOL } from "./session-upgrade.ts";

export interface SessionSocketDeps {
  readonly sessions: HostedSessions;
  /** Of session-token.ts. */
  readonly token: string;
  readonly host: "127.0.0.1" | "::1";
  /** 0 takes a free one. */
  readonly port: number;
  /** Web pages that may connect; none but those named here. */
  readonly origins: readonly string[];
  readonly limits: SessionSocketLimits;
  readonly onDefect: (error: unknown) => void;
}

export interface SessionSocket {
  readonly port: number;
  /** Takes no more connections, and resolves when those that are open have ended. */
  close(): Promise<void>;
}

export interface ListenFailed {
  readonly kind: "listen-failed";
  /** The system's code, such as `EADDRINUSE`. */
  readonly code: string;
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  426: "Upgrade Required",
  503: "Service Unavailable",
};

/** Of one message: 256 KiB in packets of 256 bytes. */
const FRAGMENTS_MAX = 1_024;
const GOING_AWAY = 1001;

/** Listens until it is closed. */
export async function openSessionSocket(
  deps: SessionSocketDeps,
): Promise<Result<SessionSocket, ListenFailed>> {
  const { limits } = deps;
  const open = new Set<WebSocket>();
  let isClosing = false;
  const server = createServer((_request, response) => {
    response.writeHead(426, { "Connection": "close", "Cache-Control": "no-store" }).end();
  });
  const options = {
    noServer: true,
    clientTracking: false,
    maxPayload: limits.frameBytesMax,
    maxFragments: FRAGMENTS_MAX,
    perMessageDeflate: false,
    // The token may be among them and is never sent back.
    handleProtocols: (offered: ReadonlySet<string>) =>
      offered.has(SESSION_PROTOCOL) ? SESSION_PROTOCOL : false,
    closeTimeout: limits.closeMsMax,
  };
  const upgrades = new WebSocketServer(options);

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A visitor who hangs up during the handshake is no event.
    socket.on("error", () => socket.destroy());
    const refusal = refuseUpgrade(factsOf(request), deps.token, deps.origins);
    if (refusal !== undefined) return refuse(socket, refusal.status, refusal.text);
    if (isClosing) return refuse(socket, 503, "The host is stopping");
    if (open.size >= limits.connectionsMax) return refuse(socket, 503, "Too many connections");
    // It answers a malformed handshake itself and then never calls back.
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      open.add(webSocket);
      webSocket.once("close", () => open.delete(webSocket));
      serve(webSocket, deps);
    });
  });

  try {
    server.listen(deps.port, deps.host); // HO50
    await once(server, "listening");
  } catch (error) { // What the server emitted as "error": the port or the address is unusable.
    return err({ kind: "listen-failed", code: (error as { code?: string }).code ?? "unknown" });
  }
  const bound = server.address();
  return ok({
    port: typeof bound === "object" && bound !== null ? bound.port : deps.port,
    async close() {
      isClosing = true;
      server.close();
      await Promise.all([...open].map(endOf));
    },
  });
}

function factsOf({ url = "", headers }: IncomingMessage) {
  return {
    url,
    host: headers.host,
    origin: headers.origin,
    authorization: headers.authorization,
    protocols: headers["sec-websocket-protocol"]?.toString(),
  };
}

function serve(webSocket: WebSocket, deps: SessionSocketDeps): void {
  const ending = new AbortController();
  const wire: SessionWire = {
    send: (text) =>
      new Promise((resolve, reject) => {
        webSocket.send(text, (error) => error == null ? resolve() : reject(error));
      }),
    bufferedBytes: () => webSocket.bufferedAmount,
    cut: () => webSocket.terminate(),
  };
  const connection: SessionConnection = createSessionConnection({ ...deps, wire }, ending.signal);
  webSocket.on("error", () => {}); // "close" follows and says how it ended.
  webSocket.once("close", () => {
    ending.abort("the socket closed");
    // Owned by the closed socket: what it waited for ends with the abort.
    void connection.close();
  });
  webSocket.on("message", (data: RawData, isBinary) => {
    if (isBinary) return connection.refuseBinary();
    connection.receive((data as Buffer).toString("utf8"));
  });
}

/** Says goodbye; whoever does not answer is cut off after `closeTimeout`. */
async function endOf(webSocket: WebSocket): Promise<void> {
  const closed = once(webSocket, "close");
  webSocket.close(GOING_AWAY, "the host is stopping");
  await closed;
}

function refuse(socket: Duplex, status: number, text: string): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_TEXTS[status] ?? "Refused"}`,
    "Connection: close",
    "Cache-Control: no-store",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text) + 1}`,
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${text}\n`);
}
