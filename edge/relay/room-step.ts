/**
 * One room, sans-IO: `stepRoom(state, event, context)` changes the state and says what to do.
 *
 * Owns the routing of events and the room's timers. The parts are room-members.ts (who),
 * room-append.ts and room-commit.ts (order), room-deliver.ts (what reaches whom).
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL38  A room with nobody in it and nothing to do is forgotten after `quietMs`, and comes back
 *         as it was.
 *   RL112 Hints of the others may be lost: a shared room looks at the store by itself every
 *         `lookMs`.
 */

import { assert, type MonotonicMs, toMonotonicMs, unreachable } from "#shared/base/mod.ts";
import { closeCodes } from "#shared/protocol/mod.ts";
import { innerLimits } from "./limits.ts";
import { takeAppend } from "./room-append.ts";
import { advance, takeCommitted, takeFound, takeOpened } from "./room-commit.ts";
import { look, takeNews, takeSat } from "./room-cluster.ts";
import { askPage, forwardEphemeral, slowAt, takeAck, takePage, takeRead } from "./room-deliver.ts";
import { end, enter, refuseEarlyFrame, takeVerdict } from "./room-members.ts";
import { closeMember } from "./room-presence.ts";
import type { RoomEffect, RoomEvent, RoomState, StepContext } from "./room-state.ts";

/** Takes one event to its end. The effects are to be run in order. */
export function stepRoom(
  state: RoomState,
  event: RoomEvent,
  context: StepContext,
): readonly RoomEffect[] {
  const isOwn = event.kind !== "tick" && event.kind !== "news";
  if (isOwn) state.activeAt = context.now; // What others do keeps no room in memory here.
  const effects = handle(state, event, context);
  // What an event left to do is begun in the same step.
  return [...effects, ...advance(state, context)];
}

/** When the room wants its next `tick`; undefined when nothing is due by time alone. */
export function nextDueOf(state: RoomState): MonotonicMs | undefined {
  let next = state.lookAt;
  const add = (due: MonotonicMs | undefined): void => {
    if (due !== undefined && (next === undefined || due < next)) next = due;
  };
  for (const due of state.absent.values()) add(due);
  for (const member of state.stalled) add(slowAt(member));
  if (state.work.phase === "opening") add(state.work.retryAt);
  if (state.work.phase === "resting") add(state.work.until);
  if (isQuiet(state)) add(toMonotonicMs(state.activeAt + innerLimits.quietMs));
  return next;
}

function handle(
  state: RoomState,
  event: RoomEvent,
  context: StepContext,
): readonly RoomEffect[] {
  switch (event.kind) {
    case "opened":
      return takeOpened(state, event, context);
    case "enter":
      return enter(state, event, context);
    case "cursor-checked":
      return takeVerdict(state, event, context);
    case "end":
      return end(state, event, context);
    case "frame":
      return handleFrame(state, event, context);
    case "found":
      return takeFound(state, event, context);
    case "committed":
      return takeCommitted(state, event, context);
    case "read":
      return takeRead(state, event, context);
    case "paged":
      return takePage(state, event, context);
    case "resume":
      assert(state.log === undefined, "Cannot resume: the log is open");
      state.sleepers = event.sleepers;
      state.memo = event.memo;
      return [];
    case "news":
      return takeNews(state, event.news);
    case "sat":
      return takeSat(state, event, context);
    case "tick":
      return tick(state, context);
    default:
      return unreachable(event);
  }
}

function handleFrame(
  state: RoomState,
  { socket, frame }: RoomEvent & { readonly kind: "frame" },
  context: StepContext,
): readonly RoomEffect[] {
  const member = state.members.get(socket);
  if (member === undefined) return refuseEarlyFrame(state, socket);
  switch (frame.t) {
    case "append":
      return takeAppend(state, member, frame, context);
    case "ack":
      return takeAck(state, member, frame.seq, context);
    case "page":
      return askPage(state, member, frame, context);
    case "eph":
      return forwardEphemeral(state, member, frame.body, context);
    default:
      return unreachable(frame);
  }
}

function tick(state: RoomState, context: StepContext): readonly RoomEffect[] {
  const { now } = context;
  const effects: RoomEffect[] = [];
  for (const [device, dueAt] of [...state.absent]) {
    if (dueAt > now) continue;
    assert(!state.socketByDevice.has(device), "Cannot say left: the device has a socket");
    if (now < state.healUntil) {
      state.absent.set(device, state.healUntil); // RL54
      continue;
    }
    state.absent.delete(device);
    state.leaving.add(device);
  }
  for (const member of [...state.stalled]) {
    const dueAt = slowAt(member);
    if (dueAt !== undefined && dueAt <= now) {
      effects.push(...closeMember(state, member, closeCodes.tooSlow, context)); // RL23
    }
  }
  if (state.lookAt !== undefined && state.lookAt <= now) {
    state.lookAt = undefined;
    state.isStale = true; // RL112
  }
  const { work } = state;
  if (work.phase === "resting" && work.until <= now) state.work = { phase: "idle" };
  if (work.phase === "opening" && work.retryAt !== undefined && work.retryAt <= now) {
    effects.push(...look(state));
  }
  if (isQuiet(state) && now - state.activeAt >= innerLimits.quietMs) {
    effects.push({ kind: "evict" }); // RL38
  }
  return effects;
}

function isQuiet(state: RoomState): boolean {
  const { work } = state;
  // Without a log a room keeps trying only when it has a `left` to say.
  const isResting = work.phase === "idle" ||
    (work.phase === "opening" && work.retryAt !== undefined && !state.isWoken);
  return isResting && state.mint === undefined && state.members.size === 0 &&
    state.entrants.length === 0 && state.sleepers.length === 0 && state.checking.size === 0 &&
    state.queue.length === 0 &&
    state.absent.size === 0 && state.leaving.size === 0;
}
