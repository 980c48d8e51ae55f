/**
 * What of a room's past entries can still change: all of it, until somebody offered a checkpoint.
 *
 * From then on some devices know only the newest messages (D31), and what the others know besides
 * must not make their states differ.
 *
 *   RM22  After a room's first checkpoint only turns of its newest 200 messages are asked again.
 */

import { type Draft, noteMiss } from "./draft.ts";
import { roomLimits } from "./limits.ts";
import type { Message, RoomState, TurnState } from "./room-state.ts";

type Talk = Pick<RoomState, "messages" | "checkpoints" | "openTurns">;

/** Index of the oldest message in reach. */
export function reachMin({ messages, checkpoints }: Talk): number {
  return checkpoints.length === 0 ? 0 : newestMin({ messages });
}

/**
 * Index of the oldest message that who comes next will have, also before a first checkpoint: one
 * may be on its way that covers less than what is folded here.
 */
export function newestMin({ messages }: Pick<Talk, "messages">): number {
  return Math.max(0, messages.length - roomLimits.checkpointMessagesMax);
}

/** The newest message in reach that `fits`. */
export function newestInReach(
  draft: Draft,
  fits: (message: Message) => boolean,
): Message | undefined {
  const found = draft.messages.findLastIndex(fits);
  const min = reachMin(draft);
  if (found === -1 && min === 0) noteMiss(draft, -Infinity);
  return found >= min ? draft.messages[found] : undefined;
}

/** Whether the turn may still change. */
export function isInReach(draft: Draft, turn: TurnState): boolean {
  if (draft.checkpoints.length === 0) return true;
  const min = reachMin(draft);
  if (reachableTurns(draft.messages.slice(min), draft.openTurns)(turn)) return true;
  if (min === 0) noteMiss(draft, turn.root); // its messages may be among those not at hand
  return false;
}

/** Tells the turns that are open, or to which one of these messages belongs. */
export function reachableTurns(
  messages: readonly Message[],
  openTurns: readonly number[],
): (turn: TurnState) => boolean {
  const numbers = new Set([...messages.map((message) => message.turn), ...openTurns]);
  return ({ turn, root }) => numbers.has(turn) || numbers.has(root);
}
