/** The relay as its platforms use it: sockets in, sockets out. */

import type { Crypto, Log } from "#shared/ports/mod.ts";
import type { Clock, Random } from "#shared/ports/mod.ts";
import type { Bytes } from "#shared/ports/mod.ts";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import type { RelayStore } from "./relay-store.ts";

/** One accepted web socket. Three methods, so that a platform and a simulator can be one. */
export interface Wire {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Bytes handed over and not sent; 0 where the platform does not tell. */
  bufferedBytes(): number;
  /** The join was accepted; called once. Platforms bound sockets that have not joined tighter. */
  admitted?(): void;
}

/** What the platform knows of a socket before its first frame. */
export interface WireFacts {
  /** The origin the client asked for, such as `http://127.0.0.1:8787`: signed in its proof. */
  readonly relayOrigin: string;
}

/** Hand the wire's events here, in order. Neither ever throws. */
export interface WireEvents {
  onText(text: string): void;
  /** `isClean`: the client said goodbye (1000 or 1001). */
  onEnd(isClean: boolean): void;
}

export interface RelayDeps {
  readonly store: RelayStore;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Log;
  /** 32 bytes kept outside the database: makes the MAC of cursors. */
  readonly secret: Bytes;
  readonly limits: RelayLimits;
  /** A room actor or the store broke an invariant: the process should end and be restarted. */
  readonly onDefect: (error: unknown) => void;
}

export interface RelayCounts {
  readonly sockets: number;
  readonly rooms: number;
  readonly appended: number;
  readonly delivered: number;
  /** Refused frames by the protocol's code. */
  readonly refusedByCode: Readonly<Record<string, number>>;
  /** Sockets that the relay closed, by close code. */
  readonly closedByCode: Readonly<Record<string, number>>;
}

export interface Relay {
  /** Wakes rooms whose devices were present before a restart. Call once, before `accept`. */
  start(signal: AbortSignal): Promise<void>;
  accept(wire: Wire, facts: WireFacts): WireEvents;
  counts(): RelayCounts;
  /** Tells every client to come back later (4001), finishes commits under way, closes the store. */
  close(): Promise<void>;
}
