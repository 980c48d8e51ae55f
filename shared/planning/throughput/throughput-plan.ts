/** Shapes of what the throughput planner answers. Every job is in exactly one list. */

/** A job that may start now, with the priority it has after ageing. */
export interface AdmittedJob {
  readonly jobId: string;
  readonly priorityAged: number;
}

/** A job whose work another one does: kept, because that one may fail. */
export interface StandByJob {
  readonly jobId: string;
  /** Id of the job, proposed or running, that does the work. */
  readonly behind: string;
}

/** Why a budget has no room; `budget` is the scope's key, as {@link BudgetUse} has it. */
export type PressureReason =
  | { readonly kind: "places-used"; readonly budget: string; readonly placesFree: number }
  | { readonly kind: "cost-used"; readonly budget: string; readonly costUnitsFree: number }
  | { readonly kind: "reserved"; readonly budget: string; readonly forJobId: string };

export interface PressedJob {
  readonly jobId: string;
  readonly priorityAged: number;
  /** One for each budget without room. */
  readonly reasons: readonly PressureReason[];
}

/** An artefact waited for, and who makes it: `none` names a wire with one end only. */
export interface MissingArtifact {
  readonly artifactKey: string;
  readonly producer: "running" | "proposed" | "none";
}

export interface WaitingJob {
  readonly jobId: string;
  /** By key. */
  readonly missing: readonly MissingArtifact[];
}

/** A job that waits for itself, or for jobs that do. */
export interface CyclicJob {
  readonly jobId: string;
  /** Ids around the cycle it is in or waits for, each waiting for the next, smallest first. */
  readonly cycle: readonly string[];
}

/** Why a job cannot start under these budgets, whatever ends. */
export type NeverFitReason =
  | { readonly kind: "budget-closed"; readonly budget: string }
  | { readonly kind: "cost-above-budget"; readonly budget: string; readonly costUnitsMax: number };

export interface NeverFittingJob {
  readonly jobId: string;
  readonly reasons: readonly NeverFitReason[];
}

export interface UnbudgetedJob {
  readonly jobId: string;
  /** Keys of the scopes one of which would have had to be budgeted. */
  readonly scopes: readonly string[];
}

export interface StaleJob {
  readonly jobId: string;
  readonly ageMs: number;
}

/** Why a job is not planned at all. */
export type JobRefusal =
  | { readonly kind: "job-duplicate" }
  | { readonly kind: "job-malformed"; readonly field: string }
  | { readonly kind: "job-from-future"; readonly aheadMs: number }
  | { readonly kind: "provider-missing" };

export interface RefusedJob {
  readonly jobId: string;
  readonly reason: JobRefusal;
}

/** How full a budget is with what runs and what was admitted. */
export interface BudgetUse {
  readonly budget: string;
  readonly placesUsed: number;
  readonly placesMax: number;
  readonly costUnitsUsed: number;
  readonly costUnitsMax: number;
}

/** The plan. `admitted` and `deferredPressure` are in planning order, `refused` as given, the rest
 * by job id. */
export interface ThroughputPlan {
  readonly admitted: readonly AdmittedJob[];
  readonly deferredPressure: readonly PressedJob[];
  readonly deferredDependencies: readonly WaitingJob[];
  readonly deferredRunning: readonly StandByJob[];
  readonly standBys: readonly StandByJob[];
  readonly alreadyReady: readonly { readonly jobId: string }[];
  readonly cyclic: readonly CyclicJob[];
  readonly neverFits: readonly NeverFittingJob[];
  readonly droppedNoBudget: readonly UnbudgetedJob[];
  readonly droppedStale: readonly StaleJob[];
  readonly refused: readonly RefusedJob[];
  /** In the request's order. */
  readonly budgets: readonly BudgetUse[];
}

/** Why nothing is planned: what all jobs share is wrong. */
export type ThroughputRefusal =
  | { readonly kind: "time-malformed" }
  | { readonly kind: "policy-malformed"; readonly field: string }
  | { readonly kind: "budget-malformed"; readonly index: number; readonly field: string }
  | { readonly kind: "budget-duplicate"; readonly budget: string }
  | { readonly kind: "running-malformed"; readonly index: number; readonly field: string }
  | { readonly kind: "running-duplicate"; readonly jobId: string }
  | { readonly kind: "artifact-malformed"; readonly index: number; readonly field: string }
  | {
    readonly kind: "request-full";
    readonly field: "jobs" | "running" | "ready" | "budgets";
    readonly countMax: number;
  };
