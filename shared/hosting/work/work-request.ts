/**
 * Work request: what waits and runs on this device, as the throughput planner reads it (D35).
 *
 * Pure. Owns how inputs become jobs and the engine becomes budgets. Does not own the order among
 * inputs (the ledger's, which the priorities keep) nor the planning.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO37  Between personas begun inputs go first, then people's turns, follow-ups and ambient work
 *         (D20); in each the ledger's order, which waiting changes and never beyond its own kind.
 *   HO38  Each class of background work has one place at most, and none while the page is hidden,
 *         the device runs on battery, or the lane is software.
 *   HO39  Ambient work that waited `starvedAfterMs` is taken next, and not asked back.
 */

import { assert } from "../../base/assert.ts";
import type { Lane } from "../../inference/engine.ts";
import { standingOf, type Urgency } from "../../ledger/input-policy.ts";
import { ledgerLimits } from "../../ledger/limits.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import { holdLimits } from "../../planning/holds/limits.ts";
import type {
  BudgetScope,
  LaneBudget,
  ResourceClass,
  TargetSilicon,
  ThroughputRequest,
  Work,
} from "../../planning/throughput/job.ts";
import { throughputLimits } from "../../planning/throughput/limits.ts";
import { hostingLimits as limits } from "../limits.ts";
import type {
  BackgroundJob,
  DeviceLoad,
  EngineWork,
  RunningWork,
  WorkFacts,
} from "./work-facts.ts";

const siliconByLane: Readonly<Record<Lane, TargetSilicon>> = Object.freeze({
  "webgpu": "gpu",
  "webgpu-software": "cpu",
  "cpu": "cpu",
  // Behind an endpoint: what is scarce here is the line to it.
  "unknown": "network",
});

const backgroundClasses: readonly ResourceClass[] = [
  "background",
  "memory-consolidation",
  "embedding",
];

/** Jobs in one kind at most, and what waiting adds: the kinds never overlap. */
const BAND = ledgerLimits.inputsLiveMax + limits.agingPointsMax;
const bands = ["ambient", "work", "directed", "first"] as const;
type Band = (typeof bands)[number];

/** Something that could start now. */
export interface Candidate {
  readonly work: RunningWork;
  readonly waitingSinceMs: number;
  readonly priority: number;
}

/** What could start now on the engine, inputs in the ledger's order first; nothing without one. */
export function candidatesOf(facts: WorkFacts): readonly Candidate[] {
  const { engine, question, background } = facts;
  if (engine === undefined) return [];
  return [
    ...question.heads.map((input, index) => candidateOfInput(facts, engine, input, index)),
    ...background.map((job) => candidateOfJob(facts, engine, job)),
  ];
}

/** Projects what waits and runs. Without an engine there is no budget. */
export function workRequest(
  { nowMs, engine, device, running }: WorkFacts,
  candidates: readonly Candidate[],
): ThroughputRequest {
  return {
    nowMs,
    policy: {
      order: "fairness",
      agingMsPerPoint: limits.agingMsPerPoint,
      agingPointsMax: limits.agingPointsMax,
      reserveAfterMs: undefined,
    },
    budgets: engine === undefined ? [] : budgetsOf(engine, device),
    running,
    ready: [],
    jobs: candidates.map(({ work, waitingSinceMs, priority }) => ({
      ...work,
      priority,
      dependencyKeys: [],
      createdAtMs: waitingSinceMs,
      staleAfterMs: undefined,
    })),
  };
}

/** The holder of an input's work: its persona. */
export function holderOf({ roomId, persona }: InputRecord): string {
  return `${roomId}/${persona}`;
}

/** Whose waiting counts together: that of one persona for work of one urgency. */
export function waitingKeyOf(input: InputRecord): string {
  return `${urgencyOf(input)}/${holderOf(input)}`;
}

/** For the gate a begun input is a person's: she sees it. */
export function urgencyOf(input: InputRecord): Urgency {
  const standing = standingOf(input);
  return standing === "begun" ? "directed" : standing;
}

/** True for ambient work that waited too long to yield once more (HO39, TP47). */
function isStarved(urgency: Urgency, waitedMs: number): boolean {
  return urgency === "ambient" && waitedMs >= holdLimits.starvedAfterMs;
}

function candidateOfInput(
  { nowMs, waitingSinceMs }: WorkFacts,
  engine: EngineWork,
  input: InputRecord,
  index: number,
): Candidate {
  const sinceMs = waitingSinceMs.get(waitingKeyOf(input)) ?? nowMs;
  const urgency = urgencyOf(input);
  const isKept = isStarved(urgency, nowMs - sinceMs);
  const standing = standingOf(input);
  return {
    work: {
      ...onEngine(engine),
      jobId: input.id,
      artifactKey: "answer",
      holderId: holderOf(input),
      resourceClass: urgency === "ambient" ? "background" : "local-generation",
      urgency,
      isKept,
      isAskedBack: false,
    },
    waitingSinceMs: sinceMs,
    priority: priorityOf(isKept || standing === "begun" ? "first" : standing, index),
  };
}

function candidateOfJob({ nowMs }: WorkFacts, engine: EngineWork, job: BackgroundJob): Candidate {
  const { jobId, artifactKey, holderId, resourceClass, createdAtMs } = job;
  const isKept = isStarved("ambient", nowMs - createdAtMs);
  return {
    work: {
      ...onEngine(engine),
      ...{ jobId, artifactKey, holderId, resourceClass },
      urgency: "ambient",
      isKept,
      isAskedBack: false,
    },
    waitingSinceMs: createdAtMs,
    priority: priorityOf(isKept ? "first" : "ambient", ledgerLimits.inputsLiveMax - 1),
  };
}

/** What all work of the engine has in common; every place costs the same, so that cost is 0. */
function onEngine({ lane, engine }: EngineWork): Pick<Work, "silicon" | "provider" | "costUnits"> {
  return { silicon: siliconByLane[lane], provider: engine, costUnits: 0 };
}

/** `index` is the place in the ledger's order. */
function priorityOf(band: Band, index: number): number {
  const { inputsLiveMax } = ledgerLimits;
  assert(index < inputsLiveMax, `Cannot rank input ${index}: at most ${inputsLiveMax} are live`);
  return bands.indexOf(band) * BAND + inputsLiveMax - 1 - index - throughputLimits.priorityMax;
}

function budgetsOf(engine: EngineWork, device: DeviceLoad): readonly LaneBudget[] {
  const provider = engine.engine;
  const budget = (scope: BudgetScope, placesMax: number): LaneBudget => ({
    scope,
    placesMax,
    costUnitsMax: 0,
  });
  const isClosed = device.isHidden === true || device.isOnBattery === true ||
    engine.lane === "webgpu-software"; // HO38
  return [
    budget({ kind: "silicon", silicon: siliconByLane[engine.lane] }, engine.slots),
    budget({ kind: "provider", resourceClass: "local-generation", provider }, engine.slots),
    ...backgroundClasses.map((resourceClass) =>
      budget({ kind: "provider", resourceClass, provider }, isClosed ? 0 : 1)
    ),
  ];
}
