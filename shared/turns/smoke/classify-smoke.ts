/**
 * The verdict of the response-timing smoke: what was seen of one probe, as one bucket.
 *
 * Owns the rules only. The runner (`run-smoke.ts`) owns the probe, the clock and the waiting.
 *
 * Every persona counts by her id, never by her name. Settled is whatever ended her first attempt;
 * answered is a reply or a declared silence. What failed, was deferred or was stopped is settled,
 * so that nobody waits for it, but it is no answer: it can fail `fairness_violated` and never
 * `all_response_budget_exceeded` (D11, TE5).
 *
 * Rules (shared/SPEC.md, section SK), asked in this order; the first that fails is the verdict:
 *   SK1  A check that could not look is `harness_error`, whatever else it saw.
 *   SK2  Fewer than two personas with a host at the probe are `too_few_personas`.
 *   SK3  A probe that did not come back in the log is `probe_not_persisted`.
 *   SK4  A room in which nobody said a word is `no_personas_replied`, declared silence included.
 *   SK5  A first answer after its budget is `first_response_budget_exceeded`.
 *   SK6  One answer alone, or a persona settled without one, is `fairness_violated`.
 *   SK7  A persona open or settled after the budget of all is `all_response_budget_exceeded`.
 *   SK8  What passes all of them is `ok`; every verdict carries the same figures.
 */

import { planningLimits } from "../../planning/limits.ts";
import type { EntryResult } from "../turn-result-types.ts";

export type SmokeBucket =
  | "harness_error"
  | "too_few_personas"
  | "probe_not_persisted"
  | "no_personas_replied"
  | "first_response_budget_exceeded"
  | "fairness_violated"
  | "all_response_budget_exceeded";

/** What kept the check from looking; `detail` is for a reader of the report. */
export interface HarnessError {
  readonly kind:
    | "budget-invalid"
    | "observation-invalid"
    | "room-missing"
    | "room-not-made"
    | "exception";
  readonly detail: string;
}

export interface ObservedPersona {
  readonly persona: string;
  /** Of her first attempt: a second one is another question. */
  readonly outcome: EntryResult["outcome"];
  /** Reason of failed and deferred; empty otherwise. */
  readonly reason: string;
  /** ms from sending to seeing it settled, on the asker's monotonic clock; undefined while open. */
  readonly settledMs: number | undefined;
}

export interface SmokeObservation {
  readonly harnessError: HarnessError | undefined;
  /** Whether the room's log gave the probe back under its id. */
  readonly isPersisted: boolean;
  /** Why the probe was refused; undefined when it was not. */
  readonly refusal: string | undefined;
  /** The room's personas that had a host at the probe, each once. */
  readonly personas: readonly ObservedPersona[];
}

/** In ms from sending. */
export interface SmokeBudgets {
  readonly firstMsMax: number;
  readonly allMsMax: number;
}

export interface SmokeFigures {
  readonly expected: number;
  readonly replied: number;
  readonly silent: number;
  /** Settled without an answer: failed, deferred or stopped. */
  readonly unanswered: number;
  readonly open: number;
  /** ms to the first answer; undefined when there was none. */
  readonly firstMs: number | undefined;
  /** ms to the last settlement; undefined while one is open or nobody was expected. */
  readonly allMs: number | undefined;
}

export type SmokeReason =
  | HarnessError["kind"]
  | "hosted-below-minimum"
  | "send-refused"
  | "not-in-log"
  | "none-settled"
  | "all-silent"
  | "none-answered"
  | "no-reply"
  | "first-late"
  | "one-answered"
  | "settled-unanswered"
  | "still-open"
  | "last-late";

export type SmokeVerdict =
  | { readonly kind: "ok"; readonly figures: SmokeFigures }
  | {
    readonly kind: "failed";
    readonly bucket: SmokeBucket;
    readonly reason: SmokeReason;
    /** The harness error's or refusal's own words; empty otherwise. */
    readonly detail: string;
    readonly figures: SmokeFigures;
  };

export const smokeLimits = Object.freeze({
  /** D11, and the same as the timeline's verdicts. */
  firstMsMax: planningLimits.firstSettledMsMax,
  allMsMax: planningLimits.allSettledMsMax,
  /** One persona alone says nothing of turns: nobody waits for anybody. */
  personasMin: 2,
  /** "First claim wins" is one answer in a room of many. */
  answeredMin: 2,
  /** Longest budget that is taken: a check that a person waits for; policy `refuse`. */
  budgetMsMax: 600_000,
  /** A room just made is read in well under a second; after this it is said to be missing. */
  readyMsMax: 10_000,
});

/** The budgets of D11. */
export const smokeBudgets: SmokeBudgets = Object.freeze({
  firstMsMax: smokeLimits.firstMsMax,
  allMsMax: smokeLimits.allMsMax,
});

interface Failure {
  readonly bucket: SmokeBucket;
  readonly reason: SmokeReason;
  readonly detail?: string;
}

/** Judges what was seen. Total: an observation that cannot be true is a harness error (SK1). */
export function classifySmoke(seen: SmokeObservation, budgets: SmokeBudgets): SmokeVerdict {
  const figures = figuresOf(seen.personas);
  const failure = failureOf(seen, budgets, figures);
  if (failure === undefined) return { kind: "ok", figures }; // SK8
  const { bucket, reason, detail = "" } = failure;
  return { kind: "failed", bucket, reason, detail, figures };
}

function failureOf(
  seen: SmokeObservation,
  budgets: SmokeBudgets,
  figures: SmokeFigures,
): Failure | undefined {
  const { expected, replied, silent, unanswered, open, firstMs, allMs } = figures;
  const error = seen.harnessError ?? checkBudgets(budgets) ?? checkPersonas(seen.personas);
  if (error !== undefined) { // SK1
    return { bucket: "harness_error", reason: error.kind, detail: error.detail };
  }
  if (expected < smokeLimits.personasMin) { // SK2
    return { bucket: "too_few_personas", reason: "hosted-below-minimum" };
  }
  if (!seen.isPersisted) { // SK3
    const { refusal } = seen;
    return refusal === undefined
      ? { bucket: "probe_not_persisted", reason: "not-in-log" }
      : { bucket: "probe_not_persisted", reason: "send-refused", detail: refusal };
  }
  if (replied === 0) return { bucket: "no_personas_replied", reason: whyNoReply(figures) }; // SK4
  if (firstMs === undefined || firstMs > budgets.firstMsMax) { // SK5
    return { bucket: "first_response_budget_exceeded", reason: "first-late" };
  }
  if (replied + silent < smokeLimits.answeredMin) { // SK6
    return { bucket: "fairness_violated", reason: "one-answered" };
  }
  if (unanswered > 0) return { bucket: "fairness_violated", reason: "settled-unanswered" }; // SK6
  if (open > 0) return { bucket: "all_response_budget_exceeded", reason: "still-open" }; // SK7
  return allMs === undefined || allMs > budgets.allMsMax // SK7
    ? { bucket: "all_response_budget_exceeded", reason: "last-late" }
    : undefined;
}

/** The first thing wrong with `budgets`; undefined when they can be used. */
export function checkBudgets({ firstMsMax, allMsMax }: SmokeBudgets): HarnessError | undefined {
  const isMs = (ms: number): boolean =>
    Number.isSafeInteger(ms) && ms > 0 && ms <= smokeLimits.budgetMsMax;
  return isMs(firstMsMax) && isMs(allMsMax) && firstMsMax <= allMsMax
    ? undefined
    : { kind: "budget-invalid", detail: `first ${firstMsMax} ms, all ${allMsMax} ms` };
}

function checkPersonas(personas: readonly ObservedPersona[]): HarnessError | undefined {
  const ids = new Set<string>();
  for (const { persona, outcome, settledMs } of personas) {
    const isTime = settledMs !== undefined && Number.isFinite(settledMs) && settledMs >= 0;
    const isTrue = outcome === "open" ? settledMs === undefined : isTime;
    if (ids.has(persona) || !isTrue) return { kind: "observation-invalid", detail: persona };
    ids.add(persona);
  }
  return undefined;
}

function figuresOf(personas: readonly ObservedPersona[]): SmokeFigures {
  const count = (outcomes: readonly ObservedPersona["outcome"][]): number =>
    personas.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const open = count(["open"]);
  const answeredMs = personas
    .filter(({ outcome }) => outcome === "replied" || outcome === "silent")
    .map(({ settledMs }) => settledMs ?? Infinity);
  const settledMs = personas.map((one) => one.settledMs ?? Infinity);
  return {
    expected: personas.length,
    replied: count(["replied"]),
    silent: count(["silent"]),
    unanswered: count(["failed", "deferred", "stopped"]),
    open,
    firstMs: answeredMs.length === 0 ? undefined : Math.min(...answeredMs),
    allMs: open > 0 || personas.length === 0 ? undefined : Math.max(...settledMs),
  };
}

function whyNoReply({ expected, silent, unanswered, open }: SmokeFigures): SmokeReason {
  if (open === expected) return "none-settled";
  if (silent === expected) return "all-silent";
  return unanswered === expected ? "none-answered" : "no-reply";
}
