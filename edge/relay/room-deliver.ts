/**
 * Delivery: how entries, ephemerals and pages leave a room.
 *
 * A member has a place in the log, not a queue: what does not fit its window stays in the store and
 * is read when acks make room. Owns windows and places. Does not own the order of entries
 * (room-append.ts) nor who is a member (room-members.ts).
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL10  Replay and live never interleave: everything up to the head at joining, `live`, the rest.
 *   RL20  Every member gets every entry once, in order.
 *   RL21  At most `windowEntriesMax` entries or `windowBytesMax` bytes are unacknowledged.
 *   RL22  A slow reader gets a cursor, not a queue: the rest is read as its acks arrive.
 *   RL23  Without ack progress for `slowMsMax`, while there is more to send, a socket ends 4008.
 *   RL24  A reader whose next entry was trimmed is closed 4010; no hole is passed over in silence.
 *   RL25  A page ends right below `before` and has no hole, however large its entries are.
 *   RL26  Ephemerals go to the others who are up to date and are never stored; over their own
 *         budget, and from a device that may only read, they are dropped.
 */

import { assert, type MonotonicMs, toMonotonicMs } from "#shared/base/mod.ts";
import { closeCodes, type RelayEntry, type RelayLimits } from "#shared/protocol/mod.ts";
import { takeTokens } from "./bucket.ts";
import { bodyCharsMax, innerLimits } from "./limits.ts";
import { ephemeralRate, metersOf, pageRate } from "./meters.ts";
import { isUpToDate } from "./room-cluster.ts";
import { closeMember } from "./room-presence.ts";
import {
  type Chunk,
  type Member,
  type RoomEffect,
  type RoomEvent,
  type RoomState,
  sendTo,
  type StepContext,
} from "./room-state.ts";

/** When a stalled member is given up. */
export function slowAt(member: Member): MonotonicMs | undefined {
  return member.stalledSince === undefined
    ? undefined
    : toMonotonicMs(member.stalledSince + innerLimits.slowMsMax);
}

/** Goes on with a member's delivery: asks the store for what comes next, if it may have it. */
export function pump(state: RoomState, member: Member, context: StepContext): RoomEffect[] {
  assert(state.log !== undefined, "Cannot deliver: the log is not open");
  const effects: RoomEffect[] = [];
  if (!member.isLive && member.sent >= member.joinedAt) {
    member.isLive = true; // RL10
    effects.push(...sendTo([member.socket], { t: "live", seq: member.joinedAt }));
  }
  if (member.isReading) return effects;
  const goal = member.isLive ? state.log.head : member.joinedAt;
  const free = freeOf(member, context.limits);
  if (member.sent < goal && free === undefined) {
    member.stalledSince ??= context.now; // RL22
    state.stalled.add(member);
    return effects;
  }
  effects.push(...endStall(state, member));
  if (member.sent < goal && free !== undefined) {
    member.isReading = true;
    effects.push({
      kind: "read",
      socket: member.socket,
      epoch: state.log.epoch,
      after: member.sent,
      entriesMax: Math.min(free.entries, goal - member.sent, innerLimits.frameEntriesMax),
      bytesMax: Math.min(free.bytes, innerLimits.frameBodyBytesMax),
    });
  }
  return effects;
}

/** Gives committed chunks to who is up to date, and lets the others read. */
export function fanOut(
  state: RoomState,
  chunks: readonly Chunk[],
  macs: ReadonlyMap<number, string>,
  context: StepContext,
): RoomEffect[] {
  const effects: RoomEffect[] = [];
  for (const chunk of chunks) {
    const first = chunk.entries[0];
    const mac = macs.get(chunk.entries.at(-1)?.seq ?? 0);
    assert(first !== undefined && mac !== undefined, "Cannot fan out: a chunk has no MAC");
    // Who stands right before it was given everything there was: it is live and reads nothing.
    const ready = [...state.members.values()].filter((member) =>
      member.sent === first.seq - 1 && fits(member, chunk, context.limits)
    );
    assert(
      ready.every((member) => member.isLive && !member.isReading),
      "Cannot fan out: a member at the head still reads",
    );
    effects.push(...deliver(state, ready, chunk.entries, mac));
  }
  const { head } = state.log ?? { head: 0 };
  for (const member of [...state.members.values()]) {
    // Most have everything by now; of a thousand members not one array is made.
    const isDone = member.isLive && member.sent === head && member.stalledSince === undefined;
    if (!isDone) effects.push(...pump(state, member, context));
  }
  return effects;
}

export function takeRead(
  state: RoomState,
  event: RoomEvent & { readonly kind: "read" },
  context: StepContext,
): RoomEffect[] {
  const member = state.members.get(event.socket);
  if (member === undefined) return [];
  member.isReading = false;
  if (!event.result.ok) return closeMember(state, member, closeCodes.serverError, context);
  const { entries, mac } = event.result.value;
  if (entries[0]?.seq !== member.sent + 1) {
    return closeMember(state, member, closeCodes.positionLost, context); // RL24
  }
  return [...deliver(state, [member], entries, mac), ...pump(state, member, context)];
}

export function takeAck(
  state: RoomState,
  member: Member,
  seq: number,
  context: StepContext,
): RoomEffect[] {
  if (seq > member.sent) return [{ kind: "bad-frame", socket: member.socket }];
  if (seq <= member.acked) return [];
  member.acked = seq;
  while (member.unacked[0] !== undefined && member.unacked[0].seq <= seq) {
    member.unackedBytes -= member.unacked.shift()?.bytes ?? 0;
  }
  if (member.stalledSince !== undefined) member.stalledSince = context.now; // RL23
  return pump(state, member, context);
}

export function forwardEphemeral(
  state: RoomState,
  member: Member,
  body: string,
  context: StepContext,
): readonly RoomEffect[] {
  if (member.access === "read") return []; // RL26
  const { ephemeral } = metersOf(state, member.device, context);
  const rate = ephemeralRate(context.limits);
  if (!takeTokens(ephemeral, rate, body.length, context.now)) return [];
  const ready = [...state.members.values()].filter((other) =>
    other !== member && isUpToDate(state, other)
  );
  const from = member.device;
  const own = sendTo(ready.map((other) => other.socket), { t: "eph", from, body }, true);
  if (state.elsewhere.size === 0) return own;
  return [...own, { kind: "tell", news: { kind: "eph", from, body } }];
}

export function askPage(
  state: RoomState,
  member: Member,
  frame: { readonly before: number; readonly entriesMax: number },
  context: StepContext,
): RoomEffect[] {
  const { page } = metersOf(state, member.device, context);
  if (member.isPaging || !takeTokens(page, pageRate, 1, context.now)) {
    return [{ kind: "bad-frame", socket: member.socket }];
  }
  member.isPaging = true;
  const entriesMax = Math.min(frame.entriesMax, innerLimits.pageEntriesMax);
  const before = Math.min(frame.before, (state.log?.head ?? 0) + 1); // RL25
  return [{ kind: "page", socket: member.socket, before, entriesMax }];
}

export function takePage(
  state: RoomState,
  event: RoomEvent & { readonly kind: "paged" },
  context: StepContext,
): readonly RoomEffect[] {
  const member = state.members.get(event.socket);
  if (member === undefined || state.log === undefined) return [];
  member.isPaging = false;
  if (!event.result.ok) return closeMember(state, member, closeCodes.serverError, context);
  const { before, result: { value: entries } } = event;
  return sendTo([member.socket], { t: "page", before, entries, floor: state.log.floor });
}

/** Sends one frame to members who all stand right before it. */
function deliver(
  state: RoomState,
  members: readonly Member[],
  entries: readonly RelayEntry[],
  mac: string,
): readonly RoomEffect[] {
  const last = entries.at(-1);
  const [member] = members;
  if (last === undefined || member === undefined || state.log === undefined) return [];
  const bytes = entries.reduce((sum, entry) => sum + entry.body.length, 0);
  const mark = { seq: last.seq, bytes };
  for (const one of members) {
    one.sent = last.seq; // RL20
    one.unacked.push(mark);
    one.unackedBytes += bytes;
  }
  const { epoch } = state.log;
  const frame = { t: "entries", epoch, entries, replay: !member.isLive, mac } as const;
  return sendTo(members.map((one) => one.socket), frame);
}

function fits(member: Member, chunk: Chunk, limits: RelayLimits): boolean {
  if (member.unacked.length === 0) return true;
  return member.sent - member.acked + chunk.entries.length <= limits.windowEntriesMax &&
    member.unackedBytes + chunk.bytes <= limits.windowBytesMax; // RL21
}

/** Room for at least one entry of any size, or undefined. An empty window always has it. */
function freeOf(
  member: Member,
  limits: RelayLimits,
): { readonly entries: number; readonly bytes: number } | undefined {
  const one = bodyCharsMax(limits);
  if (member.unacked.length === 0) {
    return {
      entries: Math.max(1, limits.windowEntriesMax),
      bytes: Math.max(one, limits.windowBytesMax),
    };
  }
  const entries = limits.windowEntriesMax - (member.sent - member.acked);
  const bytes = limits.windowBytesMax - member.unackedBytes;
  return entries >= 1 && bytes >= one ? { entries, bytes } : undefined; // RL21
}

/** A member that reads again hears who came and went meanwhile. */
function endStall(state: RoomState, member: Member): readonly RoomEffect[] {
  if (member.stalledSince === undefined) return [];
  member.stalledSince = undefined;
  state.stalled.delete(member);
  if (member.owedPresence.size === 0) return [];
  const owed = [...member.owedPresence];
  member.owedPresence.clear();
  return owed.flatMap(([device, state]) =>
    sendTo([member.socket], { t: "presence", device, state })
  );
}
