/**
 * Finds jobs that wait for themselves: those that no order of work could ever make ready.
 *
 * A job needs all its missing artefacts; an artefact needs one of its producers. What can become
 * ready is the least fixed point of the two, found in time linear in the keys (the counting form of
 * Dowling and Gallier 1984 for Horn clauses). An artefact that no job here makes may come from
 * elsewhere, so it makes nobody stuck.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP27  A job that waits for itself, or only for such jobs, is reported with the cycle.
 */

import type { CyclicJob } from "./throughput-plan.ts";

/** A job as the search sees it. */
export interface LinkedJob {
  readonly jobId: string;
  /** Identity of the artefact it makes. */
  readonly makes: string;
  /** For each missing key, the artefact identities that would meet it. */
  readonly missing: readonly (readonly string[])[];
}

/** Returns the stuck jobs by id. `comingFromElsewhere` holds what running work makes. */
export function findStuckJobs(
  jobs: readonly LinkedJob[],
  comingFromElsewhere: ReadonlySet<string>,
): readonly CyclicJob[] {
  const makers = firstMakerByArtifact(jobs);
  const unmetByJob = new Map<LinkedJob, Set<number>>();
  const waitersByArtifact = new Map<string, { job: LinkedJob; need: number }[]>();
  const coming: string[] = [];
  for (const job of jobs) {
    const unmet = new Set<number>();
    for (const [need, artifacts] of job.missing.entries()) {
      const isOpen = artifacts.some((one) => comingFromElsewhere.has(one)) ||
        !artifacts.some((one) => makers.has(one));
      if (isOpen) continue;
      unmet.add(need);
      for (const artifact of artifacts) {
        const waiters = waitersByArtifact.get(artifact) ?? [];
        waiters.push({ job, need });
        waitersByArtifact.set(artifact, waiters);
      }
    }
    unmetByJob.set(job, unmet);
    if (unmet.size === 0) coming.push(job.makes);
  }
  for (let artifact = coming.pop(); artifact !== undefined; artifact = coming.pop()) {
    for (const { job, need } of waitersByArtifact.get(artifact) ?? []) {
      const unmet = unmetByJob.get(job);
      if (unmet?.delete(need) === true && unmet.size === 0) coming.push(job.makes);
    }
    waitersByArtifact.delete(artifact);
  }
  return nameCycles(jobs, unmetByJob, makers);
}

function firstMakerByArtifact(jobs: readonly LinkedJob[]): ReadonlyMap<string, LinkedJob> {
  const makers = new Map<string, LinkedJob>();
  for (const job of jobs) {
    const known = makers.get(job.makes);
    if (known === undefined || job.jobId < known.jobId) makers.set(job.makes, job);
  }
  return makers;
}

/** Each stuck job waits for one other stuck job at least; following it ends in a cycle. */
function nameCycles(
  jobs: readonly LinkedJob[],
  unmetByJob: ReadonlyMap<LinkedJob, ReadonlySet<number>>,
  makers: ReadonlyMap<string, LinkedJob>,
): readonly CyclicJob[] {
  const nextOf = (job: LinkedJob): LinkedJob | undefined => {
    const candidates = [...unmetByJob.get(job) ?? []]
      .flatMap((need) => job.missing[need] ?? [])
      .flatMap((artifact) => makers.get(artifact) ?? []);
    return candidates.reduce<LinkedJob | undefined>(
      (best, one) => best === undefined || one.jobId < best.jobId ? one : best,
      undefined,
    );
  };
  const cycleByJob = new Map<LinkedJob, readonly string[]>();
  const stuck = jobs.filter((job) => (unmetByJob.get(job)?.size ?? 0) > 0);
  for (const start of stuck) {
    const path = new Map<LinkedJob, number>();
    let job: LinkedJob | undefined = start;
    while (job !== undefined && !path.has(job) && !cycleByJob.has(job)) {
      path.set(job, path.size);
      job = nextOf(job);
    }
    if (job === undefined) continue;
    const cycle = cycleByJob.get(job) ??
      smallestFirst([...path.keys()].slice(path.get(job)).map((one) => one.jobId));
    for (const one of path.keys()) cycleByJob.set(one, cycle);
  }
  return stuck
    .map((job) => ({ jobId: job.jobId, cycle: cycleByJob.get(job) ?? [job.jobId] }))
    .sort((a, b) => a.jobId < b.jobId ? -1 : 1);
}

function smallestFirst(ids: readonly string[]): readonly string[] {
  const first = ids.reduce((best, id, index) => id < (ids[best] ?? id) ? index : best, 0);
  return [...ids.slice(first), ...ids.slice(0, first)];
}
