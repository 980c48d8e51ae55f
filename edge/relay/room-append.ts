/**
 * Taking appends: who may, how many, and which are known already while they wait.
 *
 * Owns the queue. What leaves it is ordered and stored by room-commit.ts.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL15  A known id with the same body is `ok`, `dup`, with its first seq and time, whoever sends.
 *   RL16  A known id with another body is refused `conflict` and changes nothing.
 *   RL31  A device that may only read appends nothing: `read-only`.
 *   RL32  A device appends `appendBurst` at once and `appendsPerS` in the long run; more is refused
 *         `rate-limited` with the time to wait.
 *   RL33  A full log refuses `log-full`; it is trimmed only below the second newest checkpoint. A
 *         tenth of its size more is kept for newer checkpoints, so that a full log can get one.
 *   RL36  A refused frame changes nothing.
 *   RL40  A body over `bodyBytesMax` is refused `too-large`, and beyond `queueEntriesMax` waiting
 *         appends `busy`.
 *   RL123 Behind an append that was refused to be retried a socket's next ones are refused with the
 *         same code, until that one comes again; checkpoints pass.
 *   RL53  An entry that another device offers again is from its author, who has left once nobody
 *         with that name is here for `leftAfterMs`.
 *   RL54  Until `leftAfterMs` after the last such entry no `left` is said, so that what is offered
 *         again gets its old seqs.
 */

import { assert, toMonotonicMs } from "#shared/base/mod.ts";
import type { RefusalCode } from "#shared/protocol/mod.ts";
import { msToToken, takeTokens } from "./bucket.ts";
import { bodyCharsMax, innerLimits } from "./limits.ts";
import { appendRate, metersOf } from "./meters.ts";
import {
  type Log,
  type Member,
  type PendingAppend,
  type RoomEffect,
  type RoomState,
  sendTo,
  type SocketId,
  type StepContext,
} from "./room-state.ts";

export interface AppendFrame {
  readonly id: string;
  readonly body: string;
  readonly covers?: number | undefined;
  readonly more?: true | undefined;
  readonly author?: string | undefined;
}

const RETRIED: ReadonlySet<RefusalCode> = new Set([
  "rate-limited",
  "busy",
  "log-full",
  "storage-failed",
]);

export function takeAppend(
  state: RoomState,
  member: Member,
  frame: AppendFrame,
  context: StepContext,
): readonly RoomEffect[] {
  const { log } = state;
  assert(log !== undefined, "Cannot take an append: the log is not open");
  const { id, body, covers, more, author } = frame;
  const refuse = (code: RefusalCode, afterMs?: number) =>
    refuseAppend(state, [member.socket], id, code, afterMs);
  if (member.owes !== undefined && member.owes.id !== id && covers === undefined) {
    return refuse(member.owes.code); // RL123
  }
  if (member.owes?.id === id) member.owes = undefined;
  if (member.access === "read") return refuse("read-only"); // RL31
  if (body.length > bodyCharsMax(context.limits)) return refuse("too-large"); // RL40
  // Nobody has read what is not there yet.
  if (covers !== undefined && covers > log.head) {
    return [{ kind: "bad-frame", socket: member.socket }];
  }
  const { append } = metersOf(state, member.device, context);
  const rate = appendRate(context.limits);
  if (!takeTokens(append, rate, 1, context.now)) {
    return refuse("rate-limited", msToToken(append, rate)); // RL32
  }
  const pending = state.pendingById.get(id);
  if (pending !== undefined) {
    if (pending.body !== body) return refuse("conflict"); // RL16
    pending.repeats.push(member.socket); // RL15
    return [];
  }
  if (state.queue.length >= innerLimits.queueEntriesMax) return refuse("busy");
  const isReserved = covers !== undefined && covers > (log.checkpoints.at(-1) ?? 0);
  if (
    isFull(state, log, { bytes: body.length, isReserved }, context) &&
    trimPoint(log) === undefined
  ) {
    return refuse("log-full"); // RL33
  }
  if (author !== undefined && author !== member.device) {
    state.healUntil = toMonotonicMs(context.now + innerLimits.leftAfterMs); // RL54
  }
  const added: PendingAppend = {
    id,
    body,
    covers: more === true ? undefined : covers,
    device: author ?? member.device, // RL53
    socket: member.socket,
    repeats: [],
  };
  state.queue.push(added);
  state.pendingById.set(id, added);
  state.pendingBytes += body.length;
  return [];
}

/** Answers an append that did not get into the log; one to be retried is owed from now on. */
export function refuseAppend(
  state: RoomState,
  sockets: readonly SocketId[],
  id: string,
  code: RefusalCode,
  afterMs?: number,
): readonly RoomEffect[] {
  const retry = RETRIED.has(code);
  for (const socket of retry ? sockets : []) {
    const member = state.members.get(socket);
    if (member !== undefined) member.owes ??= { id, code }; // RL123
  }
  return sendTo(sockets, { t: "no", id, code, retry, afterMs });
}

/** Answers an append that is in the log; repeats of it hear that they are. */
export function acceptAppend(
  append: PendingAppend,
  { seq, ts }: { readonly seq: number; readonly ts: number },
  isKnown: boolean,
): readonly RoomEffect[] {
  const { id } = append;
  return [
    ...sendTo([append.socket], { t: "ok", id, seq, ts, dup: isKnown }),
    ...sendTo(append.repeats, { t: "ok", id, seq, ts, dup: true }), // RL15
  ];
}

/** The append has its answer; nothing remembers it but the log. */
export function settle(state: RoomState, append: PendingAppend): void {
  state.pendingById.delete(append.id);
  state.pendingBytes -= append.body.length;
}

/** Below which seq the log may be trimmed, if that frees anything (D31). */
export function trimPoint(log: Log): number | undefined {
  const [older, newer] = log.checkpoints;
  return older !== undefined && newer !== undefined && older > log.floor ? older : undefined;
}

function isFull(
  state: RoomState,
  log: Log,
  { bytes, isReserved }: { readonly bytes: number; readonly isReserved: boolean },
  { limits }: StepContext,
): boolean {
  const entries = log.head - log.floor + 1 + state.pendingById.size;
  const most = (limit: number): number =>
    isReserved ? limit + Math.ceil(limit * innerLimits.checkpointShare) : limit; // RL33
  return entries + 1 > most(limits.entriesMax) ||
    log.bytes + state.pendingBytes + bytes > most(limits.logBytesMax);
}
