/**
 * What one room's actor knows, and what it hears and asks for: types, and the empty state.
 *
 * The state belongs to the actor alone. A step changes it in place and returns effects; the shell
 * (room-actor.ts) runs them and brings answers back as events. No step waits for anything.
 */

import { type EpochMs, type MonotonicMs, type Result, toMonotonicMs } from "#shared/base/mod.ts";
import type {
  ClientFrame,
  Cursor,
  RecoveryReason,
  RefusalCode,
  RelayEntry,
  RelayLimits,
  ServerFrame,
} from "#shared/protocol/mod.ts";
import type { Bucket } from "./bucket.ts";
import type { ClusterNews, Seats } from "./cluster.ts";
import type { CursorVerdict } from "./cursor-mac.ts";
import type { MemberMemo, RoomMemo } from "./memo.ts";
import type { RoomHead, RoomWrite, StoreError } from "./relay-store.ts";

/** Names one socket for as long as the process lives. */
export type SocketId = number;

export interface StepContext {
  readonly now: MonotonicMs;
  readonly epochNow: EpochMs;
  /** A fresh id of 22 characters: epochs, and the relay's own entries. */
  readonly newId: () => string;
  readonly limits: RelayLimits;
  readonly membersMax: number;
}

/** Who knocks: its proof held. */
export interface Entrant {
  readonly socket: SocketId;
  readonly device: string;
  readonly access: "write" | "read";
  readonly cursor: Cursor | undefined;
  readonly verdict: CursorVerdict | undefined;
  /** Why its cursor made the room mint a new epoch. */
  readonly reason?: RecoveryReason;
}

export interface Member {
  readonly socket: SocketId;
  readonly device: string;
  readonly access: "write" | "read";
  /** The head when it joined: up to here entries are replay. */
  readonly joinedAt: number;
  isLive: boolean;
  isReading: boolean;
  isPaging: boolean;
  sent: number;
  acked: number;
  /** Frames sent and not acknowledged, oldest first. */
  unacked: { readonly seq: number; readonly bytes: number }[];
  unackedBytes: number;
  /** Since when it has had a full window without ack progress, while there is more to send. */
  stalledSince: MonotonicMs | undefined;
  /** Presence it will hear once it reads again, by device. */
  readonly owedPresence: Map<string, "here" | "gone">;
  /**
   * Of a shared room: whether the others were told that the device sits here, and whether a look
   * that began later may say that it sits elsewhere now.
   */
  seat: "asked" | "taken" | "looked-at";
  /** Its append that was refused for now: until that one comes again others are refused too. */
  owes: { readonly id: string; readonly code: RefusalCode } | undefined;
}

export interface PendingAppend {
  readonly id: string;
  readonly body: string;
  readonly device: string;
  readonly covers: number | undefined;
  readonly socket: SocketId;
  /** Sockets that sent it again meanwhile; they hear `dup`. */
  readonly repeats: SocketId[];
}

/** A part of a batch that travels in one frame. */
export interface Chunk {
  readonly entries: readonly RelayEntry[];
  readonly bytes: number;
}

/** What the room waits for; it waits for one thing at a time, so that nothing overtakes. */
export type Work =
  /** The log is being read, at first and after a write whose outcome must be looked at. */
  | { readonly phase: "opening"; readonly retryAt?: MonotonicMs | undefined }
  | { readonly phase: "idle" }
  /** A commit failed: the next one waits. */
  | { readonly phase: "resting"; readonly until: MonotonicMs }
  | { readonly phase: "looking-up"; readonly batch: readonly PendingAppend[] }
  | {
    readonly phase: "committing";
    readonly write: RoomWrite;
    /** By place in `write.entries`; entries of the relay have none. */
    readonly appends: readonly PendingAppend[];
    readonly chunks: readonly Chunk[];
    /** Whose cursor made the room mint an epoch; undefined when the relay itself saw the loss. */
    readonly minter: SocketId | undefined;
  };

/** A member's socket that stayed open while the relay slept. */
export interface Sleeper {
  readonly socket: SocketId;
  readonly memo: MemberMemo;
}

export interface Log {
  epoch: string;
  head: number;
  floor: number;
  bytes: number;
  checkpoints: readonly number[];
  readonly present: Set<string>;
  /** Of the entry at `head`; undefined where it was not read, or there is none. */
  newest: Pick<RelayEntry, "id" | "ts"> | undefined;
}

/** Budgets of one device; they outlive its socket. */
export interface Meters {
  readonly append: Bucket;
  readonly ephemeral: Bucket;
  readonly page: Bucket;
}

export interface RoomState {
  readonly room: string;
  /** Other processes may serve it too (cluster.ts). */
  readonly isShared: boolean;
  /** Devices that sit at other living processes, by the newest look. */
  elsewhere: ReadonlySet<string>;
  /** The store may know more than this process does. */
  isStale: boolean;
  /** When it looks without a hint; hints may be lost. */
  lookAt: MonotonicMs | undefined;
  /** Opened because devices were present before a restart: tries until it knows them. */
  readonly isWoken: boolean;
  log: Log | undefined;
  work: Work;
  /** Set when the next commit shall mint a new epoch. */
  mint: { readonly minter: SocketId | undefined } | undefined;
  /** Whose cursors are being looked at. */
  readonly checking: Map<SocketId, Entrant>;
  /** Who waits until the log is open or a new epoch is minted. */
  entrants: Entrant[];
  /** Members again as soon as the log is open. */
  sleepers: readonly Sleeper[];
  memo: RoomMemo | undefined;
  readonly members: Map<SocketId, Member>;
  /** Members with `stalledSince`: every event asks when the first is due. */
  readonly stalled: Set<Member>;
  readonly socketByDevice: Map<string, SocketId>;
  queue: PendingAppend[];
  /** Queued or in the batch under way. */
  readonly pendingById: Map<string, PendingAppend>;
  pendingBytes: number;
  /** Devices whose socket was lost, with the time for their `left`. */
  readonly absent: Map<string, MonotonicMs>;
  /** Devices whose `left` is due. */
  readonly leaving: Set<string>;
  /** While entries are offered again no `left` is said. */
  healUntil: MonotonicMs;
  readonly meters: Map<string, Meters>;
  activeAt: MonotonicMs;
}

/** Frames that only a member sends. */
export type MemberFrame = Exclude<ClientFrame, { readonly t: "join" }>;

export interface ReadEntries {
  readonly entries: readonly RelayEntry[];
  /** Of a cursor at the last one; empty when there is none. */
  readonly mac: string;
}

/** What a look at the store found. */
export interface OpenedRoom {
  readonly head: RoomHead | undefined;
  /** Of a shared room. */
  readonly seats?: Seats | undefined;
  /** Of a shared room without log: what all processes call its epoch. */
  readonly epoch?: string;
  /**
   * Of a shared room with a log: the entry at the `after` of the look, or the newest at the first,
   * and what others appended behind it, as far as one frame takes that.
   */
  readonly newest?: ReadEntries;
}

export type RoomEvent =
  | { readonly kind: "opened"; readonly result: Result<OpenedRoom, StoreError> }
  | {
    readonly kind: "enter";
    readonly socket: SocketId;
    readonly device: string;
    readonly access: "write" | "read";
    readonly cursor: Cursor | undefined;
  }
  | {
    readonly kind: "cursor-checked";
    readonly socket: SocketId;
    readonly result: Result<CursorVerdict, StoreError>;
  }
  | { readonly kind: "end"; readonly socket: SocketId; readonly isClean: boolean }
  | { readonly kind: "frame"; readonly socket: SocketId; readonly frame: MemberFrame }
  | { readonly kind: "found"; readonly result: Result<readonly RelayEntry[], StoreError> }
  /** MACs by the seqs that the commit asked them for; `moved`: nothing was stored. */
  | {
    readonly kind: "committed";
    readonly result: Result<ReadonlyMap<number, string> | "moved", StoreError>;
  }
  | { readonly kind: "news"; readonly news: ClusterNews }
  /** The others were told that this socket's device sits here, or could not be. */
  | { readonly kind: "sat"; readonly socket: SocketId; readonly result: Result<void, StoreError> }
  | {
    readonly kind: "read";
    readonly socket: SocketId;
    readonly result: Result<ReadEntries, StoreError>;
  }
  | {
    readonly kind: "paged";
    readonly socket: SocketId;
    readonly before: number;
    readonly result: Result<readonly RelayEntry[], StoreError>;
  }
  /** Before the log is open: who was here when the relay fell asleep, and what it knew. */
  | {
    readonly kind: "resume";
    readonly sleepers: readonly Sleeper[];
    readonly memo: RoomMemo | undefined;
  }
  | { readonly kind: "tick" };

export type RoomEffect =
  | {
    readonly kind: "send";
    readonly sockets: readonly SocketId[];
    readonly frame: ServerFrame;
    /** Dropped for a socket whose platform has not sent what it was given before. */
    readonly isDroppable: boolean;
  }
  /** The member is gone already; an `end` that follows changes nothing. */
  | { readonly kind: "close"; readonly socket: SocketId; readonly code: number }
  /** Counts against the socket's budget of bad frames. */
  | { readonly kind: "bad-frame"; readonly socket: SocketId }
  /** With `after` a look at what others did: the entries behind it are wanted too. */
  | { readonly kind: "open"; readonly after?: number }
  | { readonly kind: "sit"; readonly socket: SocketId; readonly device: string }
  | { readonly kind: "rise"; readonly device: string }
  | { readonly kind: "tell"; readonly news: ClusterNews }
  | { readonly kind: "check-cursor"; readonly socket: SocketId; readonly cursor: Cursor }
  | { readonly kind: "find"; readonly ids: readonly string[] }
  /** MACs are wanted at the last entry of each chunk. */
  | { readonly kind: "commit"; readonly write: RoomWrite; readonly marks: readonly RelayEntry[] }
  | {
    readonly kind: "read";
    readonly socket: SocketId;
    readonly epoch: string;
    readonly after: number;
    readonly entriesMax: number;
    readonly bytesMax: number;
  }
  | {
    readonly kind: "page";
    readonly socket: SocketId;
    readonly before: number;
    readonly entriesMax: number;
  }
  /** Nothing is left to remember. */
  | { readonly kind: "evict" };

/** A room whose log has to be opened first; the shell runs an `open` for it. */
export function createRoomState(
  { room, isShared, isWoken }: Pick<RoomState, "room" | "isShared" | "isWoken">,
  now: MonotonicMs,
): RoomState {
  return {
    room,
    isShared,
    elsewhere: new Set(),
    isStale: false,
    lookAt: undefined,
    isWoken,
    log: undefined,
    work: { phase: "opening" },
    mint: undefined,
    checking: new Map(),
    entrants: [],
    sleepers: [],
    memo: undefined,
    members: new Map(),
    stalled: new Set(),
    socketByDevice: new Map(),
    queue: [],
    pendingById: new Map(),
    pendingBytes: 0,
    absent: new Map(),
    healUntil: toMonotonicMs(0),
    leaving: new Set(),
    meters: new Map(),
    activeAt: now,
  };
}

/** One frame for some sockets; nothing when there are none. */
export function sendTo(
  sockets: readonly SocketId[],
  frame: ServerFrame,
  isDroppable = false,
): readonly RoomEffect[] {
  return sockets.length === 0 ? [] : [{ kind: "send", sockets, frame, isDroppable }];
}
