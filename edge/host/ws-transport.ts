/**
 * A web socket of this process as a Transport: text frames only, of a bounded size. On Deno and
 * Node by `ws`, which bounds a message before it is in memory.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY86  A socket resolves open or rejects; its end is told once, and no text follows it.
 *   SY87  A binary message, or a text over `frameBytesMax`, ends the socket.
 *   SY88  Aborting ends a socket that is still opening; an open one is closed by its owner.
 */

import { WebSocket } from "ws";
import type { Socket, SocketEnd, SocketEvents, Transport } from "#shared/ports/mod.ts";
import { closeCodes } from "#shared/protocol/mod.ts";

/** What is reported when a connection was never made or is lost without a word. */
const NO_CLOSE_FRAME = 1006;

export function createWsTransport({ frameBytesMax }: { frameBytesMax: number }): Transport {
  return {
    connect(url, events, signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        open(url, frameBytesMax, { events, signal, resolve, reject });
      });
    },
  };
}

interface Opening {
  readonly events: SocketEvents;
  readonly signal: AbortSignal;
  readonly resolve: (socket: Socket) => void;
  readonly reject: (error: unknown) => void;
}

function open(url: string, frameBytesMax: number, opening: Opening): void {
  const { events, signal, resolve, reject } = opening;
  let phase: "opening" | "open" | "ended" = "opening";
  const wire = new WebSocket(url, {
    maxPayload: frameBytesMax, // SY87
    perMessageDeflate: false,
    followRedirects: false,
  });
  /** Everything that ends the socket comes here; only the first counts (SY86). */
  const end = (how: SocketEnd, error: unknown): void => {
    if (phase === "ended") return;
    phase = "ended";
    signal.removeEventListener("abort", onAbort);
    reject(error); // Without effect once open.
    events.onEnd(how);
  };
  const closeAndEnd = (code: number, reason: string, error: unknown): void => {
    if (phase === "ended") return;
    wire.close(code, reason);
    end({ code, reason }, error);
  };
  const onAbort = (): void => { // SY88
    if (phase !== "opening") return;
    end({ code: NO_CLOSE_FRAME, reason: "aborted" }, signal.reason);
    wire.terminate();
  };
  signal.addEventListener("abort", onAbort, { once: true });

  wire.on("error", () => {}); // "close" follows and says how it ended.
  wire.on("close", (code, reason) => {
    const how = { code: code === 0 ? NO_CLOSE_FRAME : code, reason: reason.toString() };
    end(how, new Error(`Cannot connect: the socket closed with ${how.code}`));
  });
  wire.on("message", (data, isBinary) => {
    if (phase !== "open") return;
    if (isBinary) { // SY87
      return closeAndEnd(closeCodes.badFrame, "binary", new Error("Cannot read binary"));
    }
    events.onText((data as Buffer).toString("utf8"));
  });
  wire.on("open", () => {
    if (phase !== "opening") return;
    phase = "open";
    signal.removeEventListener("abort", onAbort);
    resolve({
      send: (text) => {
        if (phase === "open") wire.send(text);
      },
      bufferedBytes: () => wire.bufferedAmount,
      close: (code, reason) => closeAndEnd(code, reason, new Error("Closed by this side")),
    });
  });
}
