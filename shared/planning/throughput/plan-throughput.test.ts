import { expect, test } from "vitest";
import type { LaneBudget, ReadyArtifact, ThroughputJob, ThroughputRequest } from "./job.ts";
import type { ResourceClass, TargetSilicon } from "./job.ts";
import { planThroughput } from "./plan-throughput.ts";
import type { ThroughputPlan } from "./throughput-plan.ts";

const job = (jobId: string, patch: Partial<ThroughputJob> = {}): ThroughputJob => ({
  jobId,
  artifactKey: `made-by-${jobId}`,
  holderId: undefined,
  resourceClass: "cpu",
  silicon: "cpu",
  provider: undefined,
  priority: 0,
  costUnits: 1,
  dependencyKeys: [],
  createdAtMs: 0,
  staleAfterMs: undefined,
  ...patch,
});
const ofClass = (resourceClass: ResourceClass, placesMax: number, costUnitsMax = 1_000) => ({
  scope: { kind: "class" as const, resourceClass },
  placesMax,
  costUnitsMax,
});
const ofSilicon = (
  silicon: TargetSilicon,
  placesMax: number,
  costUnitsMax = 1_000,
): LaneBudget => ({
  scope: { kind: "silicon", silicon },
  placesMax,
  costUnitsMax,
});
const ofProvider = (provider: string, placesMax: number): LaneBudget => ({
  scope: { kind: "provider", resourceClass: "cloud-provider", provider },
  placesMax,
  costUnitsMax: 1_000,
});
const artifact = (artifactKey: string, patch: Partial<ReadyArtifact> = {}): ReadyArtifact => ({
  artifactKey,
  holderId: undefined,
  asOfMs: 0,
  validUntilMs: undefined,
  ...patch,
});
const policy = {
  order: "freshness",
  agingMsPerPoint: undefined,
  agingPointsMax: 0,
  reserveAfterMs: undefined,
} as const;
const request = (patch: Partial<ThroughputRequest>): ThroughputRequest => ({
  nowMs: 1_000,
  policy,
  budgets: [ofSilicon("cpu", 100), ofSilicon("gpu", 1)],
  running: [],
  ready: [],
  jobs: [],
  ...patch,
});

function plan(patch: Partial<ThroughputRequest>): ThroughputPlan {
  const result = planThroughput(request(patch));
  if (!result.ok) throw new Error(result.error.kind);
  return result.value;
}
const ids = (jobs: readonly { readonly jobId: string }[]): string[] => jobs.map((one) => one.jobId);

const generation = { resourceClass: "local-generation", silicon: "gpu" } as const;

test("[TP28] a blocked job of priority 100 blocks neither a ready CPU job nor a ready generation", () => {
  const made = plan({
    jobs: [
      job("blocked", { ...generation, priority: 100, dependencyKeys: ["absent"] }),
      job("gen", { ...generation, priority: 40 }),
      job("cpu", { priority: 50 }),
    ],
  });
  expect(ids(made.admitted)).toEqual(["cpu", "gen"]);
  expect(made.deferredDependencies).toEqual([
    { jobId: "blocked", missing: [{ artifactKey: "absent", producer: "none" }] },
  ]);
});

test("[TP28] of two jobs for one work the newer starts and the older stands by", () => {
  const made = plan({
    jobs: [
      job("old", { artifactKey: "a", createdAtMs: 100 }),
      job("new", { artifactKey: "a", createdAtMs: 200 }),
    ],
  });
  expect(ids(made.admitted)).toEqual(["new"]);
  expect(made.standBys).toEqual([{ jobId: "old", behind: "new" }]);
});

test("[TP28] a better job that waits for an artefact leaves the work to one that is ready", () => {
  const made = plan({
    jobs: [
      job("better", { artifactKey: "a", priority: 9, dependencyKeys: ["absent"] }),
      job("ready", { artifactKey: "a" }),
    ],
  });
  expect(ids(made.admitted)).toEqual(["ready"]);
  expect(ids(made.deferredDependencies)).toEqual(["better"]);
});

test("[TP28] a better job without room leaves the work to one that fits, and stands by", () => {
  const made = plan({
    running: [job("busy", { silicon: "gpu" })],
    jobs: [
      job("on-gpu", { artifactKey: "a", priority: 9, silicon: "gpu" }),
      job("on-cpu", { artifactKey: "a" }),
    ],
  });
  expect(ids(made.admitted)).toEqual(["on-cpu"]);
  expect(made.standBys).toEqual([{ jobId: "on-gpu", behind: "on-cpu" }]);
  expect(made.deferredPressure).toEqual([]);
});

test("[TP28] equal artefacts of other classes or holders are other work", () => {
  const made = plan({
    jobs: [
      job("a", { artifactKey: "k" }),
      job("b", { artifactKey: "k", resourceClass: "data" }),
      job("c", { artifactKey: "k", holderId: "ps_1" }),
      job("d", { artifactKey: "k", holderId: "ps_2" }),
    ],
  });
  expect(ids(made.admitted)).toEqual(["a", "b", "c", "d"]);
});

test("[TP23] a generation budget of one and an embedding budget of two hold over four jobs", () => {
  const made = plan({
    budgets: [ofClass("local-generation", 1), ofClass("embedding", 2)],
    jobs: [
      job("local-a", { ...generation, priority: 9 }),
      job("local-b", { ...generation, priority: 8 }),
      job("embed-a", { resourceClass: "embedding", priority: 7 }),
      job("embed-b", { resourceClass: "embedding", priority: 6 }),
    ],
  });
  expect(ids(made.admitted)).toEqual(["local-a", "embed-a", "embed-b"]);
  expect(made.deferredPressure).toEqual([{
    jobId: "local-b",
    priorityAged: 8,
    reasons: [{ kind: "places-used", budget: "class:local-generation", placesFree: 0 }],
  }]);
});

test("[TP26] a stale job of priority 100 is dropped before it uses the only place", () => {
  const made = plan({
    nowMs: 100,
    budgets: [ofSilicon("cpu", 1)],
    jobs: [
      job("stale", { priority: 100, staleAfterMs: 50 }),
      job("fresh", { createdAtMs: 60, staleAfterMs: 40 }),
    ],
  });
  expect(made.droppedStale).toEqual([{ jobId: "stale", ageMs: 100 }]);
  expect(ids(made.admitted)).toEqual(["fresh"]);
});

const mixed = [
  job("data", { resourceClass: "data", priority: 100 }),
  job("answer", { ...generation, priority: 90, dependencyKeys: ["room"] }),
  job("decode", {
    artifactKey: "frame",
    resourceClass: "media",
    priority: 80,
    dependencyKeys: ["packet"],
  }),
  job("render", { resourceClass: "render", priority: 70, dependencyKeys: ["frame"] }),
];

test("[TP32] data, inference and media start; the frame to render waits and starts once it is ready", () => {
  const ready = [artifact("room"), artifact("packet")];
  const first = plan({ jobs: mixed, ready });
  expect(ids(first.admitted)).toEqual(["data", "answer", "decode"]);
  expect(first.deferredDependencies).toEqual([
    { jobId: "render", missing: [{ artifactKey: "frame", producer: "proposed" }] },
  ]);
  const second = plan({ jobs: mixed.slice(3), ready: [...ready, artifact("frame")] });
  expect(ids(second.admitted)).toEqual(["render"]);
});

test("[TP32] what a holder has meets no other holder's dependency, and nothing lapsed meets any", () => {
  const needs = (holderId: string) => job(holderId, { holderId, dependencyKeys: ["memory"] });
  const made = plan({
    ready: [artifact("memory", { holderId: "ps_1" })],
    jobs: [needs("ps_1"), needs("ps_2")],
  });
  expect(ids(made.admitted)).toEqual(["ps_1"]);
  expect(ids(made.deferredDependencies)).toEqual(["ps_2"]);
  const admittedAt = (nowMs: number) =>
    ids(
      plan({ nowMs, ready: [artifact("memory", { validUntilMs: 500 })], jobs: [needs("ps_1")] })
        .admitted,
    );
  expect([admittedAt(499), admittedAt(500)]).toEqual([["ps_1"], []]);
});

test("[TP23] a GPU budget of two is shared by four jobs of different classes", () => {
  const onGpu = (id: string, resourceClass: ResourceClass, priority: number) =>
    job(id, { resourceClass, silicon: "gpu", priority });
  const made = plan({
    budgets: [ofSilicon("gpu", 2)],
    jobs: [
      onGpu("render", "render", 1),
      onGpu("media", "media", 2),
      onGpu("embedding", "embedding", 3),
      onGpu("generation", "local-generation", 4),
    ],
  });
  expect(ids(made.admitted)).toEqual(["generation", "embedding"]);
  expect(ids(made.deferredPressure)).toEqual(["media", "render"]);
});

test("[TP23] running work is subtracted, also from a budget that has shrunk below it", () => {
  const running = [job("r1", { costUnits: 4 }), job("r2", { costUnits: 4 })];
  const tried = (placesMax: number, costUnitsMax: number) =>
    plan({ running, budgets: [ofSilicon("cpu", placesMax, costUnitsMax)], jobs: [job("j")] });
  expect(ids(tried(3, 9).admitted)).toEqual(["j"]);
  expect(tried(3, 8).deferredPressure[0]?.reasons).toEqual([
    { kind: "cost-used", budget: "silicon:cpu", costUnitsFree: 0 },
  ]);
  const free = plan({
    running,
    budgets: [ofSilicon("cpu", 9, 7)],
    jobs: [job("free", { costUnits: 0 })],
  });
  expect(ids(free.deferredPressure)).toEqual(["free"]);
  expect(tried(1, 100).deferredPressure[0]?.reasons).toEqual([
    { kind: "places-used", budget: "silicon:cpu", placesFree: 0 },
  ]);
});

test("[TP24] a GPU job under a CPU budget only is dropped, even while it lacks an artefact too", () => {
  const made = plan({
    budgets: [ofSilicon("cpu", 1)],
    jobs: [job("lost", { ...generation, dependencyKeys: ["absent"] })],
  });
  expect(made.droppedNoBudget).toEqual([
    { jobId: "lost", scopes: ["silicon:gpu", "class:local-generation"] },
  ]);
  expect([made.deferredPressure, made.deferredDependencies]).toEqual([[], []]);
});

test("[TP24] each cloud provider has its own budget and lends none", () => {
  const cloud = (id: string, provider: string) =>
    job(id, { resourceClass: "cloud-provider", silicon: "cloud", provider });
  const made = plan({
    budgets: [ofProvider("openai", 1), ofProvider("deepseek", 1), ofSilicon("cloud", 9)],
    jobs: [cloud("o1", "openai"), cloud("o2", "openai"), cloud("d1", "deepseek"), cloud("x", "x")],
  });
  expect(ids(made.admitted)).toEqual(["d1", "o1"]);
  expect(ids(made.deferredPressure)).toEqual(["o2"]);
  expect(made.droppedNoBudget).toEqual([{ jobId: "x", scopes: ["provider:cloud-provider:x"] }]);
});

test("[TP25] a job above its budget's cost, or in a closed budget, is told that it never fits", () => {
  const made = plan({
    budgets: [ofSilicon("cpu", 1, 5), ofSilicon("gpu", 0)],
    jobs: [job("big", { costUnits: 6 }), job("gpu", { silicon: "gpu" }), job("fits")],
  });
  expect(made.neverFits).toEqual([
    {
      jobId: "big",
      reasons: [{ kind: "cost-above-budget", budget: "silicon:cpu", costUnitsMax: 5 }],
    },
    { jobId: "gpu", reasons: [{ kind: "budget-closed", budget: "silicon:gpu" }] },
  ]);
  expect(ids(made.admitted)).toEqual(["fits"]);
});

test("[TP27] jobs in a cycle and behind one are reported with it; one way out frees them all", () => {
  const chain = (id: string, makes: string, needs: string) =>
    job(id, { artifactKey: makes, dependencyKeys: [needs] });
  const jobs = [
    chain("j2", "b", "a"),
    chain("j1", "a", "c"),
    chain("j3", "c", "b"),
    chain("tail", "d", "c"),
    chain("self", "s", "s"),
    chain("waits", "w", "elsewhere"),
  ];
  const made = plan({ jobs });
  const cycle = ["j1", "j3", "j2"];
  expect(made.cyclic).toEqual([
    { jobId: "j1", cycle },
    { jobId: "j2", cycle },
    { jobId: "j3", cycle },
    { jobId: "self", cycle: ["self"] },
    { jobId: "tail", cycle },
  ]);
  expect(ids(made.deferredDependencies)).toEqual(["waits"]);
  const freed = plan({ jobs: [...jobs, job("other-way", { artifactKey: "b" })] });
  expect(ids(freed.cyclic)).toEqual(["self"]);
  expect(ids(freed.deferredDependencies)).toEqual(["j1", "j2", "j3", "tail", "waits"]);
});

test("[TP29] at equal priority freshness takes the newest and fairness the oldest", () => {
  const jobs = [1, 2, 3].map((ms) => job(`j${ms}`, { createdAtMs: ms }));
  const order = (order: "freshness" | "fairness") =>
    ids(plan({ jobs, policy: { ...policy, order } }).admitted);
  expect(order("freshness")).toEqual(["j3", "j2", "j1"]);
  expect(order("fairness")).toEqual(["j1", "j2", "j3"]);
});

test("[TP29] waiting raises the priority, and never above agingPointsMax", () => {
  const jobs = [job("old", { priority: 0 }), job("new", { priority: 5, createdAtMs: 1_000 })];
  const first = (agingPointsMax: number) =>
    plan({ jobs, policy: { ...policy, agingMsPerPoint: 100, agingPointsMax } }).admitted[0];
  expect(first(50)).toEqual({ jobId: "old", priorityAged: 10 });
  expect(first(4)).toEqual({ jobId: "new", priorityAged: 5 });
});

test("[TP30] a large job is passed by small ones until it waited reserveAfterMs", () => {
  const tried = (nowMs: number) =>
    plan({
      nowMs,
      policy: { ...policy, order: "fairness", reserveAfterMs: 500 },
      budgets: [ofSilicon("cpu", 9, 10)],
      running: [job("busy", { costUnits: 5 })],
      jobs: [job("large", { costUnits: 8 }), job("small", { createdAtMs: 1 })],
    });
  expect(ids(tried(499).admitted)).toEqual(["small"]);
  expect(tried(500).admitted).toEqual([]);
  expect(tried(500).deferredPressure.map((one) => one.reasons[0]?.kind))
    .toEqual(["cost-used", "reserved"]);
});

test("[TP31] work that runs is not started again, whether proposed by id or by artefact", () => {
  const made = plan({
    running: [job("r", { artifactKey: "a" })],
    jobs: [job("r"), job("same", { artifactKey: "a" }), job("after", { dependencyKeys: ["a"] })],
  });
  expect(made.deferredRunning).toEqual([
    { jobId: "r", behind: "r" },
    { jobId: "same", behind: "r" },
  ]);
  expect(made.deferredDependencies).toEqual([
    { jobId: "after", missing: [{ artifactKey: "a", producer: "running" }] },
  ]);
});

test("[TP31] a ready artefact settles jobs made until then; a later job asks for a newer one", () => {
  const made = plan({
    ready: [artifact("a", { asOfMs: 10 })],
    jobs: [10, 11].map((ms) => job(`j${ms}`, { artifactKey: "a", createdAtMs: ms })),
  });
  expect(ids(made.alreadyReady)).toEqual(["j10"]);
  expect(ids(made.admitted)).toEqual(["j11"]);
});

test("[TP23] a bridge message is answered while consolidation waits for the background's budget", () => {
  const made = plan({
    budgets: [ofSilicon("gpu", 2), ofClass("memory-consolidation", 1)],
    running: [job("m0", { resourceClass: "memory-consolidation", silicon: "gpu" })],
    jobs: [
      job("consolidate", { resourceClass: "memory-consolidation", silicon: "gpu" }),
      job("respond", { ...generation, priority: 50, dependencyKeys: ["bridge:message"] }),
    ],
    ready: [artifact("bridge:message", { validUntilMs: 60_000 })],
  });
  expect(ids(made.admitted)).toEqual(["respond"]);
  expect(ids(made.deferredPressure)).toEqual(["consolidate"]);
});
