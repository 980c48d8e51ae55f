/**
 * A network in memory between clients (Transport) and a relay (`accept`): delays, losses, silence.
 *
 * Owns the wires and what is under way on them; texts of one direction arrive in order. Each wire
 * has a delay of its own from the seed, and each text a little more, in whole ms. Knows nothing of
 * frames.
 */

import { assert } from "../../base/assert.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Socket, SocketEvents, Transport } from "../../ports/transport.ts";

/** The relay's end of a wire; as its platform gives it. */
export interface NetWire {
  send(text: string): void;
  close(code: number, reason: string): void;
  bufferedBytes(): number;
}

/** What the relay wants to hear of a wire. */
export interface NetWireEvents {
  onText(text: string): void;
  onEnd(isClean: boolean): void;
}

export interface WireNetDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Asked anew for each wire, so that a restarted relay may stand behind it. */
  readonly accept: (wire: NetWire, facts: { readonly relayOrigin: string }) => NetWireEvents;
  /** One way; 20 and 80 unless told. */
  readonly delayMsMin?: number;
  readonly delayMsMax?: number;
  /** Sees every text when it is handed over; what it returns goes on instead, nothing: lost. */
  readonly tap?: (text: string, to: "relay" | "client", name: string) => string | undefined;
}

/** `open`: as it should be; `refuse`: no server answers; `silence`: nothing answers at all. */
export type Door = "open" | "refuse" | "silence";

export interface WireNet {
  /** The way to the relay of one client; faults name it. */
  transport(name: string): Transport;
  /** New connections of `name`, or of everybody. Wires that are open stay. */
  setDoor(door: Door, name?: string): void;
  /** Cuts the open wires: both ends learn, what is under way is lost. */
  drop(name?: string): void;
  /** Half-open: nothing gets through any more, either way, and nobody learns. */
  freeze(name?: string): void;
  /**
   * The client alone learns: it comes back beside its old wire, which the relay still has (a
   * duplicate socket). Without a name it is what a killed relay leaves.
   */
  strand(name?: string): void;
  /** Open wires, as the client sees them. */
  count(name?: string): number;
  /** Everything handed over so far, in order of handing over. */
  readonly texts: readonly NetText[];
}

export interface NetText {
  readonly name: string;
  readonly to: "relay" | "client";
  readonly text: string;
}

const NO_CLOSE_FRAME = 1006;
const CLEAN_CODES: ReadonlySet<number> = new Set([1000, 1001]);
const JITTER_MS = 5;
/** Kept for assertions. */
const TEXTS_MAX = 100_000;

export function createWireNet(deps: WireNetDeps): WireNet {
  const { clock, random } = deps;
  const [delayMsMin, delayMsMax] = [deps.delayMsMin ?? 20, deps.delayMsMax ?? 80];
  const wires = new Set<NetLink>();
  const doors = new Map<string, Door>();
  const texts: NetText[] = [];
  let everybody: Door = "open";
  let opened = 0;

  const pass = (name: string, to: "relay" | "client", text: string): string | undefined => {
    if (texts.length < TEXTS_MAX) texts.push({ name, to, text });
    return deps.tap === undefined ? text : deps.tap(text, to, name);
  };
  const each = (name: string | undefined, act: (wire: NetLink) => void): void => {
    for (const wire of [...wires]) if (name === undefined || wire.name === name) act(wire);
  };
  const connect = async (
    name: string,
    url: string,
    events: SocketEvents,
    signal: AbortSignal,
  ): Promise<Socket> => {
    opened += 1;
    const own = random.fork(`wire ${opened}`);
    const delayMs = Math.round(delayMsMin + own.next() * (delayMsMax - delayMsMin));
    await clock.sleep(delayMs, signal);
    const door = doors.get(name) ?? everybody;
    if (door === "silence") await clock.sleep(Number.MAX_SAFE_INTEGER, signal);
    if (door === "refuse") {
      events.onEnd({ code: NO_CLOSE_FRAME, reason: "refused" });
      throw new Error(`Cannot connect ${name}: refused`);
    }
    const wire = new NetLink({ name, clock, random: own, delayMs, events, pass }, () => {
      wires.delete(wire);
    });
    wires.add(wire);
    wire.open(deps.accept, relayOriginOf(url));
    return wire.client;
  };

  return {
    transport: (name) => ({
      connect: (url, events, signal) => connect(name, url, events, signal),
    }),
    setDoor(door, name) {
      if (name !== undefined) doors.set(name, door);
      else [everybody] = [door, doors.clear()];
    },
    drop: (name) => each(name, (wire) => wire.cut(true, true)),
    freeze: (name) => each(name, (wire) => wire.freeze()),
    strand: (name) => each(name, (wire) => wire.cut(true, false)),
    count: (name) => [...wires].filter((wire) => name === undefined || wire.name === name).length,
    texts,
  };
}

interface LinkDeps {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly delayMs: number;
  readonly events: SocketEvents;
  readonly pass: (name: string, to: "relay" | "client", text: string) => string | undefined;
}

/** One wire: two directions, and what each end believes. */
class NetLink {
  readonly name: string;
  readonly client: Socket;
  readonly #deps: LinkDeps;
  readonly #onGone: () => void;
  readonly #gone = new AbortController();
  readonly #toRelay: Lane;
  readonly #toClient: Lane;
  #relay: NetWireEvents | undefined;
  #clientEnd = false;
  #relayEnd = false;
  #isFrozen = false;
  #frozenBytes = 0;

  constructor(deps: LinkDeps, onGone: () => void) {
    this.name = deps.name;
    this.#deps = deps;
    this.#onGone = onGone;
    this.#toRelay = new Lane(deps, this.#gone.signal);
    this.#toClient = new Lane(deps, this.#gone.signal);
    this.client = {
      send: (text) => this.#fromClient(text),
      bufferedBytes: () => this.#frozenBytes,
      close: (code, reason) => this.#closeByClient(code, reason),
    };
  }

  open(accept: WireNetDeps["accept"], relayOrigin: string): void {
    const wire: NetWire = {
      send: (text) => this.#fromRelay(text),
      bufferedBytes: () => this.#frozenBytes,
      close: (code, reason) => this.#closeByRelay(code, reason),
    };
    this.#relay = accept(wire, { relayOrigin });
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  /** Ends it without goodbye; whoever is not told believes that it goes on. */
  cut(isClientTold: boolean, isRelayTold: boolean): void {
    this.#gone.abort("cut");
    this.#isFrozen = true;
    if (isRelayTold) this.#endRelay(false);
    if (isClientTold) this.#endClient(NO_CLOSE_FRAME, "");
  }

  #fromClient(text: string): void {
    if (this.#clientEnd) return;
    const passed = this.#deps.pass(this.name, "relay", text);
    if (this.#isFrozen) this.#frozenBytes += text.length;
    else if (passed !== undefined) {
      this.#toRelay.carry(() => {
        if (!this.#relayEnd && !this.#isFrozen) this.#relay?.onText(passed);
      });
    }
  }

  #fromRelay(text: string): void {
    if (this.#relayEnd) return;
    const passed = this.#deps.pass(this.name, "client", text);
    if (this.#isFrozen) this.#frozenBytes += text.length;
    else if (passed !== undefined) {
      this.#toClient.carry(() => {
        if (!this.#clientEnd && !this.#isFrozen) this.#deps.events.onText(passed);
      });
    }
  }

  /** As a browser: the end is told at once, the relay learns when the goodbye is there. */
  #closeByClient(code: number, reason: string): void {
    if (this.#clientEnd) return;
    this.#endClient(code, reason);
    if (!this.#isFrozen) this.#toRelay.carry(() => this.#endRelay(CLEAN_CODES.has(code)));
  }

  /** Behind the texts before it. Its own end comes with the client's answer. */
  #closeByRelay(code: number, reason: string): void {
    if (this.#relayEnd) return;
    this.#relayEnd = true;
    const answer = (): void => this.#relay?.onEnd(false);
    if (this.#isFrozen) return answer();
    this.#toClient.carry(() => {
      this.#endClient(code, reason);
      this.#toRelay.carry(answer);
    });
  }

  #endClient(code: number, reason: string): void {
    if (this.#clientEnd) return;
    this.#clientEnd = true;
    this.#onGone();
    this.#deps.events.onEnd({ code, reason });
  }

  #endRelay(isClean: boolean): void {
    if (this.#relayEnd) return;
    this.#relayEnd = true;
    this.#relay?.onEnd(isClean);
  }
}

/** One direction: everything after what went before it, each with its delay. */
class Lane {
  readonly #deps: LinkDeps;
  readonly #signal: AbortSignal;
  #dueAt = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: LinkDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** `deliver` is called unless the wire is cut before. */
  carry(deliver: () => void): void {
    if (this.#signal.aborted) return;
    const { clock, random, delayMs } = this.#deps;
    const dueAt = Math.max(
      this.#dueAt,
      clock.now() + delayMs + Math.floor(random.next() * JITTER_MS),
    );
    this.#dueAt = dueAt;
    const carried = async (): Promise<void> => {
      const waitMs = dueAt - clock.now();
      if (waitMs > 0) await clock.sleep(waitMs, this.#signal);
      if (!this.#signal.aborted) deliver();
    };
    // Owned by this lane: a cut wire rejects the waits, which is how they end.
    this.#last = this.#last.then(carried).catch((error: unknown) => {
      assert(this.#signal.aborted, `Cannot deliver on ${this.#deps.name}: ${String(error)}`);
    });
  }
}

function relayOriginOf(url: string): string {
  const match = /^(?:ws|http)(s?):\/\/([^/?#]+)/.exec(url);
  assert(match !== null, `Cannot connect to ${url}: it is no address of a relay`);
  return `http${match[1]}://${match[2]}`;
}
