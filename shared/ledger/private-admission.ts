/**
 * Admission of private work: what of it enters the ledger, and what it replaces there.
 *
 * Owns the decisions. Does not own the storing (ledger.ts) nor the admission of turns
 * (admission.ts).
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG27  `derived` work of a person, another session or a caller is refused, and so is a derived
 *         prompt, peer message or step; a refusal stores nothing.
 *   LG28  A request that is repeated in its session is the same input, also after it ended and also
 *         when its session has closed.
 *   LG29  A retired or stopped session takes no new private work.
 *   LG30  Coalescing and superseding work ends the queued ones of its session, kind and key in the
 *         transaction that accepts it; work without a key replaces nothing, and what has begun
 *         stays.
 */

import { assert } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { EpochMs } from "../base/brands.ts";
import type { AdmissionCommit, InputEndRow, InputRecord } from "../ports/peer-store.ts";
import type { LedgerFull } from "./admission.ts";
import { commitOf } from "./commit.ts";
import { decideTransition } from "./input-life.ts";
import { firstMove } from "./input-moves.ts";
import { admissionOfWork, type SessionActivity } from "./input-policy.ts";
import type { LedgerLimits } from "./limits.ts";
import type { AdmissionRefused, PrivateCandidate, SessionRef } from "./private-work.ts";

/** The key that a request of a session is stored under: requests of two sessions never meet. */
export function privateKey({ roomId, persona }: SessionRef, idempotencyKey: string): string {
  return `private/${roomId}/${persona}/${idempotencyKey}`;
}

/** Why its durability does not fit who asks for it or what it is (study 2.2). */
export function refuseDurability(
  { header, kind }: Pick<PrivateCandidate, "header" | "kind">,
): AdmissionRefused | undefined {
  if (header.durability !== "derived") return undefined;
  const from = header.origin.kind;
  const isOutside = from === "person" || from === "session" || from === "external";
  const isOwed = kind === "prompt" || kind === "peer" || kind === "flow-step";
  if (!isOutside && !isOwed) return undefined;
  const detail = isOutside ? `derived work of a ${from}` : `a derived ${kind}`;
  return { kind: "durability-invalid", detail };
}

export interface PrivateFacts {
  readonly id: string;
  readonly createdAt: EpochMs;
  readonly activity: SessionActivity;
  readonly limits: LedgerLimits;
}

/** Makes what is to be stored, or refuses. Its key is not known yet. */
export function decidePrivate(
  live: readonly InputRecord[],
  candidate: PrivateCandidate,
  { id, createdAt, activity, limits }: PrivateFacts,
): Result<AdmissionCommit, LedgerFull> {
  const { roomId, persona, kind, header, work, human } = candidate;
  const admission = admissionOfWork({ kind, work }, activity);
  const key = header.supersessionKey ?? (admission.queue === "coalesce" ? ownKey(work) : undefined);
  const admitted = { ...header, ...(key === undefined ? {} : { supersessionKey: key }) };
  const isReplaced = (input: InputRecord): boolean =>
    (admission.queue === "coalesce" || admission.queue === "supersede") && key !== undefined &&
    input.phase === "queued" && input.stagedCount === 0 && input.work !== undefined && // LG30
    input.roomId === roomId && input.persona === persona && input.kind === kind &&
    input.admission.queue === admission.queue && input.header.supersessionKey === key;
  const replaced = live.filter(isReplaced);
  const isEnd = admission.consume === "accept";
  const full = isEnd ? undefined : refuseFull(live, replaced.length, candidate, limits);
  if (full !== undefined) return err(full);
  const phase = isEnd ? "consumed" : "queued";
  assert(decideTransition("new", phase).ok, `Cannot admit input ${id} as ${phase}`);
  const idempotencyKey = privateKey(candidate, candidate.idempotencyKey);
  const how = admission.queue === "coalesce" ? "coalesced" : "superseded";
  return ok({
    input: {
      ...{ id, roomId, persona, idempotencyKey, kind, admission, work, createdAt },
      // What a person asked for stays a person's.
      human: human || replaced.some((input) => input.human),
      ...{ turn: 0, attempt: 0, assign: 0, stagedCount: 0, partialText: "" },
      header: admitted,
      phase: "queued",
      moves: [firstMove(createdAt)],
    },
    end: !isEnd ? undefined : {
      phase: "consumed",
      reason: "accepted",
      receipt: { inputId: id, idempotencyKey, outcome: "accepted", at: createdAt },
    },
    replaces: replaced.map((input) => replacedBy(input, id, how, createdAt)),
    segments: candidate.segments.map((body) => ({ roomId, persona, body })),
  });
}

/** All work of one sort is one, where the candidate does not tell more. */
function ownKey(work: PrivateCandidate["work"]): string {
  return work.kind === "memory" ? `memory/${work.job}` : work.kind;
}

function refuseFull(
  live: readonly InputRecord[],
  freedCount: number,
  { roomId, persona }: PrivateCandidate,
  limits: LedgerLimits,
): LedgerFull | undefined {
  if (live.length - freedCount >= limits.inputsLiveMax) { // LG3
    return { kind: "ledger-full", scope: "host", entriesMax: limits.inputsLiveMax };
  }
  const own = live.filter((input) => input.roomId === roomId && input.persona === persona);
  if (own.length - freedCount < limits.inputsLivePerPersonaMax) return undefined;
  return { kind: "ledger-full", scope: "persona", entriesMax: limits.inputsLivePerPersonaMax };
}

function replacedBy(
  input: InputRecord,
  by: string,
  how: "coalesced" | "superseded",
  at: EpochMs,
): InputEndRow {
  const facts = { device: "", at, fingerprint: "", head: 0 };
  const { inputId, receipt, phase, reason } = commitOf(
    input,
    { kind: "superseded", by, how },
    facts,
  );
  return { inputId, receipt, phase, reason };
}
