/**
 * What a device owes a room: the unsettled attempts of personas it holds.
 *
 *   TE1  due() lists exactly the unsettled attempts of open turns whose persona this device holds
 *        now.
 *   TE2  Attempts of people's turns come before follow-ups, then by turn, then in the plan's order.
 */

import type { RoomState } from "../room/room-state.ts";
import type { RoomMs } from "../base/brands.ts";
import { planOfTurn } from "./project-plan.ts";

export interface DueAttempt {
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
  /** Fencing token to cite in the settlement. */
  readonly assign: number;
  readonly human: boolean;
  /** A director is to choose (D18). */
  readonly isVote: boolean;
  readonly openedAt: RoomMs;
  readonly fingerprint: string;
}

export function due(state: RoomState, device: string): readonly DueAttempt[] {
  const found: (DueAttempt & { readonly order: number })[] = [];
  for (const number of state.openTurns) {
    const turn = state.turns.get(number);
    if (turn === undefined) continue;
    const plan = planOfTurn(turn);
    for (const entry of turn.entries) {
      const assignment = state.personas.get(entry.persona)?.assignment;
      if (entry.settled !== undefined || assignment?.device !== device) continue;
      found.push({
        turn: number,
        persona: entry.persona,
        attempt: entry.attempt,
        assign: assignment.seq,
        human: turn.human || entry.attempt > 0,
        isVote: turn.vote !== undefined,
        openedAt: entry.openedAt,
        fingerprint: plan.fingerprint,
        order: plan.personaPlans.findIndex((one) => one.personaId === entry.persona),
      });
    }
  }
  found.sort((a, b) => byUrgency(a, b) || a.order - b.order); // TE2
  return found.map(({ order: _order, ...attempt }) => attempt);
}

function byUrgency(a: DueAttempt, b: DueAttempt): number {
  return Number(b.human) - Number(a.human) || a.turn - b.turn;
}
