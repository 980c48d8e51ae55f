/**
 * How a device enters a room and leaves it.
 *
 * Owns recovery (what a cursor is worth) and registration. Does not own the proof: whoever enters
 * has been let in (socket-step.ts).
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL5   A frame before `joined` ends the socket 4502 and changes nothing.
 *   RL11  A cursor of this log resumes right behind it; else the replay starts at the floor, and
 *         `joined` says why.
 *   RL12  A cursor without the relay's MAC is a fresh join and changes nothing.
 *   RL13  A cursor of the relay for an entry that its log lost mints a new epoch; every other
 *         member is closed 4010.
 *   RL30  A second socket of a device replaces the first, which is closed 4507.
 *   RL122 Who joins is told of everything that was acknowledged before, by whatever process.
 *   RL128 What waits when a log's members are sent away for its loss is dropped with them: stored
 *         before its author offers again what was lost, it would stand before its own past.
 *   RL34  A room takes `membersMax` devices; one more is closed 4503.
 */

import { assert } from "#shared/base/mod.ts";
import { closeCodes, type RecoveryReason } from "#shared/protocol/mod.ts";
import { settle } from "./room-append.ts";
import { pump } from "./room-deliver.ts";
import { closeMember, dropMember, tellPresence } from "./room-presence.ts";
import {
  type Entrant,
  type Log,
  type Member,
  type RoomEffect,
  type RoomEvent,
  type RoomState,
  sendTo,
  type SocketId,
  type StepContext,
} from "./room-state.ts";

export function enter(
  state: RoomState,
  event: RoomEvent & { readonly kind: "enter" },
  context: StepContext,
): readonly RoomEffect[] {
  const { socket, device, access, cursor } = event;
  if (state.isShared) state.isStale = true; // RL122
  const entrant: Entrant = { socket, device, access, cursor, verdict: undefined };
  if (cursor === undefined) return admit(state, entrant, context);
  state.checking.set(socket, entrant);
  return [{ kind: "check-cursor", socket, cursor }];
}

export function takeVerdict(
  state: RoomState,
  event: RoomEvent & { readonly kind: "cursor-checked" },
  context: StepContext,
): readonly RoomEffect[] {
  const entrant = state.checking.get(event.socket);
  if (entrant === undefined) return [];
  state.checking.delete(event.socket);
  if (!event.result.ok) return [refuse(event.socket, closeCodes.busy)];
  return admit(state, { ...entrant, verdict: event.result.value }, context);
}

/** Lets those in who waited for the log or for a new epoch. */
export function admitWaiting(state: RoomState, context: StepContext): readonly RoomEffect[] {
  const waiting = state.entrants;
  state.entrants = [];
  return waiting.flatMap((entrant) => admit(state, entrant, context, true));
}

/** Sends those away who wait for what will not come now. */
export function refuseWaiting(
  state: RoomState,
  isMeant: (entrant: Entrant) => boolean,
): readonly RoomEffect[] {
  const refused = state.entrants.filter(isMeant);
  state.entrants = state.entrants.filter((entrant) => !isMeant(entrant));
  return refused.map((entrant) => refuse(entrant.socket, closeCodes.busy));
}

export function end(
  state: RoomState,
  event: RoomEvent & { readonly kind: "end" },
  context: StepContext,
): readonly RoomEffect[] {
  forgetEntrant(state, event.socket);
  const member = state.members.get(event.socket);
  return member === undefined ? [] : dropMember(state, member, event.isClean, context);
}

/** A frame of a socket that is no member: too early, or too late to matter. */
export function refuseEarlyFrame(state: RoomState, socket: SocketId): readonly RoomEffect[] {
  return forgetEntrant(state, socket) ? [refuse(socket, closeCodes.notJoined)] : []; // RL5
}

/** Every member's place is void: they come back and read the log anew. */
export function closeAll(state: RoomState, context: StepContext): readonly RoomEffect[] {
  for (const append of state.queue.splice(0)) settle(state, append); // RL128
  return [...state.members.values()].flatMap((member) =>
    closeMember(state, member, closeCodes.positionLost, context)
  );
}

function forgetEntrant(state: RoomState, socket: SocketId): boolean {
  const before = state.entrants.length;
  state.entrants = state.entrants.filter((entrant) => entrant.socket !== socket);
  return state.checking.delete(socket) || state.entrants.length < before;
}

/** `hasLooked`: the log was just read, and what changed since may be told later. */
function admit(
  state: RoomState,
  entrant: Entrant,
  context: StepContext,
  hasLooked = false,
): readonly RoomEffect[] {
  const { log, work } = state;
  const isMinting = state.mint !== undefined ||
    (work.phase === "committing" && work.write.newEpoch !== undefined);
  if (log === undefined || work.phase === "opening" || isMinting || (state.isStale && !hasLooked)) {
    state.entrants.push(entrant);
    return [];
  }
  const { cursor, verdict } = entrant;
  if (state.isShared && verdict === "same" && (cursor?.seq ?? 0) > log.head) {
    state.isStale = true; // It heard of an entry at another process before this one did.
    state.entrants.push(entrant);
    return [];
  }
  const recovery = judge(log, entrant);
  if (recovery.kind === "lost") {
    // RL13. It enters when the new epoch is durable.
    state.mint = { minter: entrant.socket };
    state.entrants.push(entrant);
    return [];
  }
  return register(state, log, entrant, recovery, context);
}

type Recovery =
  | { readonly kind: "recovered"; readonly after: number }
  | { readonly kind: "anew"; readonly reason: RecoveryReason }
  /** The relay has told this place and does not have it any more. */
  | { readonly kind: "lost" };

function judge(log: Log, { cursor, verdict, reason }: Entrant): Recovery {
  if (cursor === undefined) return { kind: "anew", reason: "no-cursor" };
  if (verdict === "forged") return { kind: "anew", reason: "bad-cursor" }; // RL12
  if (cursor.epoch !== log.epoch) return { kind: "anew", reason: reason ?? "epoch" };
  if (cursor.seq < log.floor - 1) return { kind: "anew", reason: "trimmed" };
  // Trimming took the entry itself: nothing behind it is missing.
  const isWhole = verdict === "same" || cursor.seq === log.floor - 1;
  return isWhole ? { kind: "recovered", after: cursor.seq } : { kind: "lost" };
}

/** From this step on the socket is a member: what is committed later reaches it (RL10). */
function register(
  state: RoomState,
  log: Log,
  entrant: Entrant,
  recovery: Exclude<Recovery, { readonly kind: "lost" }>,
  context: StepContext,
): readonly RoomEffect[] {
  const { socket, device, access } = entrant;
  const effects: RoomEffect[] = [];
  const former = state.members.get(state.socketByDevice.get(device) ?? -1);
  if (former !== undefined) {
    // Looking at a cursor takes time: the newer socket stays, whoever came through first.
    if (former.socket > socket) return [refuse(socket, closeCodes.replaced)];
    state.members.delete(former.socket); // RL30
    state.stalled.delete(former);
    effects.push({ kind: "close", socket: former.socket, code: closeCodes.replaced });
  } else if (state.members.size + state.elsewhere.size >= context.membersMax) {
    return [refuse(socket, closeCodes.roomFull)]; // RL34
  }
  const after = recovery.kind === "recovered" ? recovery.after : log.floor - 1;
  const member: Member = {
    socket,
    device,
    access,
    joinedAt: log.head,
    isLive: false,
    isReading: false,
    isPaging: false,
    sent: after,
    acked: after,
    unacked: [],
    unackedBytes: 0,
    stalledSince: undefined,
    owedPresence: new Map(),
    seat: "asked",
    owes: undefined,
  };
  assert(!state.members.has(socket), `Cannot register socket ${socket}: it is a member`);
  state.members.set(socket, member);
  state.socketByDevice.set(device, socket);
  state.absent.delete(device);
  state.leaving.delete(device);
  const joined = {
    t: "joined",
    epoch: log.epoch,
    head: log.head,
    floor: log.floor,
    bytes: log.bytes,
    recovered: recovery.kind === "recovered",
    reason: recovery.kind === "recovered" ? undefined : recovery.reason,
    members: [...new Set([...state.socketByDevice.keys(), ...state.elsewhere])], // RL116
  } as const;
  effects.push(...sendTo([socket], joined));
  const wasHere = former !== undefined || state.elsewhere.has(device);
  state.elsewhere = new Set([...state.elsewhere].filter((other) => other !== device));
  if (!wasHere) effects.push(...tellPresence(state, device, "here"));
  if (state.isShared) effects.push({ kind: "sit", socket, device });
  effects.push(...pump(state, member, context));
  return effects;
}

function refuse(socket: SocketId, code: number): RoomEffect {
  return { kind: "close", socket, code };
}
