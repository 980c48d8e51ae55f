/**
 * Places: what the ledger asks of whoever plans this device's work (hosting injects it).
 *
 * Shapes only. The planner decides who comes next among personas; the admission gate gives the
 * places.
 */

import type { MonotonicMs } from "../base/brands.ts";
import type { InputRecord } from "../ports/peer-store.ts";

/** Why an input cannot be started now, whatever is free. */
export type LaterReason =
  /** It was told to wait until then. */
  | { readonly kind: "retry"; readonly untilMs: MonotonicMs }
  /** Its persona is performing another input. */
  | { readonly kind: "persona-busy" }
  /** Another waiting input of its persona comes first. */
  | { readonly kind: "behind" }
  /** Its persona's service is not up. */
  | { readonly kind: "service-not-ready" };

/** What waits and what runs, when the ledger asks who is to start. */
export interface PickQuestion {
  /** Each persona's first input that may start now, in the order of {@link compareInputs}. */
  readonly heads: readonly InputRecord[];
  readonly later: readonly { readonly input: InputRecord; readonly why: LaterReason }[];
  readonly running: readonly InputRecord[];
}

/** The right to run, until it is disposed of. */
export interface Place extends Disposable {
  /** Aborts with a {@link PlaceLost} when the run must end. */
  readonly signal: AbortSignal;
  /** Keeps the place until `signal` aborts, then rejects with its reason. */
  hold(signal: AbortSignal): Promise<never>;
}

/** Why a run must end though nobody withdrew its input: it is taken again later. */
export interface PlaceLost {
  readonly kind: "place-lost";
  readonly how: "asked-back" | "revoked" | "expired";
}

/** Who comes next, and the places. */
export interface Places {
  /** The head that starts now; undefined when all wait. Asked again after each start. */
  choose(question: PickQuestion): InputRecord | undefined;
  /** The place of the head chosen last; undefined when it is free no more. */
  take(input: InputRecord): Place | undefined;
}
