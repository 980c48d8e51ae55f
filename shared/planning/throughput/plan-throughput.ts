/**
 * Throughput planner: of the work proposed, what starts now, what waits for what, what is dropped.
 *
 * Pure and synchronous; it starts nothing and wakes nobody. The caller plans again when something
 * it waits for changes: work ended, an artefact became ready, a budget changed. A job admitted here
 * makes its artefact ready for a later plan, not for this one.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP20  Every job of a request is in exactly one list of its plan.
 *   TP22  Equal requests give equal plans; the order of jobs with distinct ids changes nothing.
 *   TP26  A job older than its `staleAfterMs` is dropped before it can use a budget.
 *   TP28  Of jobs for one work (class, holder, artefact) at most one starts: the first in order
 *         that is ready and fits. The others stand by; one that waits for artefacts displaces
 *         nobody.
 *   TP29  Higher aged priority first, then newest or oldest as the policy says, then by id. Ageing
 *         adds at most `agingPointsMax`.
 *   TP30  Who does not fit blocks nobody, until it waited `reserveAfterMs`: then its budgets take
 *         nobody who comes later in the plan.
 *   TP31  Work is not started twice: not while it runs, and not when its artefact is ready and
 *         valid and shows a state as of the job's creation or newer.
 *   TP32  A dependency is met by a valid artefact of everybody or of the job's own holder.
 */

import { err, ok } from "../../base/result.ts";
import type { Result } from "../../base/result.ts";
import { enterWork, findMissingScopes, findNeverFits, findPressure } from "./budget-book.ts";
import { linesOf, listBudgetUse, openBudgetBook, reserveLines } from "./budget-book.ts";
import type { BudgetBook } from "./budget-book.ts";
import { findStuckJobs } from "./find-stuck-jobs.ts";
import type { ReadyArtifact, ThroughputJob, ThroughputPolicy } from "./job.ts";
import type { ThroughputRequest, Work } from "./job.ts";
import type { AdmittedJob, MissingArtifact, PressedJob, StandByJob } from "./throughput-plan.ts";
import type { ThroughputPlan, ThroughputRefusal } from "./throughput-plan.ts";
import { findJobRefusal, findRequestRefusal } from "./validate-throughput.ts";

/** Plans once, in n log n of the jobs. Refuses a request whose shared part is malformed. */
export function planThroughput(
  request: ThroughputRequest,
): Result<ThroughputPlan, ThroughputRefusal> {
  const refusal = findRequestRefusal(request);
  if (refusal !== undefined) return err(refusal);
  const book = openBudgetBook(request.budgets, request.running);
  const { live, ...settled } = sortOut(request, book);
  const { runnable, cyclic, deferredDependencies } = splitByDependency(request, live);
  return ok({
    ...admit(request, book, runnable),
    deferredDependencies,
    deferredRunning: settled.deferredRunning.sort(byId),
    alreadyReady: settled.alreadyReady.sort(byId),
    cyclic,
    neverFits: settled.neverFits.sort(byId),
    droppedNoBudget: settled.droppedNoBudget.sort(byId),
    droppedStale: settled.droppedStale.sort(byId),
    refused: settled.refused,
    budgets: listBudgetUse(book),
  });
}

type Mutable<T> = T extends readonly (infer One)[] ? One[] : never;
type SettledList =
  | "deferredRunning"
  | "alreadyReady"
  | "neverFits"
  | "droppedNoBudget"
  | "droppedStale"
  | "refused";
type Settled = { readonly [List in SettledList]: Mutable<ThroughputPlan[List]> };

/** Takes out what needs no comparison with other jobs; the rest is live. */
function sortOut(
  request: ThroughputRequest,
  book: BudgetBook,
): Settled & { readonly live: readonly ThroughputJob[] } {
  const { nowMs } = request;
  const live: ThroughputJob[] = [];
  const lists: Settled = {
    deferredRunning: [],
    alreadyReady: [],
    neverFits: [],
    droppedNoBudget: [],
    droppedStale: [],
    refused: [],
  };
  const asOfMsByArtifact = newestByArtifact(validArtifacts(request));
  const runningIds = new Set(request.running.map((work) => work.jobId));
  const runningIdByWork = new Map(request.running.map((work) => [workKey(work), work.jobId]));
  const seen = new Set<string>();
  for (const job of request.jobs) {
    const { jobId } = job;
    const refusal = findJobRefusal(job, nowMs);
    const reason = refusal ?? (seen.has(jobId) ? { kind: "job-duplicate" as const } : undefined);
    if (reason !== undefined) {
      lists.refused.push({ jobId, reason }); // TP21
      continue;
    }
    seen.add(jobId);
    const ageMs = nowMs - job.createdAtMs;
    const runningId = runningIds.has(jobId) ? jobId : runningIdByWork.get(workKey(job));
    const asOfMs = asOfMsByArtifact.get(artifactId(job.holderId, job.artifactKey));
    const scopes = findMissingScopes(book, job);
    const neverFits = findNeverFits(linesOf(book, job), job);
    if (job.staleAfterMs !== undefined && ageMs > job.staleAfterMs) {
      lists.droppedStale.push({ jobId, ageMs }); // TP26
    } else if (asOfMs !== undefined && asOfMs >= job.createdAtMs) {
      lists.alreadyReady.push({ jobId }); // TP31
    } else if (runningId !== undefined) {
      lists.deferredRunning.push({ jobId, behind: runningId }); // TP31
    } else if (scopes !== undefined) {
      lists.droppedNoBudget.push({ jobId, scopes }); // TP24
    } else if (neverFits.length > 0) {
      lists.neverFits.push({ jobId, reasons: neverFits }); // TP25
    } else {
      live.push(job);
    }
  }
  return { ...lists, live };
}

function splitByDependency(request: ThroughputRequest, live: readonly ThroughputJob[]): {
  readonly runnable: readonly ThroughputJob[];
  readonly cyclic: ThroughputPlan["cyclic"];
  readonly deferredDependencies: ThroughputPlan["deferredDependencies"];
} {
  const ready = newestByArtifact(validArtifacts(request));
  const coming = new Set(
    request.running.map(({ holderId, artifactKey }) => artifactId(holderId, artifactKey)),
  );
  const made = new Set(live.map((job) => artifactId(job.holderId, job.artifactKey)));
  const linked = live.map((job) => {
    const keys = [...new Set(job.dependencyKeys)].sort();
    const keysMissing = keys.filter((key) => !meetersOf(job, key).some((id) => ready.has(id)));
    return {
      job,
      jobId: job.jobId,
      makes: artifactId(job.holderId, job.artifactKey),
      keysMissing,
      missing: keysMissing.map((key) => meetersOf(job, key)),
    };
  });
  const cyclic = findStuckJobs(linked, coming);
  const stuckIds = new Set(cyclic.map((one) => one.jobId));
  const producerOf = (ids: readonly string[]): MissingArtifact["producer"] => {
    if (ids.some((id) => coming.has(id))) return "running";
    return ids.some((id) => made.has(id)) ? "proposed" : "none";
  };
  return {
    runnable: linked.filter((one) => one.missing.length === 0).map((one) => one.job),
    cyclic,
    deferredDependencies: linked
      .filter((one) => one.missing.length > 0 && !stuckIds.has(one.jobId))
      .map(({ jobId, keysMissing, missing }) => ({
        jobId,
        missing: keysMissing.map((artifactKey, index) => ({
          artifactKey,
          producer: producerOf(missing[index] ?? []),
        })),
      }))
      .sort(byId),
  };
}

/** Greedy list scheduling over the runnable jobs in order (Graham 1969), with reservations. */
function admit(
  request: ThroughputRequest,
  book: BudgetBook,
  runnable: readonly ThroughputJob[],
): Pick<ThroughputPlan, "admitted" | "deferredPressure" | "standBys"> {
  const { policy, nowMs } = request;
  const ranked = runnable
    .map((job) => ({ job, priorityAged: agePriority(job, policy, nowMs) }))
    .sort((a, b) =>
      b.priorityAged - a.priorityAged || compareAge(a.job, b.job, policy) || byId(a.job, b.job)
    ); // TP29
  const admitted: AdmittedJob[] = [];
  const pressed: PressedJob[] = [];
  const leaderByWork = new Map<string, { readonly jobId: string; readonly isAdmitted: boolean }>();
  for (const { job, priorityAged } of ranked) {
    const { jobId } = job;
    const key = workKey(job);
    const leader = leaderByWork.get(key);
    if (leader?.isAdmitted === true) continue; // TP28
    const lines = linesOf(book, job);
    const reasons = findPressure(lines, job);
    if (reasons.length === 0) {
      enterWork(lines, job); // TP23
      admitted.push({ jobId, priorityAged });
      leaderByWork.set(key, { jobId, isAdmitted: true });
      continue;
    }
    pressed.push({ jobId, priorityAged, reasons });
    if (leader === undefined) leaderByWork.set(key, { jobId, isAdmitted: false });
    const { reserveAfterMs } = policy;
    if (reserveAfterMs !== undefined && nowMs - job.createdAtMs >= reserveAfterMs) {
      reserveLines(lines, jobId); // TP30
    }
  }
  const leaderIds = new Set([...leaderByWork.values()].map((leader) => leader.jobId));
  const standBys: StandByJob[] = ranked
    .filter(({ job }) => !leaderIds.has(job.jobId))
    .map(({ job }) => ({
      jobId: job.jobId,
      behind: leaderByWork.get(workKey(job))?.jobId ?? job.jobId,
    }));
  return {
    admitted,
    deferredPressure: pressed.filter((one) => leaderIds.has(one.jobId)),
    standBys: standBys.sort(byId),
  };
}

function agePriority(job: ThroughputJob, policy: ThroughputPolicy, nowMs: number): number {
  if (policy.agingMsPerPoint === undefined) return job.priority;
  const points = Math.floor((nowMs - job.createdAtMs) / policy.agingMsPerPoint);
  return job.priority + Math.min(points, policy.agingPointsMax);
}

function compareAge(a: ThroughputJob, b: ThroughputJob, policy: ThroughputPolicy): number {
  const oldestFirst = a.createdAtMs - b.createdAtMs;
  return policy.order === "fairness" ? oldestFirst : -oldestFirst;
}

function validArtifacts({ ready, nowMs }: ThroughputRequest): readonly ReadyArtifact[] {
  return ready.filter((one) => one.validUntilMs === undefined || nowMs < one.validUntilMs);
}

function newestByArtifact(ready: readonly ReadyArtifact[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { holderId, artifactKey, asOfMs } of ready) {
    const id = artifactId(holderId, artifactKey);
    newest.set(id, Math.max(asOfMs, newest.get(id) ?? 0));
  }
  return newest;
}

/** The artefacts that would meet a dependency (TP32). */
function meetersOf({ holderId }: ThroughputJob, key: string): readonly string[] {
  const ofEverybody = artifactId(undefined, key);
  return holderId === undefined ? [ofEverybody] : [artifactId(holderId, key), ofEverybody];
}

/** Unambiguous text of a holder and a key. */
function artifactId(holderId: string | undefined, artifactKey: string): string {
  return JSON.stringify([holderId ?? null, artifactKey]);
}

function workKey({ resourceClass, holderId, artifactKey }: Work): string {
  return `${resourceClass}:${artifactId(holderId, artifactKey)}`;
}

function byId(a: { readonly jobId: string }, b: { readonly jobId: string }): number {
  return a.jobId < b.jobId ? -1 : a.jobId > b.jobId ? 1 : 0;
}
