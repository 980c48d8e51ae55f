/**
 * Projects what a turn froze at its opening into the planner's request (architecture: turns
 * projects).
 */

import type { TurnPlan } from "../planning/plan.ts";
import { planTurn } from "../planning/plan-turn.ts";
import type { RoomState, TurnState } from "../room/room-state.ts";

/** The plan of a turn: the same on every peer, derived again whenever it is needed (D2). */
export function planOfTurn(turn: TurnState): TurnPlan {
  const { roomId, text, addressed, cast } = turn.planInput;
  const candidates = cast.map(({ id, ...facts }) => ({
    ...facts,
    persona: id,
    device: facts.device,
  }));
  return planTurn({ roomId, turn: turn.turn, text, addressed, candidates });
}

/** The plan of turn `number`, or undefined when the state does not know it. */
export function planOf(state: RoomState, number: number): TurnPlan | undefined {
  const turn = state.turns.get(number);
  return turn && planOfTurn(turn);
}
