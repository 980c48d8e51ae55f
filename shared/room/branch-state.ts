/**
 * The talk of a room up to one of its messages, for a room that goes another way from there. Pure.
 *
 * Owns what belongs to the talk up to there. Does not own the new room's beginning
 * (import-state.ts).
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM66  A branch begins with the messages up to the chosen one, as they are shown now, and with
 *         what of their turns was settled for them; nothing of what came after is in it.
 *   RM67  A branch has the cast, recipe, rules and knowledge of the room as it is now.
 */

import type { RoomState, TurnState } from "./room-state.ts";

/** Undefined where no message of the state is at `seq`. */
export function branchedState(state: RoomState, seq: number): RoomState | undefined {
  const end = state.messages.findIndex((message) => message.seq === seq);
  if (end < 0) return undefined;
  const messages = state.messages.slice(0, end + 1);
  const spoken = new Set(
    messages.flatMap(({ kind, turn, author }) => kind === "persona" ? [`${turn}/${author}`] : []),
  );
  // An edit opens another turn, later than its message.
  const opened = new Set(messages.map(({ turn }) => turn));
  const turns = [...state.turns.values()].flatMap((turn): TurnState[] => {
    if (turn.turn > seq && !opened.has(turn.turn)) return [];
    const entries = turn.entries.filter(({ persona, settled }) =>
      spoken.has(`${turn.turn}/${persona}`) ||
      (settled !== undefined && settled.settledSeq <= seq && !hasWords(settled.outcome))
    ); // RM66
    return [{ ...turn, entries }];
  });
  return {
    ...state,
    messages,
    turns: new Map(turns.map((turn) => [turn.turn, turn])),
    openTurns: [],
    ...state.pins && { pins: state.pins.filter(({ of }) => of <= seq) },
    pool: undefined,
  };
}

function hasWords(outcome: { readonly kind: string; readonly text?: string }): boolean {
  return (outcome.kind === "replied" || outcome.kind === "stopped") && outcome.text !== "";
}
