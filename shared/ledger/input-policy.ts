/**
 * Policy of the six input kinds (D43), as one table.
 *
 * Owns what a kind may do in the queue. Does not own the order (pick.ts).
 */

import type { InputRecord } from "../ports/peer-store.ts";

export interface InputPolicy {
  /** Several of one persona become one: the older are deferred into the newest (D20). */
  readonly merges: boolean;
  /** Not begun, it gives way to a newer message of a person (D21). */
  readonly yields: boolean;
}

const policyByKind: Readonly<Record<InputRecord["kind"], InputPolicy>> = Object.freeze({
  "prompt": { merges: true, yields: false },
  "peer": { merges: false, yields: true },
  "flow-step": { merges: false, yields: true },
  // Assignments and stops must be heard, whoever speaks.
  "system": { merges: false, yields: false },
  "external": { merges: false, yields: false },
  "projected": { merges: false, yields: true },
});

/** The policy of one input. A repeated attempt (`again`) was asked for by name: it never merges. */
export function policyOf(input: Pick<InputRecord, "kind" | "attempt" | "human">): InputPolicy {
  const { merges, yields } = policyByKind[input.kind];
  return { merges: merges && input.human && input.attempt === 0, yields: yields && !input.human };
}

/** True once people have seen text of it, or it was staged before: it stays in front. */
export function isBegun(input: Pick<InputRecord, "stagedCount" | "partialText">): boolean {
  return input.stagedCount > 0 || input.partialText !== "";
}
