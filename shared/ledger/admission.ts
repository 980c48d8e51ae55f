/**
 * Admission: which inputs enter the ledger, and which leave it because the room no longer asks for
 * them.
 *
 * Owns the decisions. Does not own the state they come from (hosting computes `due`, D25) nor the
 * storing (ledger.ts).
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG2  A known key adds nothing. The key is room, turn, persona, attempt and assignment: a
 *        settlement under a lost assignment is ignored by the room, so the work is due again under
 *        the new one.
 *   LG3  A full ledger refuses, by name and with its limit; nothing admitted is ever dropped for
 *        it.
 *   LG4  An input under a new assignment takes over the text and the count of the one it replaces.
 *   LG5  A live input of a turn that the room no longer asks for is withdrawn.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { EpochMs } from "../base/brands.ts";
import type { InputRecord, NewInput } from "../ports/peer-store.ts";
import { firstMove } from "./input-moves.ts";
import { admissionOfTurn, headerOfTurn } from "./input-policy.ts";
import type { LedgerLimits } from "./limits.ts";

/** Work that the state of a room calls for. */
export type InputCandidate = Pick<
  InputRecord,
  "roomId" | "persona" | "kind" | "turn" | "attempt" | "assign" | "human"
>;

export interface LedgerFull {
  readonly kind: "ledger-full";
  readonly scope: "host" | "persona";
  readonly entriesMax: number;
}

/** The end-to-end idempotency key of an input. */
export function inputKey(
  work: Pick<InputRecord, "roomId" | "persona" | "turn" | "attempt" | "assign">,
): string {
  return `${work.roomId}/${work.turn}/${work.persona}/${work.attempt}/${work.assign}`;
}

/** Makes the row to store, or refuses; a candidate whose key is live already is not asked about. */
export function decideAdmission(
  live: readonly InputRecord[],
  candidate: InputCandidate,
  born: { readonly id: string; readonly createdAt: EpochMs },
  limits: LedgerLimits,
): Result<NewInput, LedgerFull> {
  if (live.length >= limits.inputsLiveMax) { // LG3
    return err({ kind: "ledger-full", scope: "host", entriesMax: limits.inputsLiveMax });
  }
  const ofPersona = live.filter((input) => isSamePersona(input, candidate));
  if (ofPersona.length >= limits.inputsLivePerPersonaMax) {
    const entriesMax = limits.inputsLivePerPersonaMax;
    return err({ kind: "ledger-full", scope: "persona", entriesMax });
  }
  const replaced = ofPersona.find((input) => isSameAttempt(input, candidate));
  return ok({
    ...candidate,
    id: born.id,
    idempotencyKey: inputKey(candidate),
    header: headerOfTurn(candidate),
    admission: admissionOfTurn(candidate),
    phase: "queued",
    moves: [firstMove(born.createdAt)],
    createdAt: replaced?.createdAt ?? born.createdAt,
    stagedCount: replaced?.stagedCount ?? 0, // LG4
    partialText: replaced?.partialText ?? "",
  });
}

/** Whose inputs are compared: of these personas of this room, and nobody else's. */
export interface ReconcileScope {
  readonly roomId: string;
  readonly covers: (persona: string) => boolean;
}

export interface Reconciliation {
  readonly admit: readonly InputCandidate[];
  readonly withdraw: readonly InputRecord[];
}

/** Compares what is live of personas of a room with what its state calls for (D25). */
export function reconcileInputs(
  live: readonly InputRecord[],
  { roomId, covers }: ReconcileScope,
  due: readonly InputCandidate[],
): Reconciliation {
  const dueKeys = new Set(due.map(inputKey));
  const liveKeys = new Set(live.map((input) => input.idempotencyKey));
  return {
    admit: due.filter((candidate) => !liveKeys.has(inputKey(candidate))),
    // LG5
    withdraw: live.filter((input) =>
      input.roomId === roomId && covers(input.persona) && input.work === undefined &&
      !dueKeys.has(input.idempotencyKey)
    ),
  };
}

function isSamePersona(
  a: Pick<InputRecord, "roomId" | "persona">,
  b: Pick<InputRecord, "roomId" | "persona">,
): boolean {
  return a.roomId === b.roomId && a.persona === b.persona;
}

function isSameAttempt(a: InputRecord, b: InputCandidate): boolean {
  return a.work === undefined && isSamePersona(a, b) && a.turn === b.turn &&
    a.attempt === b.attempt;
}
