/**
 * What is kept of a relay that is put to sleep while its sockets stay open, as plain data.
 *
 * A platform that hibernates (a Durable Object) writes these down after each event and hands them
 * back when it wakes. Only what is at rest can be written down: a socket whose proof is being
 * checked, a member amid a read or with a full window has no memo. It is sent away when the relay
 * wakes, and comes back with its cursor.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL82  A member that slept through goes on where it stood: nothing is sent twice or left out.
 *   RL83  What was not acknowledged at the sleep counts against the window after it; its bytes are
 *         free again when all of it is acknowledged.
 *   RL84  Budgets are full after a sleep.
 *   RL85  A socket that was not at rest is closed 4001 at the waking.
 */

import { type MonotonicMs } from "#shared/base/mod.ts";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import type { Member, RoomState } from "./room-state.ts";
import { createSocketState, type SocketState } from "./socket-step.ts";

/** A member of a room: its place in the log. */
export interface MemberMemo {
  readonly room: string;
  readonly device: string;
  readonly access: "write" | "read";
  readonly epoch: string;
  readonly joinedAt: number;
  readonly sent: number;
  readonly acked: number;
  readonly unackedBytes: number;
  readonly owes: Member["owes"];
}

interface AnySocketMemo {
  /** Orders the sockets of one device: the newer has the higher number. */
  readonly socket: number;
  readonly heardAt: MonotonicMs;
}

/** One socket. Times are of a clock that goes on while the relay sleeps. */
export type SocketMemo =
  | AnySocketMemo & {
    readonly kind: "stranger";
    readonly nonce: string;
    readonly joinBy: MonotonicMs;
    readonly bytes: number;
    readonly messages: number;
  }
  | AnySocketMemo & {
    readonly kind: "member";
    readonly badFrames: number;
    readonly member: MemberMemo;
  };

/** A room, beside what its store knows. */
export interface RoomMemo {
  /** Told to members already, though a log without entries has none stored. */
  readonly epoch: string;
  readonly healUntil: MonotonicMs;
  /** Devices whose socket was lost, with the time for their `left`. */
  readonly absent: readonly (readonly [device: string, dueAt: MonotonicMs])[];
}

/** Undefined for a socket that is not at rest. */
export function memoOfSocket(
  socket: number,
  { life, heardAt, bytes, messages, badFrames }: SocketState,
  member: MemberMemo | undefined,
): SocketMemo | undefined {
  if (life.phase === "greeted") {
    const { nonce, joinBy } = life;
    return { kind: "stranger", socket, heardAt, nonce, joinBy, bytes, messages };
  }
  if (life.phase !== "entered" || member === undefined) return undefined;
  return { kind: "member", socket, heardAt, badFrames, member };
}

/** The socket as it was, its budget full (RL84). */
export function socketOfMemo(
  memo: SocketMemo,
  now: MonotonicMs,
  limits: RelayLimits,
): SocketState {
  const { heardAt } = memo;
  if (memo.kind === "stranger") {
    const { nonce, joinBy, bytes, messages } = memo;
    const life = { phase: "greeted", nonce, joinBy } as const;
    return { ...createSocketState(life, { now, limits }), heardAt, bytes, messages };
  }
  const state = createSocketState({ phase: "entered" }, { now, limits });
  return { ...state, heardAt, badFrames: memo.badFrames };
}

/** Undefined while the room waits for its store, and for who is no member at rest. */
export function memoOfMember(state: RoomState, socket: number): MemberMemo | undefined {
  const { room, log } = state;
  const member = state.members.get(socket);
  if (log === undefined || member === undefined) return undefined;
  const isAtRest = member.isLive && !member.isReading && !member.isPaging &&
    member.stalledSince === undefined;
  if (!isAtRest) return undefined;
  const { device, access, joinedAt, sent, acked, unackedBytes, owes } = member;
  return { room, device, access, epoch: log.epoch, joinedAt, sent, acked, unackedBytes, owes };
}

/** The member as it was; what it has not acknowledged is one lump (RL83). */
export function memberOfMemo(socket: number, memo: MemberMemo): Member {
  const { device, access, joinedAt, sent, acked, unackedBytes, owes } = memo;
  return {
    ...{ socket, device, access, joinedAt, sent, acked, unackedBytes, owes },
    isLive: true,
    isReading: false,
    isPaging: false,
    unacked: acked < sent ? [{ seq: sent, bytes: unackedBytes }] : [],
    stalledSince: undefined,
    owedPresence: new Map(),
    seat: "asked",
  };
}

/** Undefined while the log is not open. Who is leaving, is due at once. */
export function memoOfRoom(state: RoomState, now: MonotonicMs): RoomMemo | undefined {
  const { log, healUntil, absent, leaving } = state;
  if (log === undefined) return undefined;
  const due = [...leaving].map((device) => [device, now] as const);
  return { epoch: log.epoch, healUntil, absent: [...absent, ...due] };
}
