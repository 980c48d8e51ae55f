/**
 * A room's state without its older messages, so that a long room opens as fast as a short one.
 *
 * Owns what such a state holds and its stored text. Does not own the whole state: whoever folds on
 * looks whether an entry needed more (`earlier.isMissed`) and makes the whole one then.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY138 A state without its older messages folds on like the whole one, until an entry needs what
 *         is not there: that is noted, and the state is not used.
 */

import { err, type Result } from "../base/result.ts";
import { type CheckpointError, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { reachableTurns } from "./reach.ts";
import type { RoomState } from "./room-state.ts";

/**
 * The newest `messagesMax` messages and all turns that they, what is open and entries since the
 * first of them belong to; undefined for a state that has no more messages than that.
 */
export function recentState(state: RoomState, messagesMax: number): RoomState | undefined {
  const dropped = state.messages.length - messagesMax;
  if (dropped <= 0) return undefined;
  const messages = state.messages.slice(dropped);
  const firstSeq = messages[0]?.seq ?? 0;
  const isReachable = reachableTurns(messages, state.openTurns);
  const turns = [...state.turns.values()]
    .filter((turn) => turn.turn >= firstSeq || isReachable(turn));
  return {
    ...state,
    messages,
    turns: new Map(turns.map((turn) => [turn.turn, turn])),
    earlier: { messages: (state.earlier?.messages ?? 0) + dropped, isMissed: false },
  };
}

/** How many messages are missing, a space, and the state's text. */
export function encodeRecent(state: RoomState): string {
  return `${state.earlier?.messages ?? 0} ${encodeCheckpoint(state)}`;
}

export function decodeRecent(text: string): Result<RoomState, CheckpointError> {
  const [count = ""] = text.slice(0, 20).split(" ");
  const messages = Number(count);
  if (!/^[1-9][0-9]*$/.test(count) || !Number.isSafeInteger(messages)) {
    return err({ kind: "checkpoint-malformed", detail: "no count of earlier messages" });
  }
  const decoded = decodeCheckpoint(text.slice(count.length + 1));
  if (!decoded.ok) return decoded;
  return { ok: true, value: { ...decoded.value, earlier: { messages, isMissed: false } } };
}
