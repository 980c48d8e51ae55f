import { toEpochMs } from "../../base/brands.ts";
import { type InputCandidate, inputKey, type ReconcileScope } from "../../ledger/admission.ts";
import { firstMove } from "../../ledger/input-moves.ts";
import { admissionOfTurn, headerOfTurn } from "../../ledger/input-policy.ts";
import type { InputRecord } from "../../ports/peer-store.ts";

/** Work of Ada in turn 1 of a person, unless told otherwise. */
export function candidateOf(change: Partial<InputCandidate> = {}): InputCandidate {
  return {
    roomId: "room",
    persona: "ada",
    kind: "prompt",
    turn: 1,
    attempt: 0,
    assign: 1,
    human: true,
    ...change,
  };
}

/** A queued input as a store would hold it; its id tells turn and persona. */
export function inputOf(change: Partial<InputRecord> = {}): InputRecord {
  const candidate = candidateOf(change);
  return {
    ...candidate,
    id: `in-${candidate.turn}-${candidate.persona}-${candidate.attempt}`,
    idempotencyKey: inputKey(candidate),
    header: headerOfTurn(candidate),
    admission: admissionOfTurn(candidate),
    phase: "queued",
    moves: [firstMove(toEpochMs(0))],
    order: candidate.turn,
    createdAt: toEpochMs(0),
    stagedCount: 0,
    partialText: "",
    ...change,
  };
}

/** All of the room that tests of the ledger work in. */
export const everybody: ReconcileScope = { roomId: "room", covers: () => true };
