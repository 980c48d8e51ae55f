/** The relay as its platforms use it: sockets in, sockets out. */

import type { Crypto, Log } from "#shared/ports/mod.ts";
import type { MonotonicMs } from "#shared/base/mod.ts";
import type { Bytes, Clock } from "#shared/ports/mod.ts";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import type { Cluster } from "./cluster.ts";
import type { RoomMemo, SocketMemo } from "./memo.ts";
import type { RelayStore } from "./relay-store.ts";

/** One accepted web socket. Three methods, so that a platform and a simulator can be one. */
export interface Wire {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Bytes handed over and not sent; 0 where the platform does not tell. */
  bufferedBytes(): number;
  /** The join was accepted; called once. Platforms bound sockets that have not joined tighter. */
  admitted?(): void;
  /** When the platform last answered a ping by itself, where it does. */
  heardAt?(): MonotonicMs | undefined;
}

/** What the platform knows of a socket before its first frame. */
export interface WireFacts {
  /** The origin the client asked for, such as `http://127.0.0.1:8787`: signed in its proof. */
  readonly relayOrigin: string;
  /** The only room that this socket may join; any, where it is left out. */
  readonly room?: string | undefined;
}

/** Hand the wire's events here, in order. Neither ever throws. */
export interface WireEvents {
  onText(text: string): void;
  /** `isClean`: the client said goodbye (1000 or 1001). */
  onEnd(isClean: boolean): void;
}

/** A socket as the relay has it. */
export interface RelaySocket extends WireEvents {
  /** What to `resume` the socket from; undefined when it ended or is not at rest. */
  memo(): SocketMemo | undefined;
}

/** One socket that stayed open while the relay slept. */
export interface SleptSocket {
  readonly wire: Wire;
  readonly facts: WireFacts;
  /** Undefined when it was not at rest: it is closed 4001. */
  readonly memo: SocketMemo | undefined;
}

export interface RelayDeps {
  readonly store: RelayStore;
  /** The other processes on this store; undefined for a relay that is alone. */
  readonly cluster?: Cluster;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly trace: Log;
  /** 32 bytes kept outside the database: makes the MAC of cursors. */
  readonly secret: Bytes;
  readonly limits: RelayLimits;
  /** Devices in one room; `innerLimits.membersMax` where it is left out. */
  readonly membersMax?: number;
  /** To when a wait may be put off that it shares with others; to no other where it is left out. */
  readonly shareDue?: (dueAt: MonotonicMs, now: MonotonicMs) => MonotonicMs;
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
  accept(wire: Wire, facts: WireFacts): RelaySocket;
  /**
   * Goes on with what another relay on this store left behind; rooms by id. Call once, before
   * `start`, with a clock that went on meanwhile. The result has the order of `sockets`.
   */
  resume(
    sockets: readonly SleptSocket[],
    rooms: ReadonlyMap<string, RoomMemo>,
  ): readonly RelaySocket[];
  /** Resolves when nothing is under way: what was heard is stored and answered. */
  rest(): Promise<void>;
  /** Undefined for a room that is not open. */
  memoOfRoom(room: string): RoomMemo | undefined;
  counts(): RelayCounts;
  /** Tells every client to come back later (4001), finishes commits under way, closes the store. */
  close(): Promise<void>;
}
