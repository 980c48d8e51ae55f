/**
 * A room that several processes serve: what one of them makes of what the others did.
 *
 * Owns the looks at the store and who sits where. Everything a process hears of the others is a
 * hint; a look shows what is so, and a commit holds only while nobody committed before it.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL111 Any number of relay processes serve one room of a shared store: one order, every entry
 *         once, whoever is connected where.
 *   RL113 A write that another process was faster than is ordered anew behind what was stored: its
 *         ids are looked up again, and nobody hears of it before it is durable.
 *   RL114 The newest socket of a device is the one, whatever process has it: the other is closed
 *         4507.
 *   RL115 `left` is not said of a device that sits at another living process, also when it came
 *         there while `left` was on its way.
 *   RL116 Members hear of who is at other processes as of who is here.
 */

import { assert, toMonotonicMs } from "#shared/base/mod.ts";
import { closeCodes } from "#shared/protocol/mod.ts";
import type { ClusterNews, Seats } from "./cluster.ts";
import { innerLimits } from "./limits.ts";
import { closeMember, tellPresence } from "./room-presence.ts";
import {
  type Log,
  type Member,
  type RoomEffect,
  type RoomEvent,
  type RoomState,
  sendTo,
  type StepContext,
} from "./room-state.ts";

/** Asks the store again; what is heard from here on is for the look after it. */
export function look(state: RoomState): readonly RoomEffect[] {
  state.work = { phase: "opening" };
  state.isStale = false;
  for (const member of state.members.values()) {
    if (member.seat === "taken") member.seat = "looked-at";
  }
  return [state.log === undefined ? { kind: "open" } : { kind: "open", after: state.log.head }];
}

export function takeNews(state: RoomState, news: ClusterNews): readonly RoomEffect[] {
  if (news.kind === "changed") {
    state.isStale = true;
    return [];
  }
  const ready = [...state.members.values()].filter((one) => isUpToDate(state, one));
  return sendTo(
    ready.map((one) => one.socket),
    { t: "eph", from: news.from, body: news.body },
    true,
  );
}

/** Who hears ephemerals: they belong behind everything that is stored. */
export function isUpToDate(state: RoomState, member: Member): boolean {
  return member.isLive && member.sent === state.log?.head && member.stalledSince === undefined;
}

export function takeSat(
  state: RoomState,
  { socket, result }: RoomEvent & { readonly kind: "sat" },
  context: StepContext,
): readonly RoomEffect[] {
  const member = state.members.get(socket);
  if (member === undefined) return [];
  // Unknown to the others it would be said to have left.
  if (!result.ok) return closeMember(state, member, closeCodes.busy, context);
  if (member.seat === "asked") member.seat = "taken";
  return [];
}

/** Who sits where by the newest look, and what that means for who is here. */
export function takeSeats(
  state: RoomState,
  log: Log,
  { elsewhere }: Seats,
  context: StepContext,
): readonly RoomEffect[] {
  assert(state.isShared, "Cannot take seats: the room is not shared");
  const effects: RoomEffect[] = [];
  const before = new Set([...state.elsewhere, ...state.socketByDevice.keys()]);
  for (const member of [...state.members.values()]) {
    if (member.seat !== "looked-at" || !elsewhere.has(member.device)) continue;
    state.members.delete(member.socket); // RL114
    state.stalled.delete(member);
    state.socketByDevice.delete(member.device);
    effects.push({ kind: "close", socket: member.socket, code: closeCodes.replaced });
  }
  state.elsewhere = new Set([...elsewhere].filter((device) => !state.socketByDevice.has(device)));
  for (const device of state.elsewhere) {
    state.absent.delete(device);
    state.leaving.delete(device); // RL115
    if (!before.has(device)) effects.push(...tellPresence(state, device, "here")); // RL116
  }
  for (const device of before) {
    if (state.elsewhere.has(device) || state.socketByDevice.has(device)) continue;
    effects.push(...tellPresence(state, device, "gone"));
  }
  markAbsent(state, log, context);
  state.lookAt = toMonotonicMs(context.now + innerLimits.lookMs);
  return effects;
}

/** Who is present in the log and sits nowhere has its time to come back. */
export function markAbsent(state: RoomState, log: Log, context: StepContext): void {
  const dueAt = toMonotonicMs(context.now + innerLimits.leftAfterMs);
  for (const device of log.present) {
    const isKnown = state.socketByDevice.has(device) || state.elsewhere.has(device) ||
      state.absent.has(device) || state.leaving.has(device);
    if (!isKnown) state.absent.set(device, dueAt);
  }
}
