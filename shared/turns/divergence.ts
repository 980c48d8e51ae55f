/**
 * Divergence records: every difference between what a turn was planned to be and what it was.
 *
 * Pure. Owns the comparison and the shape of its records, which a replayed trace is held against;
 * it changes no outcome and settles nothing.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP72  The same plan and the same observations give the same records, whatever the order of the
 *         observations: by plan, unplanned ones last by id, kinds of one persona in a fixed order.
 *   TP73  A turn that ran as planned, or later by no more than the tolerance, has no record; an
 *         entry that is still open has none.
 *   TP74  A planned entry that was not answered has exactly one record of why: skipped, host lost,
 *         failed or stopped.
 *   TP75  Times that run backwards are a record and are compared with nothing.
 *   TP76  An observation that is listed twice, or whose time counts no milliseconds, is refused by
 *         persona and field.
 */

import { unreachable } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import { planningLimits } from "../planning/limits.ts";
import type { PersonaTurnPlan, TurnPlan } from "../planning/turn/turn-plan.ts";
import type { AttemptTimes, DeferredReason, FailedReason } from "../protocol/events.ts";
import type { AttemptState, TurnState } from "../room/room-state.ts";

/** What became of one persona's first attempt; a host's facts are undefined where nobody ran it. */
export interface EntryObservation {
  readonly persona: string;
  readonly outcome:
    | { readonly kind: "open" | "replied" | "silent" | "stopped" | "voted" }
    | { readonly kind: "failed"; readonly reason: FailedReason }
    | { readonly kind: "deferred"; readonly reason: DeferredReason };
  readonly device: string | undefined;
  readonly modelId: string | undefined;
  readonly fingerprint: string | undefined;
  /** ms after its host saw the turn open, like the plan's. */
  readonly times: AttemptTimes | undefined;
}

interface Late {
  readonly persona: string;
  readonly plannedMs: number;
  readonly actualMs: number;
}

export type DivergenceRecord =
  /** Answered by a host though the plan had no place for her. */
  | { readonly kind: "unplanned"; readonly persona: string; readonly device: string }
  | {
    readonly kind: "fingerprint-mismatch";
    readonly persona: string;
    readonly device: string;
    readonly planned: string;
    readonly actual: string;
  }
  /** Another device took her over. */
  | {
    readonly kind: "host-changed";
    readonly persona: string;
    readonly plannedDevice: string;
    readonly device: string;
  }
  /** Another model than planned answered for her. */
  | {
    readonly kind: "ladder-stepped";
    readonly persona: string;
    readonly plannedModelId: string;
    readonly modelId: string;
  }
  | { readonly kind: "times-backwards"; readonly persona: string }
  | Late & { readonly kind: "late-start" | "late-first-text" | "late-finish" }
  /** Those that ran on her device, were to start later and began before her, in plan order. */
  | { readonly kind: "overtaken"; readonly persona: string; readonly by: readonly string[] }
  | {
    readonly kind: "skipped";
    readonly persona: string;
    readonly reason: Exclude<DeferredReason, "no-host">;
  }
  /** Her planned device was gone before it answered and nobody took over. */
  | { readonly kind: "host-lost"; readonly persona: string; readonly plannedDevice: string }
  | { readonly kind: "failed"; readonly persona: string; readonly reason: FailedReason }
  | { readonly kind: "stopped"; readonly persona: string };

export type DivergenceError =
  | { readonly kind: "too-many-observations"; readonly observationsMax: number }
  | { readonly kind: "observed-twice"; readonly persona: string }
  | { readonly kind: "tolerance-invalid" }
  | {
    readonly kind: "time-invalid";
    readonly persona: string;
    readonly field: keyof AttemptTimes;
  };

export const divergenceLimits = Object.freeze({
  /** A plan has at most so many personas, so a turn has no more entries. */
  observationsMax: planningLimits.candidatesMax,
  /** Later than planned by up to this is a good estimate, not a divergence. */
  lateMsMin: 2_000,
});

/** The observations of a turn's first attempts: the plan promises nothing for a second one. */
export function observeTurn(turn: TurnState): readonly EntryObservation[] {
  return turn.entries.map(({ persona, attempts }) => {
    const first = attempts[0];
    return {
      persona,
      outcome: outcomeOf(first),
      device: first?.device,
      modelId: first?.modelId,
      fingerprint: first?.fingerprint,
      times: first?.times,
    };
  });
}

function outcomeOf(attempt: AttemptState | undefined): EntryObservation["outcome"] {
  if (attempt === undefined) return { kind: "open" };
  const { outcome } = attempt;
  switch (outcome.kind) {
    case "failed":
      return { kind: "failed", reason: outcome.reason };
    case "deferred":
      return { kind: "deferred", reason: outcome.reason };
    default:
      return { kind: outcome.kind };
  }
}

/** Compares a plan with what was observed; `lateMsMin` is the tolerance of its estimates in ms. */
export function findDivergences(
  plan: TurnPlan,
  observations: readonly EntryObservation[],
  lateMsMin: number = divergenceLimits.lateMsMin,
): Result<readonly DivergenceRecord[], DivergenceError> {
  const error = checkObservations(observations, lateMsMin);
  if (error !== undefined) return err(error);
  const observedById = new Map(observations.map((one) => [one.persona, one]));
  const plannedIds = new Set(plan.personaPlans.map(({ personaId }) => personaId));
  const inOrder = plan.personaPlans;
  const records = inOrder.flatMap((planned) => {
    const observed = observedById.get(planned.personaId);
    if (observed === undefined || observed.outcome.kind === "open") return []; // TP73
    return [
      ...hostRecords(planned, observed, plan.fingerprint),
      ...timeRecords(planned, observed, lateMsMin),
      ...overtakenRecords(planned, inOrder, observedById),
      ...unansweredRecords(planned, observed),
    ];
  });
  const unplanned = observations
    .filter(({ persona }) => !plannedIds.has(persona))
    .flatMap(({ persona, device }): readonly DivergenceRecord[] =>
      device === undefined ? [] : [{ kind: "unplanned", persona, device }]
    )
    .toSorted((a, b) => a.persona < b.persona ? -1 : 1);
  return ok([...records, ...unplanned]); // TP72
}

function checkObservations(
  observations: readonly EntryObservation[],
  lateMsMin: number,
): DivergenceError | undefined {
  const { observationsMax } = divergenceLimits;
  if (observations.length > observationsMax) {
    return { kind: "too-many-observations", observationsMax };
  }
  if (!isMs(lateMsMin)) return { kind: "tolerance-invalid" };
  const seen = new Set<string>();
  for (const { persona, times } of observations) { // TP76
    if (seen.has(persona)) return { kind: "observed-twice", persona };
    seen.add(persona);
    const wrong = (["queuedMs", "firstTextMs", "finishedMs"] as const)
      .find((field) => times !== undefined && !isMs(times[field]));
    if (wrong !== undefined) return { kind: "time-invalid", persona, field: wrong };
  }
  return undefined;
}

function isMs(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= 0;
}

function hostRecords(
  planned: PersonaTurnPlan,
  observed: EntryObservation,
  fingerprint: string,
): readonly DivergenceRecord[] {
  const { persona, device, modelId } = observed;
  if (device === undefined) return [];
  const records: DivergenceRecord[] = [];
  const actual = observed.fingerprint;
  if (actual !== undefined && actual !== fingerprint) {
    records.push({ kind: "fingerprint-mismatch", persona, device, planned: fingerprint, actual });
  }
  if (device !== planned.device) {
    records.push({ kind: "host-changed", persona, plannedDevice: planned.device, device });
  }
  if (modelId !== undefined && modelId !== planned.model) {
    records.push({ kind: "ladder-stepped", persona, plannedModelId: planned.model, modelId });
  }
  return records;
}

function timeRecords(
  planned: PersonaTurnPlan,
  { times }: EntryObservation,
  lateMsMin: number,
): readonly DivergenceRecord[] {
  const { personaId: persona } = planned;
  if (times === undefined) return [];
  if (isBackwards(times)) return [{ kind: "times-backwards", persona }]; // TP75
  const compared = [
    { kind: "late-start", plannedMs: planned.estimatedStartMs, actualMs: times.queuedMs },
    {
      kind: "late-first-text",
      plannedMs: planned.estimatedFirstTextMs,
      actualMs: times.firstTextMs,
    },
    { kind: "late-finish", plannedMs: planned.estimatedFinishMs, actualMs: times.finishedMs },
  ] as const;
  return compared
    .filter(({ plannedMs, actualMs }) => actualMs - plannedMs > lateMsMin)
    .map(({ kind, plannedMs, actualMs }) => ({ kind, persona, plannedMs, actualMs }));
}

function isBackwards({ queuedMs, firstTextMs, finishedMs }: AttemptTimes): boolean {
  return firstTextMs < queuedMs || finishedMs < firstTextMs;
}

/**
 * Starts are compared on one device only, for hosts see a turn open at different moments, and not
 * between those that were to start together.
 */
function overtakenRecords(
  planned: PersonaTurnPlan,
  inOrder: readonly PersonaTurnPlan[],
  observedById: ReadonlyMap<string, EntryObservation>,
): readonly DivergenceRecord[] {
  const device = observedById.get(planned.personaId)?.device;
  const startOf = (persona: string): number | undefined => {
    const observed = observedById.get(persona);
    const times = observed?.device === device ? observed?.times : undefined;
    return times === undefined || isBackwards(times) ? undefined : times.queuedMs;
  };
  const ownMs = startOf(planned.personaId);
  if (device === undefined || ownMs === undefined) return [];
  const by = inOrder
    .filter((other) => other.estimatedStartMs > planned.estimatedStartMs)
    .map(({ personaId }) => personaId)
    .filter((persona) => (startOf(persona) ?? ownMs) < ownMs);
  return by.length === 0 ? [] : [{ kind: "overtaken", persona: planned.personaId, by }];
}

function unansweredRecords(
  { device }: PersonaTurnPlan,
  { persona, outcome }: EntryObservation,
): readonly DivergenceRecord[] {
  switch (outcome.kind) { // TP74
    case "open":
    case "replied":
    case "silent":
    case "voted":
      return [];
    case "stopped":
      return [{ kind: "stopped", persona }];
    case "failed":
      return [{ kind: "failed", persona, reason: outcome.reason }];
    case "deferred":
      return outcome.reason === "no-host"
        ? [{ kind: "host-lost", persona, plannedDevice: device }]
        : [{ kind: "skipped", persona, reason: outcome.reason }];
    default:
      return unreachable(outcome);
  }
}
