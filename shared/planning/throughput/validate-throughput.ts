/**
 * Checks what a throughput plan is asked to read. Pure.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP21  A malformed job is refused alone, with its reason; a malformed budget, policy, time,
 *         artefact or running work refuses the request.
 */

import type { BudgetScope, ReadyArtifact, ThroughputPolicy } from "./job.ts";
import type { ThroughputJob, ThroughputRequest, Work } from "./job.ts";
import { resourceClasses, silicons } from "./job.ts";
import { throughputLimits as limits } from "./limits.ts";
import type { JobRefusal, ThroughputRefusal } from "./throughput-plan.ts";

/** Names the first thing wrong with what all jobs share; undefined when nothing is. */
export function findRequestRefusal(request: ThroughputRequest): ThroughputRefusal | undefined {
  if (!isCount(request.nowMs)) return { kind: "time-malformed" };
  const policyField = findPolicyFault(request.policy);
  if (policyField !== undefined) return { kind: "policy-malformed", field: policyField };
  return findFullList(request) ?? findBudgetRefusal(request) ?? findRunningRefusal(request) ??
    findArtifactRefusal(request.ready, request.nowMs);
}

/** Names the first thing wrong with a job; duplicates are the planner's to find. */
export function findJobRefusal(job: ThroughputJob, nowMs: number): JobRefusal | undefined {
  const field = findWorkFault(job) ?? findJobFault(job);
  if (field !== undefined) return { kind: "job-malformed", field };
  if (job.resourceClass === "cloud-provider" && job.provider === undefined) {
    return { kind: "provider-missing" };
  }
  if (job.createdAtMs > nowMs) {
    return { kind: "job-from-future", aheadMs: job.createdAtMs - nowMs };
  }
  return undefined;
}

/** A scope as text: `silicon:gpu`, `class:embedding`, `provider:cloud-provider:openai`. */
export function scopeToKey(scope: BudgetScope): string {
  switch (scope.kind) {
    case "silicon":
      return `silicon:${scope.silicon}`;
    case "class":
      return `class:${scope.resourceClass}`;
    case "provider":
      return `provider:${scope.resourceClass}:${scope.provider}`;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isCost(value: number): boolean {
  return isCount(value) && value <= limits.costUnitsMax;
}

function isKey(value: string): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= limits.keyCharsMax;
}

function isOptional<T>(value: T | undefined, isGood: (value: T) => boolean): boolean {
  return value === undefined || isGood(value);
}

function findPolicyFault(policy: ThroughputPolicy): string | undefined {
  if (policy.order !== "freshness" && policy.order !== "fairness") return "order";
  const isPositive = (value: number): boolean => isCount(value) && value > 0;
  if (!isOptional(policy.agingMsPerPoint, isPositive)) return "agingMsPerPoint";
  const { agingPointsMax } = policy;
  if (!isCount(agingPointsMax) || agingPointsMax > 2 * limits.priorityMax) return "agingPointsMax";
  return isOptional(policy.reserveAfterMs, isCount) ? undefined : "reserveAfterMs";
}

function findFullList(request: ThroughputRequest): ThroughputRefusal | undefined {
  const lists = [
    ["jobs", request.jobs, limits.jobsMax],
    ["running", request.running, limits.runningMax],
    ["ready", request.ready, limits.artifactsMax],
    ["budgets", request.budgets, limits.budgetsMax],
  ] as const;
  for (const [field, list, countMax] of lists) {
    if (list.length > countMax) return { kind: "request-full", field, countMax };
  }
  return undefined;
}

function findBudgetRefusal(request: ThroughputRequest): ThroughputRefusal | undefined {
  const seen = new Set<string>();
  for (const [index, budget] of request.budgets.entries()) {
    const field = findScopeFault(budget.scope) ??
      (!isCount(budget.placesMax) ? "placesMax" : undefined) ??
      (!isCount(budget.costUnitsMax) ? "costUnitsMax" : undefined);
    if (field !== undefined) return { kind: "budget-malformed", index, field };
    const key = scopeToKey(budget.scope);
    if (seen.has(key)) return { kind: "budget-duplicate", budget: key };
    seen.add(key);
  }
  return undefined;
}

function findScopeFault(scope: BudgetScope): string | undefined {
  switch (scope.kind) {
    case "silicon":
      return silicons.includes(scope.silicon) ? undefined : "silicon";
    case "class":
      return resourceClasses.includes(scope.resourceClass) ? undefined : "resourceClass";
    case "provider":
      if (!resourceClasses.includes(scope.resourceClass)) return "resourceClass";
      return isKey(scope.provider) ? undefined : "provider";
    default:
      return "kind";
  }
}

function findRunningRefusal(request: ThroughputRequest): ThroughputRefusal | undefined {
  const seen = new Set<string>();
  for (const [index, work] of request.running.entries()) {
    const field = findWorkFault(work);
    if (field !== undefined) return { kind: "running-malformed", index, field };
    if (seen.has(work.jobId)) return { kind: "running-duplicate", jobId: work.jobId };
    seen.add(work.jobId);
  }
  return undefined;
}

function findArtifactRefusal(
  ready: readonly ReadyArtifact[],
  nowMs: number,
): ThroughputRefusal | undefined {
  for (const [index, artifact] of ready.entries()) {
    const field = !isKey(artifact.artifactKey)
      ? "artifactKey"
      : !isOptional(artifact.holderId, isKey)
      ? "holderId"
      : !isCount(artifact.asOfMs) || artifact.asOfMs > nowMs
      ? "asOfMs"
      : !isOptional(artifact.validUntilMs, isCount)
      ? "validUntilMs"
      : undefined;
    if (field !== undefined) return { kind: "artifact-malformed", index, field };
  }
  return undefined;
}

function findWorkFault(work: Work): string | undefined {
  if (!isKey(work.jobId)) return "jobId";
  if (!isKey(work.artifactKey)) return "artifactKey";
  if (!isOptional(work.holderId, isKey)) return "holderId";
  if (!resourceClasses.includes(work.resourceClass)) return "resourceClass";
  if (!silicons.includes(work.silicon)) return "silicon";
  if (!isOptional(work.provider, isKey)) return "provider";
  return isCost(work.costUnits) ? undefined : "costUnits";
}

function findJobFault(job: ThroughputJob): string | undefined {
  const { priority, dependencyKeys, staleAfterMs } = job;
  if (!Number.isSafeInteger(priority) || Math.abs(priority) > limits.priorityMax) return "priority";
  if (dependencyKeys.length > limits.dependencyKeysMax || !dependencyKeys.every(isKey)) {
    return "dependencyKeys";
  }
  if (!isCount(job.createdAtMs)) return "createdAtMs";
  return isOptional(staleAfterMs, (ms) => isCount(ms) && ms > 0) ? undefined : "staleAfterMs";
}
