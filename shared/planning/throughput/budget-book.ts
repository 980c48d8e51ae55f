/**
 * Budget book: which budgets a job is in, and what is left of each while a plan is made.
 *
 * Owns the arithmetic of one plan. A fresh book is opened for each; nothing outlives it.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP23  A job starts only if every budget it is in has a place and cost left, counting what runs.
 *   TP24  A job that names a provider needs the budget of its class and provider; another needs one
 *         of its class or its silicon. Without it the job is dropped, not kept waiting.
 *   TP25  A job that cannot fit its budgets even when they are empty is told so.
 *   TP30  A reserved budget takes nobody who comes later in the plan.
 */

import type { LaneBudget, ThroughputJob, Work } from "./job.ts";
import type { BudgetUse, NeverFitReason, PressureReason } from "./throughput-plan.ts";
import { scopeToKey } from "./validate-throughput.ts";

/** One budget's line in the book. */
export interface BudgetLine {
  readonly key: string;
  readonly placesMax: number;
  readonly costUnitsMax: number;
  placesUsed: number;
  costUnitsUsed: number;
  /** The waiting job that gets what becomes free. */
  reservedFor: string | undefined;
}

export type BudgetBook = ReadonlyMap<string, BudgetLine>;

/** Opens a book and enters the running work; it may use more than a budget that has shrunk. */
export function openBudgetBook(
  budgets: readonly LaneBudget[],
  running: readonly Work[],
): BudgetBook {
  const book = new Map<string, BudgetLine>();
  for (const { scope, placesMax, costUnitsMax } of budgets) {
    const key = scopeToKey(scope);
    book.set(key, {
      key,
      placesMax,
      costUnitsMax,
      placesUsed: 0,
      costUnitsUsed: 0,
      reservedFor: undefined,
    });
  }
  for (const work of running) enterWork(linesOf(book, work), work);
  return book;
}

/** The budgets a job is in. */
export function linesOf(book: BudgetBook, work: Work): readonly BudgetLine[] {
  return scopeKeysOf(work).flatMap((key) => book.get(key) ?? []);
}

/** Keys of the scopes that lack a budget; undefined when the job has the ones it needs. */
export function findMissingScopes(book: BudgetBook, job: ThroughputJob): string[] | undefined {
  const keys = scopeKeysOf(job);
  const needed = job.provider === undefined ? keys : keys.slice(2); // TP24
  return needed.some((key) => book.has(key)) ? undefined : needed;
}

/** Why a job cannot fit even when nothing runs; empty when it can. */
export function findNeverFits(
  lines: readonly BudgetLine[],
  job: ThroughputJob,
): readonly NeverFitReason[] {
  return lines.flatMap((line): readonly NeverFitReason[] => {
    if (line.placesMax === 0) return [{ kind: "budget-closed", budget: line.key }];
    if (job.costUnits <= line.costUnitsMax) return [];
    return [{
      kind: "cost-above-budget",
      budget: line.key,
      costUnitsMax: line.costUnitsMax,
    }];
  });
}

/** Why a job cannot start now; empty when it can. */
export function findPressure(
  lines: readonly BudgetLine[],
  job: ThroughputJob,
): readonly PressureReason[] {
  return lines.flatMap((line): readonly PressureReason[] => {
    const budget = line.key;
    if (line.reservedFor !== undefined) {
      return [{ kind: "reserved", budget, forJobId: line.reservedFor }]; // TP30
    }
    const placesFree = Math.max(0, line.placesMax - line.placesUsed);
    if (placesFree === 0) return [{ kind: "places-used", budget, placesFree }];
    // Of a budget that has shrunk below what runs, not even work that costs nothing is free.
    if (line.costUnitsUsed + job.costUnits <= line.costUnitsMax) return [];
    const costUnitsFree = Math.max(0, line.costUnitsMax - line.costUnitsUsed);
    return [{ kind: "cost-used", budget, costUnitsFree }];
  });
}

/** Counts work in all its budgets. */
export function enterWork(lines: readonly BudgetLine[], work: Work): void {
  for (const line of lines) {
    line.placesUsed += 1;
    line.costUnitsUsed += work.costUnits;
  }
}

/** Keeps what becomes free in these budgets for one job; an earlier reservation stays. */
export function reserveLines(lines: readonly BudgetLine[], jobId: string): void {
  for (const line of lines) line.reservedFor ??= jobId;
}

/** The book as plain data, in the order of the budgets. */
export function listBudgetUse(book: BudgetBook): readonly BudgetUse[] {
  return [...book.values()].map((line) => ({
    budget: line.key,
    placesUsed: line.placesUsed,
    placesMax: line.placesMax,
    costUnitsUsed: line.costUnitsUsed,
    costUnitsMax: line.costUnitsMax,
  }));
}

/** TargetSilicon, class and, for a job that names one, provider; in this order. */
function scopeKeysOf({ silicon, resourceClass, provider }: Work): string[] {
  const keys = [
    scopeToKey({ kind: "silicon", silicon }),
    scopeToKey({ kind: "class", resourceClass }),
  ];
  if (provider === undefined) return keys;
  return [...keys, scopeToKey({ kind: "provider", resourceClass, provider })];
}
