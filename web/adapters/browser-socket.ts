/**
 * The browser's web socket as a Transport: text frames only, of a bounded size.
 *
 * Owns one WebSocket per connection and the promise that nothing follows its end. Does not own
 * reconnecting, nor what a frame means (shared/sync).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY86  A socket resolves open or rejects; its end is told once, and no text follows it.
 *   SY87  A binary message, or a text over `frameCharsMax`, ends the socket.
 *   SY88  Aborting ends a socket that is still opening; an open one is closed by its owner.
 */

import type { Socket, SocketEnd, SocketEvents, Transport } from "#shared/ports/mod.ts";
import { closeCodes } from "#shared/protocol/mod.ts";

/** What is used of a WebSocket; tests pass a scripted one. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface BrowserTransportDeps {
  /** UTF-16 code units of one text; at most as many as its bytes. */
  readonly frameCharsMax: number;
  /** Throws what `new WebSocket` throws: a URL that is none, or that the page may not reach. */
  readonly open?: (url: string) => WebSocketLike;
}

/** What the browser reports when a connection was never made or is lost without a word. */
const NO_CLOSE_FRAME = 1006;
const NORMAL_CLOSE = 1000;

const openWebSocket = (url: string): WebSocketLike => new WebSocket(url) as WebSocketLike;

export function createBrowserTransport(deps: BrowserTransportDeps): Transport {
  return {
    async connect(url, events, signal) {
      signal.throwIfAborted();
      return await connect(deps, url, events, signal);
    },
  };
}

function connect(
  { frameCharsMax, open = openWebSocket }: BrowserTransportDeps,
  url: string,
  events: SocketEvents,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let phase: "opening" | "open" | "ended" = "opening";
    const wire = openOrEnd(open, url, events);

    /** Everything that ends the socket comes here; only the first counts (SY86). */
    const end = (how: SocketEnd, error: unknown): void => {
      if (phase === "ended") return;
      phase = "ended";
      signal.removeEventListener("abort", onAbort);
      // After the end nothing is heard of the wire, whatever it still has in flight.
      wire.onopen =
        wire.onmessage =
        wire.onclose =
        wire.onerror =
          null;
      reject(error); // Without effect once open.
      events.onEnd(how);
    };
    const closeAndEnd = (code: number, reason: string, error: unknown): void => {
      if (phase === "ended") return;
      wire.close(code, reason);
      end({ code, reason }, error);
    };
    const onAbort = (): void => closeAndEnd(NORMAL_CLOSE, "aborted", signal.reason); // SY88
    signal.addEventListener("abort", onAbort, { once: true });

    wire.binaryType = "arraybuffer";
    wire.onclose = ({ code, reason }) =>
      end({ code, reason }, new Error(`Cannot connect: the socket closed with ${code}`));
    // An error is always followed by a close, which says more.
    wire.onerror = null;
    wire.onmessage = ({ data }) => {
      if (phase !== "open") return;
      if (typeof data !== "string") { // SY87
        return closeAndEnd(closeCodes.badFrame, "binary", new Error("Cannot read binary"));
      }
      if (data.length > frameCharsMax) { // SY87
        return closeAndEnd(closeCodes.tooBig, "too big", new Error("Cannot read so much"));
      }
      events.onText(data);
    };
    wire.onopen = () => {
      if (phase !== "opening") return;
      phase = "open";
      signal.removeEventListener("abort", onAbort); // SY88
      resolve({
        send: (text) => {
          if (phase === "open") wire.send(text);
        },
        bufferedBytes: () => wire.bufferedAmount,
        close: (code, reason) => closeAndEnd(code, reason, new Error("Closed by this side")),
      });
    };
  });
}

/** Throws, inside the promise, what the browser refuses at once; that is an end too (SY86). */
function openOrEnd(
  open: (url: string) => WebSocketLike,
  url: string,
  events: SocketEvents,
): WebSocketLike {
  try {
    return open(url);
  } catch (error) { // SyntaxError: no URL; SecurityError: one that this page may not reach.
    events.onEnd({ code: NO_CLOSE_FRAME, reason: String(error) });
    throw error;
  }
}
