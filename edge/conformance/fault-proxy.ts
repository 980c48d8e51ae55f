/**
 * A TCP proxy on loopback that does to connections what networks do, for tests.
 *
 * Owns its connections and what is on its way in them. Knows nothing of what it carries. What it
 * is told holds for every byte that arrives from then on; bytes of one direction never overtake
 * each other.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO18 Bytes come through the fault proxy as they are unless it was told to corrupt them, and in
 *        order; what it was told to do to a connection it does.
 */

import { connect, createServer, type Socket } from "node:net";

/** Undefined and 0 are none. */
export interface Faults {
  /** Each way. */
  readonly delayMs: number;
  /** On top of it, drawn for each piece. */
  readonly jitterMs: number;
  readonly bytesPerS: number | undefined;
  /** Pieces are no longer than this. */
  readonly sliceBytesMax: number | undefined;
  /** A connection is cut, as by a reset, once so many bytes of its target came through. */
  readonly cutAfterBytes: number | undefined;
  /**
   * Of the target's bytes every so many a run is overwritten with what no web socket takes. It is
   * what TLS makes of any other change: an end of the connection.
   */
  readonly corruptEveryBytes: number | undefined;
}

export const noFaults: Faults = Object.freeze({
  ...{ delayMs: 0, jitterMs: 0, bytesPerS: undefined, sliceBytesMax: undefined },
  ...{ cutAfterBytes: undefined, corruptEveryBytes: undefined },
});

export interface FaultProxy {
  readonly port: number;
  /** Of the connections that come from now on. */
  targetPort: number;
  /** What is left out is none. */
  setFaults(faults: Partial<Faults>): void;
  /**
   * Nothing is taken or passes any more on the connections there are, and no end of one is told:
   * half-open.
   */
  freeze(): void;
  /** Resets the connections there are. */
  reset(): void;
  /** Whether those that come are reset at once. */
  isClosed: boolean;
  facts(): ProxyFacts;
  close(): void;
}

export interface ProxyFacts {
  /** Connections so far. */
  readonly opened: number;
  /** By this proxy's doing: reset, cut or frozen. */
  readonly broken: number;
  readonly bytesCorrupted: number;
}

/** Held back of one direction: then its source is read no more until half of it is gone. */
const HELD_BYTES_MAX = 256 * 1024;
const CORRUPT_RUN_BYTES = 8;
/** In no UTF-8 text, and as a web socket's header an opcode that there is not. */
const CORRUPT_BYTE = 0xff;

/** `chance`: from [0, 1). */
export async function startFaultProxy(chance: () => number): Promise<FaultProxy> {
  let faults = noFaults;
  const pairs = new Set<Pair>();
  const facts = { opened: 0, broken: 0, bytesCorrupted: 0 };
  const rack: Rack = { faults: () => faults, chance, facts };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    facts.opened += 1;
    if (proxy.isClosed) {
      facts.broken += 1;
      client.on("error", () => undefined); // It is reset; nobody waits for it.
      return void client.resetAndDestroy();
    }
    const target = connect({ port: proxy.targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const pair = joinPair(client, target, rack, () => pairs.delete(pair));
    pairs.add(pair);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The proxy has no port");
  const proxy: FaultProxy = {
    port: address.port,
    targetPort: 0,
    isClosed: false,
    setFaults: (given) => void (faults = { ...noFaults, ...given }),
    freeze() {
      for (const pair of pairs) pair.freeze();
    },
    reset() {
      for (const pair of [...pairs]) pair.reset();
    },
    facts: () => ({ ...facts }),
    close() {
      server.close();
      for (const pair of [...pairs]) pair.reset();
    },
  };
  return proxy;
}

interface Rack {
  readonly faults: () => Faults;
  readonly chance: () => number;
  readonly facts: { broken: number; bytesCorrupted: number };
}

interface Pair {
  freeze(): void;
  reset(): void;
}

function joinPair(client: Socket, target: Socket, rack: Rack, onGone: () => void): Pair {
  let phase: "open" | "frozen" | "gone" = "open";
  const isOpen = (): boolean => phase === "open";
  const end = (how: "reset" | "destroy"): void => {
    if (phase === "gone") return;
    phase = "gone";
    onGone();
    for (const socket of [client, target]) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.destroy();
    }
  };
  const broken = (): void => {
    if (phase === "open") rack.facts.broken += 1;
    end("reset");
  };
  carry(client, target, rack, { isOpen, cut: broken, isOfTarget: false });
  carry(target, client, rack, { isOpen, cut: broken, isOfTarget: true });
  for (const socket of [client, target]) {
    socket.setNoDelay(true);
    socket.on("error", () => isOpen() && end("reset"));
    socket.on("close", () => isOpen() && client.destroyed && target.destroyed && end("destroy"));
  }
  return {
    freeze() {
      if (phase !== "open") return;
      phase = "frozen";
      rack.facts.broken += 1;
      // As on a dead network nothing is taken any more, so that who goes on sending fills up.
      for (const socket of [client, target]) socket.pause();
    },
    reset: broken,
  };
}

interface Way {
  readonly isOpen: () => boolean;
  readonly cut: () => void;
  readonly isOfTarget: boolean;
}

/** One direction: pieces with the time at which each is due, in order. */
function carry(from: Socket, to: Socket, rack: Rack, { isOpen, cut, isOfTarget }: Way): void {
  const pieces: { readonly bytes: Buffer; readonly dueAt: number }[] = [];
  let [heldBytes, taken, dueAt] = [0, 0, 0];
  let [isEnded, isCut, isArmed] = [false, false, false];

  const finish = (): void => {
    if (pieces.length > 0 || !isOpen()) return;
    if (isCut) cut();
    else if (isEnded) to.end();
  };
  /** One timer for all: of two with nearly the same time the later may ring first. */
  const arm = (): void => {
    const [next] = pieces;
    if (isArmed || next === undefined) return;
    isArmed = true;
    setTimeout(hand, next.dueAt - performance.now());
  };
  const hand = (): void => {
    isArmed = false;
    while ((pieces[0]?.dueAt ?? Infinity) <= performance.now()) {
      const bytes = pieces.shift()?.bytes ?? Buffer.alloc(0);
      heldBytes -= bytes.length;
      if (isOpen()) to.write(bytes);
    }
    if (isOpen() && heldBytes < HELD_BYTES_MAX / 2) from.resume();
    arm();
    finish();
  };
  const hold = (bytes: Buffer): void => {
    const { delayMs, jitterMs, bytesPerS } = rack.faults();
    const arrivesAt = performance.now() + delayMs + jitterMs * rack.chance();
    const sendMs = bytesPerS === undefined ? 0 : bytes.length * 1_000 / bytesPerS;
    dueAt = Math.max(arrivesAt, dueAt) + sendMs; // Nothing overtakes.
    heldBytes += bytes.length;
    if (heldBytes > HELD_BYTES_MAX) from.pause();
    pieces.push({ bytes, dueAt });
    arm();
  };
  from.on("data", (data: Buffer) => {
    if (!isOpen() || isCut) return;
    const { sliceBytesMax = data.length, corruptEveryBytes, cutAfterBytes } = rack.faults();
    if (isOfTarget && corruptEveryBytes !== undefined) {
      rack.facts.bytesCorrupted += corrupt(data, taken, corruptEveryBytes);
    }
    taken += data.length;
    const isOver = isOfTarget && cutAfterBytes !== undefined && taken >= cutAfterBytes;
    // Told amid a connection that had more already, it cuts before what comes next.
    const kept = isOver ? Math.max(0, data.length - (taken - cutAfterBytes)) : data.length;
    const whole = data.subarray(0, kept);
    for (let at = 0; at < whole.length; at += sliceBytesMax) {
      hold(whole.subarray(at, at + sliceBytesMax));
    }
    isCut = isOver;
    finish();
  });
  from.on("end", () => {
    isEnded = true;
    finish();
  });
}

/** Overwrites in place; `before`: bytes of this direction so far. Returns how many it did. */
function corrupt(data: Buffer, before: number, every: number): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 1) {
    const place = (before + at) % every;
    if (before + at < every || place >= CORRUPT_RUN_BYTES) continue;
    data[at] = CORRUPT_BYTE;
    count += 1;
  }
  return count;
}
