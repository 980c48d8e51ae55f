/**
 * The relay's web sockets on `ws`, for Deno and Node: HTTP upgrades in, `Wire`s out.
 *
 * Owns the sockets and their bounds. Does not own who may come (edge/http decides) nor what a
 * message means (edge/relay). Handlers hand over at once and in order: nothing here waits.
 *
 * Rules (shared/SPEC.md, section RL): RL65 to RL67, and
 *   RL68  A message over the frame limit, of more than 64 fragments or against RFC 6455 ends its
 *         socket; nothing is compressed and no subprotocol is taken.
 *   RL69  Messages reach the relay as text and in order, the end exactly once; a binary message
 *         ends its socket with 4500.
 *   RL70  Memory for one socket is bounded whatever it sends and however slowly it reads.
 */

import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { closeCodes } from "#shared/protocol/mod.ts";
import { visitorAddress } from "../http/address-prefix.ts";
import { decideUpgrade } from "../http/upgrade-decision.ts";
import type { Visit, Visitors, VisitRefusal } from "../http/visitor-limits.ts";
import type { Wire, WireEvents, WireFacts } from "../relay/relay-types.ts";
import { createFrameWriters, type FrameWriter } from "./frame-writer.ts";
import { createFrameMaker } from "./text-frame.ts";

/** Of the relay, what is needed here. */
interface AcceptsSockets {
  accept(wire: Wire, facts: WireFacts): WireEvents;
}

export interface RelaySocketsDeps {
  readonly relay: AcceptsSockets;
  readonly origins: readonly string[];
  readonly visitors: Visitors;
  readonly trustsProxy: boolean;
  readonly frameBytesMax: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface RelaySockets {
  /** Takes no more sockets; resolves when the open ones ended, at the latest after `waitMs`. */
  close(waitMs: number): Promise<void>;
}

/** Of one message: 64 KiB in packets of 64 bytes. */
const FRAGMENTS_MAX = 64;
const CHUNKS_MAX = 1_024;
/** The relay pulls by credit and stays far below; this is for what it does not count. */
const UNSENT_BYTES_MAX = 4 * 2 ** 20;
/** Answers to protocol pings; a peer that does not read them gets no more. */
const UNSENT_PONG_BYTES_MAX = 16 * 2 ** 10;
const CLOSE_WAIT_MS_MAX = 5_000;

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

/** Serves upgrades of `server`. */
export function attachRelaySockets(server: Server, deps: RelaySocketsDeps): RelaySockets {
  const open = new Set<WebSocket>();
  let isClosing = false;
  let onEmpty = (): void => {};
  const options = {
    noServer: true,
    clientTracking: false,
    maxPayload: deps.frameBytesMax,
    maxFragments: FRAGMENTS_MAX,
    maxBufferedChunks: CHUNKS_MAX,
    perMessageDeflate: false,
    handleProtocols: () => false as const,
    autoPong: false,
    closeTimeout: CLOSE_WAIT_MS_MAX,
  };
  const upgrades = new WebSocketServer(options);
  const frameOf = createFrameMaker();
  const createWriter = createFrameWriters();

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A visitor who hangs up during the handshake is no event.
    socket.on("error", () => socket.destroy());
    if (isClosing) return refuse(socket, 503, "The relay is stopping", 1);
    const decision = decideUpgrade(
      { url: request.url ?? "", host: request.headers.host, origin: request.headers.origin },
      deps.origins,
    );
    if (decision.kind === "refuse") return refuse(socket, decision.status, decision.text);
    const visitor = visitorAddress(
      request.socket.remoteAddress,
      request.headers["x-forwarded-for"]?.toString(),
      deps.trustsProxy,
    );
    const asked = deps.visitors.ask(visitor, deps.now());
    if (!asked.ok) return refuseVisit(socket, asked.error);
    // It answers a malformed handshake itself and then never calls back.
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      open.add(webSocket);
      webSocket.once("close", () => {
        open.delete(webSocket);
        if (open.size === 0) onEmpty();
      });
      const visit = deps.visitors.enter(visitor);
      const writer = createWriter((bytes) => {
        // Its visitor may have ended it in the turn of the answer: nothing follows a close (RL69).
        if (webSocket.readyState === webSocket.OPEN) socket.write(bytes);
      });
      serveSocket({ webSocket, socket, frameOf, writer, visit }, deps.relay, decision);
    });
  });

  return {
    async close(waitMs) {
      isClosing = true;
      if (open.size > 0) {
        await new Promise<void>((resolve) => {
          onEmpty = resolve;
          setTimeout(resolve, waitMs);
        });
      }
      for (const webSocket of open) webSocket.terminate();
    },
  };
}

interface Served {
  readonly webSocket: WebSocket;
  /** Below it: frames go there as they are, for nothing else that sends is ever under way. */
  readonly socket: Duplex;
  readonly frameOf: (text: string) => Buffer;
  readonly writer: FrameWriter;
  readonly visit: Visit;
}

function serveSocket(
  { webSocket, socket, frameOf, writer, visit }: Served,
  relay: AcceptsSockets,
  { relayOrigin, room }: WireFacts,
): void {
  let isListening = true;
  const bufferedBytes = (): number => socket.writableLength + writer.waitingBytes();
  const wire: Wire = {
    send(text) {
      if (webSocket.readyState !== webSocket.OPEN) return;
      if (bufferedBytes() > UNSENT_BYTES_MAX) return webSocket.terminate(); // RL70
      writer.write(frameOf(text)); // RL130, RL133
    },
    close(code, reason) {
      isListening = false;
      writer.flush();
      webSocket.close(code, reason);
    },
    bufferedBytes,
    admitted: () => visit.admit(),
  };
  // Set before the relay can speak: what it closes at once must still end.
  let events: WireEvents | undefined = undefined;
  webSocket.on("error", () => {}); // "close" follows and says how it ended.
  webSocket.once("close", (code) => {
    isListening = false;
    visit.leave();
    events?.onEnd(code === 1000 || code === 1001);
  });
  webSocket.on("ping", (data) => {
    if (socket.writableLength < UNSENT_PONG_BYTES_MAX) webSocket.pong(data);
  });
  webSocket.on("message", (data, isBinary) => {
    if (!isListening) return;
    if (isBinary) return wire.close(closeCodes.badFrame, "binary message");
    events?.onText((data as Buffer).toString("utf8"));
  });
  events = relay.accept(wire, { relayOrigin, room });
}

function refuseVisit(socket: Duplex, refusal: VisitRefusal): void {
  if (refusal.kind === "relay-full") return refuse(socket, 503, "The relay is full", 30);
  const waitS = Math.max(1, Math.ceil(refusal.afterMs / 1000));
  refuse(socket, 429, "Too many connections from your network", waitS);
}

function refuse(socket: Duplex, status: number, text: string, retryAfterS?: number): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_TEXTS[status] ?? "Refused"}`,
    "Connection: close",
    "Cache-Control: no-store",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text) + 1}`,
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${retryAfterS}`]),
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${text}\n`);
}
