import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import type { LaneBudget, ThroughputJob, ThroughputRequest, Work } from "./job.ts";
import { planThroughput } from "./plan-throughput.ts";
import { anyThroughputRequest } from "../../testing/planning/throughput-kit.ts";
import type { ThroughputPlan } from "./throughput-plan.ts";

const numRuns = 10_000;
/** 10,000 cases take some seconds on a machine that does other things too. */
const timeoutMs = 60_000;

/** Every job has an id of its own, so that a listed id names one job. */
const distinct = anyThroughputRequest.map((request) => ({
  ...request,
  jobs: [...new Map(request.jobs.map((one) => [one.jobId, one])).values()],
}));

function plan(request: ThroughputRequest): ThroughputPlan {
  const result = planThroughput(request);
  if (!result.ok) throw new Error(result.error.kind);
  return result.value;
}

function isIn(scope: LaneBudget["scope"], one: Work): boolean {
  if (scope.kind === "silicon") return scope.silicon === one.silicon;
  if (scope.resourceClass !== one.resourceClass) return false;
  return scope.kind === "class" || scope.provider === one.provider;
}
const refusedOf = ({ refused }: ThroughputPlan) =>
  refused.map((one) => JSON.stringify(one)).sort().join();
const workOf = (one: Work) => `${one.resourceClass}/${one.holderId ?? ""}/${one.artifactKey}`;
const admittedOf = (request: ThroughputRequest, made: ThroughputPlan): ThroughputJob[] =>
  made.admitted.flatMap(({ jobId }) => request.jobs.find((one) => one.jobId === jobId) ?? []);

test("[TP20] every job is in exactly one list", () => {
  fc.assert(
    fc.property(anyThroughputRequest, (request) => {
      const { budgets: _, ...lists } = plan(request);
      const listed = Object.values(lists).flatMap((list) => list.map((one) => one.jobId));
      expect(listed.sort()).toEqual(request.jobs.map((one) => one.jobId).sort());
    }),
    { numRuns },
  );
}, timeoutMs);

test("[TP22] neither a second planning nor another order of distinct jobs changes the plan", () => {
  fc.assert(
    fc.property(distinct, fc.nat(7), (request, by) => {
      const first = plan(request);
      expect(JSON.stringify(plan(request))).toBe(JSON.stringify(first));
      const jobs = [...request.jobs.slice(by), ...request.jobs.slice(0, by)].reverse();
      const second = plan({ ...request, jobs });
      expect(JSON.stringify({ ...second, refused: [] }))
        .toBe(JSON.stringify({ ...first, refused: [] }));
      expect(refusedOf(second)).toBe(refusedOf(first));
    }),
    { numRuns },
  );
}, timeoutMs);

test(
  "[TP23] what runs and what is admitted never exceeds a budget that running work left open",
  () => {
    fc.assert(
      fc.property(distinct, (request) => {
        const admitted = admittedOf(request, plan(request));
        for (const { scope, placesMax, costUnitsMax } of request.budgets) {
          const started = admitted.filter((one) => isIn(scope, one));
          if (started.length === 0) continue;
          const all = [...started, ...request.running.filter((one) => isIn(scope, one))];
          expect(all.length).toBeLessThanOrEqual(placesMax);
          expect(all.reduce((sum, one) => sum + one.costUnits, 0)).toBeLessThanOrEqual(
            costUnitsMax,
          );
        }
      }),
      { numRuns },
    );
  },
  timeoutMs,
);

test("[TP28] one work starts once, and not while it runs", () => {
  fc.assert(
    fc.property(distinct, (request) => {
      const works = [...admittedOf(request, plan(request)).map(workOf)];
      expect(new Set(works).size).toBe(works.length);
      const running = new Set(request.running.map(workOf));
      expect(works.filter((one) => running.has(one))).toEqual([]);
    }),
    { numRuns },
  );
}, timeoutMs);

test("[TP30] without reservations whoever waits for room fits into none that is left", () => {
  fc.assert(
    fc.property(distinct, (given) => {
      const request = { ...given, policy: { ...given.policy, reserveAfterMs: undefined } };
      const made = plan(request);
      for (const { jobId } of made.deferredPressure) {
        const one = request.jobs.find((other) => other.jobId === jobId);
        if (one === undefined) throw new Error(jobId);
        const hasRoom = request.budgets.every((line, index) => {
          const use = made.budgets[index];
          return !isIn(line.scope, one) || use === undefined ||
            use.placesUsed < use.placesMax && use.costUnitsUsed + one.costUnits <= use.costUnitsMax;
        });
        expect(hasRoom).toBe(false);
      }
    }),
    { numRuns },
  );
}, timeoutMs);

/** Keys that could become ready, found by trying again until nothing changes. */
function findStuckByTrying(request: ThroughputRequest, live: readonly ThroughputJob[]): string[] {
  const meets = (made: Work, key: string, one: Work) =>
    made.artifactKey === key && (made.holderId === undefined || made.holderId === one.holderId);
  const isReady = (key: string, one: Work) =>
    request.ready.some((made) =>
      made.artifactKey === key && (made.validUntilMs ?? Infinity) > request.nowMs &&
      (made.holderId === undefined || made.holderId === one.holderId)
    ) || request.running.some((made) => meets(made, key, one));
  const possible = new Set<ThroughputJob>();
  for (let grown = true; grown;) {
    const more = live.filter((one) =>
      !possible.has(one) && one.dependencyKeys.every((key) => {
        const makers = live.filter((other) => meets(other, key, one));
        return isReady(key, one) || makers.length === 0 || makers.some((it) => possible.has(it));
      })
    );
    for (const one of more) possible.add(one);
    grown = more.length > 0;
  }
  return live.filter((one) => !possible.has(one)).map((one) => one.jobId).sort();
}

test("[TP27] the cyclic jobs are those that trying every order never makes ready", () => {
  fc.assert(
    fc.property(distinct, (request) => {
      const made = plan(request);
      const competing = [
        ...made.admitted,
        ...made.deferredPressure,
        ...made.standBys,
        ...made.deferredDependencies,
        ...made.cyclic,
      ].map((one) => one.jobId);
      const live = request.jobs.filter((one) => competing.includes(one.jobId));
      expect(made.cyclic.map((one) => one.jobId)).toEqual(findStuckByTrying(request, live));
    }),
    { numRuns },
  );
}, timeoutMs);

test(
  "[TP29,TP30] under a steady stream of small newer jobs a large one starts within its bound",
  () => {
    const cases = fc.record({
      order: fc.constantFrom("freshness" as const, "fairness" as const),
      costUnits: fc.integer({ min: 1, max: 4 }),
      runTicks: fc.integer({ min: 1, max: 3 }),
      priority: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(cases, ({ order, costUnits, runTicks, priority }) => {
        const large = smallJob("large", 0, { costUnits });
        // Six ticks to pass priority 5, and what runs then must end.
        const ticksMax = 7 + runTicks;
        let running: { readonly endsAt: number; readonly one: ThroughputJob }[] = [];
        let startedAt = Infinity;
        for (let tick = 0; tick <= ticksMax && startedAt === Infinity; tick += 1) {
          running = running.filter(({ endsAt }) => endsAt > tick);
          const arrivals = [1, 2, 3, 4].map((n) => smallJob(`s${tick}-${n}`, tick, { priority }));
          const made = plan({
            nowMs: tick,
            policy: { order, agingMsPerPoint: 1, agingPointsMax: 100, reserveAfterMs: 0 },
            budgets: [{
              scope: { kind: "silicon", silicon: "cpu" },
              placesMax: 9,
              costUnitsMax: 4,
            }],
            running: running.map(({ one }) => one),
            ready: [],
            jobs: [large, ...arrivals],
          });
          for (const { jobId } of made.admitted) {
            if (jobId === "large") startedAt = tick;
            const one = arrivals.find((other) => other.jobId === jobId);
            if (one !== undefined) running.push({ endsAt: tick + runTicks, one });
          }
        }
        expect(startedAt).toBeLessThanOrEqual(ticksMax);
      }),
      { numRuns },
    );
  },
  timeoutMs,
);

function smallJob(jobId: string, createdAtMs: number, patch: Partial<ThroughputJob>) {
  return {
    jobId,
    artifactKey: jobId,
    holderId: undefined,
    resourceClass: "cpu",
    silicon: "cpu",
    provider: undefined,
    priority: 0,
    costUnits: 1,
    dependencyKeys: [],
    createdAtMs,
    staleAfterMs: undefined,
    ...patch,
  } as const;
}
