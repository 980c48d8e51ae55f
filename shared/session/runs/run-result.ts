/**
 * How a run ended, as observers, parents and the log are told. Pure.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC112 Every outcome of a run is one result: a settlement that failed is a failed run, also one
 *         in which the model said nothing (study 3.23, incident 4).
 *   SC113 A run that is cancelled before any text or call of a tool is rolled back and tells the
 *         words it was asked. One that is paused goes on later, whatever came of it.
 */

import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { SettleOutcome } from "../../protocol/events.ts";
import type { RunResult } from "../log/segments.ts";

type Limit = Extract<RunResult, { readonly kind: "limit-reached" }>["limit"];

/** What a settlement, or a private answer that would be one, makes of its run. */
export function resultOfOutcome(outcome: SettleOutcome, limit: Limit | undefined): RunResult {
  switch (outcome.kind) {
    case "failed":
      return { kind: "failed", reason: outcome.reason, detail: outcome.detail ?? "" };
    case "deferred":
      return { kind: "cancelled" };
    default:
      return limit === undefined ? { kind: "finished" } : { kind: "limit-reached", limit };
  }
}

export interface InterruptFacts {
  readonly how: "cancelled" | "paused";
  /** Some text or some call of a tool is there. */
  readonly hasActed: boolean;
  /** The words of a private task; undefined of all other work. */
  readonly task: string | undefined;
}

/** What a cancel or a pause makes of a run (SC113). */
export function resultOfInterrupt({ how, hasActed, task }: InterruptFacts): RunResult {
  if (hasActed || how === "paused") return { kind: how };
  return { kind: "rolled-back", text: task ?? "" };
}

/** Of a run whose input is taken again. */
export function resultOfAgain(
  { reason }: Extract<PerformOutcome, { readonly kind: "retry" | "interrupted" }>,
): RunResult {
  return { kind: "failed", reason, detail: "It is taken again" };
}
