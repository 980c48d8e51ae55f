/**
 * Commit: how an input's end is written, so that end, receipt, segment and outbox row are one
 * transaction.
 *
 * Owns the mapping from an end to rows. Does not own the transaction (PeerStore.commitReply, D28).
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG13  Every end has a receipt; an end that the room must hear of has its entry in the same
 *         commit.
 *   LG14  A withdrawn input appends no settlement; stopped with text it appends one `partial`.
 */

import { assert, unreachable } from "../base/assert.ts";
import type { EpochMs } from "../base/brands.ts";
import type { InputRecord, ReplyCommit } from "../ports/peer-store.ts";
import type { RoomEvent, SettleOutcome } from "../protocol/events.ts";
import { decideTransition } from "./input-life.ts";
import type { InputEnd, SettledAttempt } from "./outcome.ts";

export interface CommitFacts {
  readonly device: string;
  readonly at: EpochMs;
  /** Of the turn's plan (D2). */
  readonly fingerprint: string;
  /** Head of the log now, for ends that no prompt was made for. */
  readonly head: number;
}

/** Makes the one commit that ends `input`. An end its phase does not allow is a defect. */
export function commitOf(input: InputRecord, end: InputEnd, facts: CommitFacts): ReplyCommit {
  const phase = phaseOf(end);
  const allowed = decideTransition(input.phase, phase);
  assert(
    allowed.ok,
    `Cannot end input ${input.id} as ${end.kind}: current phase is "${input.phase}"`,
  );
  const outcome = outcomeText(end);
  const event = eventOf(input, end, facts);
  const { roomId, persona } = input;
  const bodies = segmentsOf(end);
  return {
    inputId: input.id,
    receipt: { inputId: input.id, idempotencyKey: input.idempotencyKey, outcome, at: facts.at },
    phase,
    reason: outcome,
    segments: bodies.map((body) => ({ persona, roomId, body })),
    outbox: event === undefined ? undefined : {
      roomId,
      // Derived from the input, so that a second commit of it is the same entry.
      entry: { id: `${event.kind}-${input.id}`, device: facts.device, body: event },
    },
  };
}

/** The phase an end leads to. */
export function phaseOf(end: InputEnd): ReplyCommit["phase"] {
  switch (end.kind) {
    case "settled":
      return end.settled.outcome.kind === "deferred" ? "superseded" : "consumed";
    case "ended":
      return "consumed";
    case "merged":
    case "outranked":
    case "superseded":
      return "superseded";
    case "worn-out":
    case "withdrawn":
    case "ephemeral":
      return "abandoned";
    default:
      return unreachable(end);
  }
}

/** The receipt's words for an end. */
export function outcomeText(end: InputEnd): string {
  switch (end.kind) {
    case "withdrawn":
      return end.reason;
    case "ended":
      return end.outcome;
    case "superseded":
      return end.how;
    case "ephemeral":
      return end.kind;
    default:
      return settlementText(end);
  }
}

function settlementText(end: SettlingEnd): string {
  const outcome = settledOf(end, "", 0).outcome;
  return "reason" in outcome ? `${outcome.kind}:${outcome.reason}` : outcome.kind;
}

/** Ends that a turn's settlement tells the room of. */
type SettlingEnd = Extract<
  InputEnd,
  { readonly kind: "settled" | "merged" | "outranked" | "worn-out" }
>;

function segmentsOf(end: InputEnd): readonly unknown[] {
  if (end.kind === "settled") return end.settled.segments ?? [];
  return end.kind === "ended" ? end.segments : [];
}

function eventOf(
  input: InputRecord,
  end: InputEnd,
  facts: CommitFacts,
): RoomEvent | undefined {
  const { turn, persona, attempt, assign } = input;
  if (input.work !== undefined || end.kind === "ephemeral") return undefined; // Not the room's.
  assert(
    end.kind !== "ended" && end.kind !== "superseded",
    `Cannot end input ${input.id} as ${end.kind}: it is a turn's, which the room must hear of`,
  );
  if (end.kind === "withdrawn") { // LG14
    const text = end.partialText;
    return end.reason === "stopped" && text !== ""
      ? { kind: "partial", turn, persona, attempt, assign, text }
      : undefined;
  }
  const { outcome, seenSeq, usage, times, modelId, lane } = settledOf(
    end,
    input.reason ?? "",
    facts.head,
  );
  const { fingerprint } = facts;
  return {
    kind: "settle",
    turn,
    persona,
    attempt,
    assign,
    outcome,
    ...(usage === undefined ? {} : { usage }),
    ...(times === undefined ? {} : { times }),
    ...(modelId === undefined ? {} : { modelId }),
    ...(lane === undefined ? {} : { lane }),
    seenSeq,
    fingerprint,
  };
}

function settledOf(
  end: SettlingEnd,
  detail: string,
  seenSeq: number,
): SettledAttempt {
  const plain = (outcome: SettleOutcome): SettledAttempt => ({ outcome, seenSeq });
  switch (end.kind) {
    case "settled":
      return end.settled;
    case "merged":
      return plain({ kind: "deferred", reason: "merged", into: end.into });
    case "outranked":
      return plain({ kind: "deferred", reason: "outranked" });
    case "worn-out":
      return plain({ kind: "failed", reason: "attempts", detail });
    default:
      return unreachable(end);
  }
}
