/**
 * Policy of the six input kinds (D43), as one table.
 *
 * Owns what a kind may do in the queue. Does not own the order (pick.ts).
 */

import type { AdmissionDecision, InputHeader, InputRecord } from "../ports/peer-store.ts";

export interface InputPolicy {
  /** Several of one persona and kind become one: the older are deferred into the newest (D20). */
  readonly merges: boolean;
  /** Not begun, it gives way to a newer message of a person (D21). */
  readonly yields: boolean;
  /** Of one that no person's turn asks for. */
  readonly urgency: Urgency;
}

/** Who waits for it: a person, the room's talk, or nobody who looks at it. */
export type Urgency = "directed" | "work" | "ambient";

const policyByKind: Readonly<Record<InputRecord["kind"], InputPolicy>> = Object.freeze({
  "prompt": { merges: true, yields: false, urgency: "directed" },
  "peer": { merges: false, yields: true, urgency: "work" },
  // A director's vote; it says nothing, so that words owed to a message cannot become one.
  "flow-step": { merges: true, yields: true, urgency: "work" },
  // Assignments and stops must be heard, whoever speaks.
  "system": { merges: false, yields: false, urgency: "directed" },
  "external": { merges: false, yields: false, urgency: "ambient" },
  "projected": { merges: false, yields: true, urgency: "work" },
});

/** The policy of one input. A repeated attempt (`again`) was asked for by name: it never merges. */
export function policyOf(input: Pick<InputRecord, "kind" | "attempt" | "human">): InputPolicy {
  const { merges, yields, urgency } = policyByKind[input.kind];
  return {
    merges: merges && input.human && input.attempt === 0,
    yields: yields && !input.human,
    urgency: input.human ? "directed" : urgency,
  };
}

/** What a turn's input says of itself: its words are in the room's log, for all to read. */
export function headerOfTurn({ human }: Pick<InputRecord, "human">): InputHeader {
  return {
    origin: { kind: human ? "person" : "room" },
    durability: "durable",
    visibility: { prompt: true, person: true },
  };
}

/** What is decided of a turn's input when it is admitted. */
export function admissionOfTurn(
  input: Pick<InputRecord, "kind" | "attempt" | "human">,
): AdmissionDecision {
  return {
    version: 1,
    apply: "run",
    wakes: true,
    queue: policyOf(input).merges ? "merge" : "fifo",
    consume: "end",
    records: false,
  };
}

/** True once people have seen text of it, or it was staged before: it stays in front. */
export function isBegun(input: Pick<InputRecord, "stagedCount" | "partialText">): boolean {
  return input.stagedCount > 0 || input.partialText !== "";
}

/**
 * Where an input stands in the queue (D20): what people have seen begin is finished first. Ambient
 * work that has begun stays ambient, or it would go in front of those it gave way to.
 */
export function standingOf(input: InputRecord): "begun" | Urgency {
  const { urgency } = policyOf(input);
  return urgency !== "ambient" && isBegun(input) ? "begun" : urgency;
}
