/**
 * How a room goes on after its relay slept while the sockets stayed open.
 *
 * Owns what becomes of the members of before. The memos are made and read in memo.ts.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL82  A member that slept through goes on where it stood: nothing is sent twice or left out.
 *   RL86  A `left` is said when it was due before the sleep, or at the waking when that is later.
 *   RL87  A member whose log is another at the waking is closed 4010; when the store fails, all of
 *         them are closed 4002.
 */

import { closeCodes } from "#shared/protocol/mod.ts";
import { memberOfMemo } from "./memo.ts";
import type { Log, RoomEffect, RoomState, StepContext } from "./room-state.ts";

/** The members of before, at the log that was just opened. */
export function wakeMembers(
  state: RoomState,
  log: Log,
  context: StepContext,
): readonly RoomEffect[] {
  const { memo, sleepers } = state;
  state.memo = undefined;
  state.sleepers = [];
  for (const [device, dueAt] of memo?.absent ?? []) {
    const isPresent = state.absent.has(device);
    if (isPresent) state.absent.set(device, dueAt > context.now ? dueAt : context.now); // RL86
  }
  if (memo !== undefined) state.healUntil = memo.healUntil;
  const effects: RoomEffect[] = [];
  for (const { socket, memo: place } of sleepers) {
    if (place.epoch !== log.epoch || place.sent > log.head) {
      effects.push({ kind: "close", socket, code: closeCodes.positionLost }); // RL87
      continue;
    }
    state.members.set(socket, memberOfMemo(socket, place)); // RL82
    state.socketByDevice.set(place.device, socket);
    state.absent.delete(place.device);
  }
  return effects;
}

/** Without a log nobody has a place: they come back. */
export function refuseSleepers(state: RoomState): readonly RoomEffect[] {
  const { sleepers } = state;
  state.sleepers = [];
  return sleepers.map(({ socket }) => ({ kind: "close", socket, code: closeCodes.busy })); // RL87
}
