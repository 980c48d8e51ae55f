import { expect, test } from "vitest";
import type { ThroughputJob, ThroughputRequest } from "./job.ts";
import { throughputLimits as limits } from "./limits.ts";
import { planThroughput } from "./plan-throughput.ts";

const job: ThroughputJob = {
  jobId: "j",
  artifactKey: "a",
  holderId: undefined,
  resourceClass: "cpu",
  silicon: "cpu",
  provider: undefined,
  priority: 0,
  costUnits: 1,
  dependencyKeys: [],
  createdAtMs: 0,
  staleAfterMs: undefined,
};
const request: ThroughputRequest = {
  nowMs: 100,
  policy: {
    order: "fairness",
    agingMsPerPoint: undefined,
    agingPointsMax: 0,
    reserveAfterMs: undefined,
  },
  budgets: [{ scope: { kind: "silicon", silicon: "cpu" }, placesMax: 4, costUnitsMax: 4 }],
  running: [],
  ready: [],
  jobs: [job],
};
const BAD_NUMBERS = [NaN, -1, Infinity, -Infinity, 0.5, 2 ** 60];

test.each<[field: keyof ThroughputJob, values: readonly unknown[]]>([
  ["jobId", ["", "x".repeat(limits.keyCharsMax + 1)]],
  ["artifactKey", [""]],
  ["holderId", [""]],
  ["resourceClass", ["cloud"]],
  ["silicon", [undefined, "quantum"]],
  ["provider", [""]],
  ["priority", [NaN, Infinity, 0.5, limits.priorityMax + 1, -limits.priorityMax - 1]],
  ["costUnits", [...BAD_NUMBERS, limits.costUnitsMax + 1]],
  ["dependencyKeys", [[""], Array<string>(limits.dependencyKeysMax + 1).fill("k")]],
  ["createdAtMs", BAD_NUMBERS],
  ["staleAfterMs", [...BAD_NUMBERS, 0]],
])("[TP21] a job with a bad %s is refused and the other one starts", (field, values) => {
  for (const value of values) {
    const bad = { ...job, jobId: "bad", [field]: value } as ThroughputJob;
    const result = planThroughput({ ...request, jobs: [bad, job] });
    if (!result.ok) throw new Error(result.error.kind);
    expect(result.value.refused).toEqual([
      { jobId: bad.jobId, reason: { kind: "job-malformed", field } },
    ]);
    expect(result.value.admitted.map((one) => one.jobId)).toEqual(["j"]);
  }
});

test("[TP21] a second job of an id, a job from the future and cloud work for nobody are refused", () => {
  const result = planThroughput({
    ...request,
    jobs: [
      job,
      { ...job, priority: 9 },
      { ...job, jobId: "later", createdAtMs: 101 },
      { ...job, jobId: "cloud", resourceClass: "cloud-provider" },
    ],
  });
  if (!result.ok) throw new Error(result.error.kind);
  expect(result.value.refused.map((one) => one.reason)).toEqual([
    { kind: "job-duplicate" },
    { kind: "job-from-future", aheadMs: 1 },
    { kind: "provider-missing" },
  ]);
  expect(result.value.admitted).toEqual([{ jobId: "j", priorityAged: 0 }]);
});

test("[TP21] a malformed time, policy, budget, artefact or running work refuses the request", () => {
  const errorOf = (patch: unknown) => {
    const result = planThroughput({ ...request, ...(patch as Partial<ThroughputRequest>) });
    return result.ok ? undefined : result.error;
  };
  const [budget] = request.budgets;
  const artifact = { artifactKey: "a", holderId: undefined, asOfMs: 0, validUntilMs: undefined };
  for (const value of BAD_NUMBERS) {
    expect(errorOf({ nowMs: value })).toEqual({ kind: "time-malformed" });
    for (const field of ["agingMsPerPoint", "agingPointsMax", "reserveAfterMs"]) {
      expect(errorOf({ policy: { ...request.policy, [field]: value } }))
        .toEqual({ kind: "policy-malformed", field });
    }
    for (const field of ["placesMax", "costUnitsMax"]) {
      expect(errorOf({ budgets: [{ ...budget, [field]: value }] }))
        .toEqual({ kind: "budget-malformed", index: 0, field });
    }
    for (const field of ["asOfMs", "validUntilMs"]) {
      expect(errorOf({ ready: [{ ...artifact, [field]: value }] }))
        .toEqual({ kind: "artifact-malformed", index: 0, field });
    }
    expect(errorOf({ running: [{ ...job, costUnits: value }] }))
      .toEqual({ kind: "running-malformed", index: 0, field: "costUnits" });
  }
  expect(errorOf({ policy: { ...request.policy, order: "luck" } }))
    .toEqual({ kind: "policy-malformed", field: "order" });
  expect(errorOf({ ready: [{ ...artifact, asOfMs: 101 }] }))
    .toEqual({ kind: "artifact-malformed", index: 0, field: "asOfMs" });
  expect(errorOf({ budgets: [{ ...budget, scope: { kind: "moon" } }] }))
    .toEqual({ kind: "budget-malformed", index: 0, field: "kind" });
  expect(errorOf({ budgets: [budget, budget] }))
    .toEqual({ kind: "budget-duplicate", budget: "silicon:cpu" });
  expect(errorOf({ running: [job, job] })).toEqual({ kind: "running-duplicate", jobId: "j" });
});

test("[TP21] a request above a limit is refused with the limit; one at the limit is planned", () => {
  const jobs = Array.from({ length: limits.jobsMax }, (_, n) => ({ ...job, jobId: `j${n}` }));
  expect(planThroughput({ ...request, jobs }).ok).toBe(true);
  expect(planThroughput({ ...request, jobs: [...jobs, job] })).toEqual({
    ok: false,
    error: { kind: "request-full", field: "jobs", countMax: limits.jobsMax },
  });
});
