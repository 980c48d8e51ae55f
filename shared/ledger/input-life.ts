/**
 * Life of an input: which phase may follow which.
 *
 * Owns the table and nothing else. Stores and loops ask here before they change a phase.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG1  An input moves only as the table says; an input that ended never moves again.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { InputPhase } from "../ports/peer-store.ts";

/** `new` is an input that is being admitted. */
export type LifeStage = InputPhase | "new";

export interface TransitionError {
  readonly kind: "transition-illegal";
  readonly from: LifeStage;
  readonly to: InputPhase;
}

const nextPhases: Readonly<Record<LifeStage, readonly InputPhase[]>> = Object.freeze({
  // Consumed by being accepted: a note, whose words are in the session's log then.
  new: ["queued", "consumed"],
  // Merged and outranked inputs are superseded, withdrawn and worn-out ones abandoned.
  queued: ["staged", "superseded", "abandoned"],
  // Back to queued is the rollback of an interrupted run.
  staged: ["queued", "consumed", "superseded", "abandoned"],
  consumed: [],
  superseded: [],
  abandoned: [],
});

/** Allows a move or names the refusal. */
export function decideTransition(
  from: LifeStage,
  to: InputPhase,
): Result<InputPhase, TransitionError> {
  return nextPhases[from].includes(to) ? ok(to) : err({ kind: "transition-illegal", from, to });
}

/** True for an input that still has to end. */
export function isLivePhase(phase: InputPhase): boolean {
  return nextPhases[phase].length > 0;
}
