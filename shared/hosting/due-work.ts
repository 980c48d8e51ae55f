/**
 * What a room's state asks of this device (D25). Pure but for the time of day.
 *
 * Peers may use their own clocks to decide when to append, never what an entry means (D19).
 */

import type { InputCandidate } from "../ledger/admission.ts";
import type { WithdrawReason } from "../ledger/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import { roomLimits } from "../room/limits.ts";
import type { RoomState } from "../room/room-state.ts";
import { due, type DueAttempt } from "../turns/due.ts";

/** The work that this device owes a room now, without what is already stale. */
export function dueCandidates(
  state: RoomState,
  device: string,
  clock: Pick<Clock, "epochNow">,
): readonly InputCandidate[] {
  if (state.readerOnly !== undefined) return [];
  return due(state, device).filter((one) => !isStale(one, clock)).map((one) => ({
    roomId: state.roomId,
    persona: one.persona,
    kind: one.isVote ? "flow-step" : one.human ? "prompt" : "peer",
    turn: one.turn,
    attempt: one.attempt,
    assign: one.assign,
    human: one.human,
  }));
}

/** Too old to be generated (D25). */
export function isStale(one: DueAttempt, clock: Pick<Clock, "epochNow">): boolean {
  return clock.epochNow() - one.openedAt > roomLimits.staleMs;
}

/** Why an input is not due any more. */
export function whyOver(state: RoomState, input: InputRecord): WithdrawReason {
  const entry = state.turns.get(input.turn)?.entries.find((one) => one.persona === input.persona);
  const attempt = entry?.attempts.find((one) => one.attempt === input.attempt);
  if (attempt?.outcome.kind === "stopped") return "stopped";
  if (attempt !== undefined) return "settled";
  const assignment = state.personas.get(input.persona)?.assignment;
  return assignment?.seq === input.assign ? "settled" : "unassigned";
}

export function isHostedHere(state: RoomState, persona: string, device: string): boolean {
  const known = state.personas.get(persona);
  return known !== undefined && !known.removed && known.assignment?.device === device;
}
