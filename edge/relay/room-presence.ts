/**
 * Who is in a room: presence frames, and what becomes of a device whose socket ended.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL27  Members hear who is here at joining, and then who comes and who goes.
 *   RL28  `left` is said at once after a clean end and `leftAfterMs` after a lost socket; not of a
 *         device that came back, nor of one that appended nothing since it last left.
 */

import { toMonotonicMs } from "#shared/base/mod.ts";
import { innerLimits } from "./limits.ts";
import {
  type Member,
  type RoomEffect,
  type RoomState,
  sendTo,
  type StepContext,
} from "./room-state.ts";

/** Tells everybody but `device` itself. A stalled member hears the outcome later (RL27). */
export function tellPresence(
  state: RoomState,
  device: string,
  what: "here" | "gone",
): readonly RoomEffect[] {
  const ready: Member[] = [];
  for (const member of state.members.values()) {
    if (member.device === device) continue;
    if (member.stalledSince === undefined) ready.push(member);
    // What it knows is the opposite of what it is owed, so a second change cancels the first.
    else if (!member.owedPresence.delete(device)) member.owedPresence.set(device, what);
  }
  return sendTo(ready.map((one) => one.socket), { t: "presence", device, state: what });
}

/** Forgets a member whose socket ended. */
export function dropMember(
  state: RoomState,
  member: Member,
  isClean: boolean,
  context: StepContext,
): readonly RoomEffect[] {
  state.members.delete(member.socket);
  state.stalled.delete(member);
  state.socketByDevice.delete(member.device);
  if (member.access === "write") {
    // RL28. Whether it appended anything is looked at when its `left` would be written.
    if (isClean && context.now >= state.healUntil) state.leaving.add(member.device);
    else {
      const dueAt = toMonotonicMs(context.now + innerLimits.leftAfterMs);
      state.absent.set(member.device, dueAt);
    }
  }
  const rise: readonly RoomEffect[] = state.isShared
    ? [{ kind: "rise", device: member.device }]
    : [];
  return [...tellPresence(state, member.device, "gone"), ...rise];
}

/** Ends a member's socket: from here on it is a lost one. */
export function closeMember(
  state: RoomState,
  member: Member,
  code: number,
  context: StepContext,
): RoomEffect[] {
  return [
    { kind: "close", socket: member.socket, code },
    ...dropMember(state, member, false, context),
  ];
}
