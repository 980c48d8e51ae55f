/**
 * Decide work: of all that waits, what starts next, why the rest waits, and whose place is asked
 * back for it.
 *
 * Pure. The throughput planner says who comes first, the admission gate whether there is a place;
 * both are asked about the same facts, so that what is chosen here gets its place.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO40  Ambient work gives its place back when an input that people see needs one, or its own
 *         persona.
 *   HO41  Everything that waits has its reason, from the planner, the gate or the ledger.
 */

import { assert, Defect } from "../../base/assert.ts";
import type { Urgency } from "../../ledger/input-policy.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import {
  type AdmissionRefusal,
  type AdmissionRequest,
  admitCall,
} from "../../planning/holds/admission-gate.ts";
import type { ThroughputPlan } from "../../planning/throughput/throughput-plan.ts";
import { planThroughput } from "../../planning/throughput/plan-throughput.ts";
import type { RunningWork, WaitReason, WorkFacts } from "./work-facts.ts";
import { type Candidate, candidatesOf, holderOf, urgencyOf, workRequest } from "./work-request.ts";

/** The gate's lane of the engine. */
export const ENGINE_LANE = "engine";

/** What may start now, with what it takes. */
export interface ChosenWork {
  readonly work: RunningWork;
  /** Asks the gate for its place. */
  readonly request: AdmissionRequest;
}

export interface WorkDecision {
  readonly first: ChosenWork | undefined;
  /** By job id; a job of an input has the input's. */
  readonly waits: ReadonlyMap<string, WaitReason>;
  /** Running jobs that must give their places back. */
  readonly askBack: readonly string[];
}

/** Decides once; ask again after anything of it changed, such as the start of `first`. */
export function decideWork(facts: WorkFacts): WorkDecision {
  const candidates = candidatesOf(facts);
  const planned = planThroughput(workRequest(facts, candidates));
  assert(planned.ok, "Cannot plan this device's work: the projection is malformed");
  const waits = new Map<string, WaitReason>(
    facts.question.later.map(({ input, why }) => [input.id, why]),
  );
  for (const [jobId, reason] of planReasons(planned.value)) waits.set(jobId, reason);
  const candidatesById = new Map(candidates.map((one) => [one.work.jobId, one]));
  let first: ChosenWork | undefined;
  for (const { jobId } of planned.value.admitted) {
    const candidate = candidatesById.get(jobId);
    assert(candidate !== undefined, `Cannot start ${jobId}: nobody asked for it`);
    const request = requestOf(facts, candidate);
    const refusal = first === undefined ? gateRefusal(facts, request) : undefined;
    if (first !== undefined) waits.set(jobId, { kind: "next" });
    else if (refusal === undefined) first = { work: candidate.work, request };
    else waits.set(jobId, refusal);
  }
  if (facts.engine === undefined) { // HO41
    const asked = [...facts.question.heads.map(({ id }) => id), ...facts.background.map(idOf)];
    for (const jobId of asked) waits.set(jobId, { kind: "engine-not-ready" });
  }
  return { first, waits, askBack: first === undefined ? decideAskBack(facts, waits) : [] };
}

const idOf = ({ jobId }: { readonly jobId: string }): string => jobId;

function planReasons(plan: ThroughputPlan): readonly (readonly [string, WaitReason])[] {
  return [
    ...plan.deferredPressure.map(({ jobId, reasons }) => {
      const placesMax = placesOf(plan, reasons[0]?.budget);
      return [jobId, { kind: "places-used", placesMax }] as const;
    }),
    ...plan.neverFits.map(({ jobId }) => [jobId, { kind: "background-closed" }] as const),
    ...[...plan.deferredRunning, ...plan.standBys].map(({ jobId, behind }) =>
      [jobId, { kind: "same-work", behind }] as const
    ),
    ...plan.refused.map(({ jobId, reason }) => [jobId, { kind: "refused", reason }] as const),
  ];
}

function placesOf({ budgets }: ThroughputPlan, key: string | undefined): number {
  return budgets.find(({ budget }) => budget === key)?.placesMax ?? 0;
}

function requestOf(
  { question, nowMs }: WorkFacts,
  { work, waitingSinceMs }: Candidate,
): AdmissionRequest {
  const { jobId, artifactKey, holderId = "", urgency, costUnits } = work;
  const countWaiting = (of: Urgency): number =>
    question.heads.filter((one) => one.id !== jobId && urgencyOf(one) === of).length;
  return {
    holdId: jobId,
    laneKey: ENGINE_LANE,
    ...{ artifactKey, holderId, urgency, costUnits },
    directedWaiting: countWaiting("directed"),
    workWaiting: countWaiting("work"),
    idleMs: nowMs - waitingSinceMs,
  };
}

function gateRefusal(facts: WorkFacts, request: AdmissionRequest): WaitReason | undefined {
  const admitted = admitCall(facts.gate, request, facts.nowMs);
  return admitted.ok ? undefined : reasonOf(admitted.error);
}

function reasonOf(refusal: AdmissionRefusal): WaitReason {
  switch (refusal.kind) {
    case "lane-full":
      return { kind: "places-used", placesMax: refusal.placesMax };
    case "lane-reserved":
      return { kind: "reserved" };
    case "yields": {
      const { directedWaiting, workWaiting } = refusal;
      return { kind: "yields", directedWaiting, workWaiting };
    }
    // A run that lost its place and has not ended holds its id.
    case "hold-duplicate":
      return { kind: "same-work", behind: refusal.holdId };
    default:
      throw new Defect(`Cannot ask the gate: it refused with ${refusal.kind}`);
  }
}

/** Whose place is wanted by inputs that people see (HO40). */
function decideAskBack(
  { question, running }: WorkFacts,
  waits: ReadonlyMap<string, WaitReason>,
): readonly string[] {
  const isVisible = (input: InputRecord): boolean => urgencyOf(input) !== "ambient";
  const isAmbient = ({ urgency }: RunningWork): boolean => urgency === "ambient";
  const lacksPlace = ({ id }: InputRecord): boolean => {
    const kind = waits.get(id)?.kind;
    return kind === "places-used" || kind === "reserved";
  };
  const lent = running.filter((work) => isAmbient(work) && !work.isKept && !work.isAskedBack);
  const lacking = question.heads.filter((input) => isVisible(input) && lacksPlace(input)).length;
  const coming = running.filter((work) => isAmbient(work) && work.isAskedBack).length;
  const blocked = new Set(
    question.later
      .filter(({ input, why }) => why.kind === "persona-busy" && isVisible(input))
      .map(({ input }) => holderOf(input)),
  );
  const ofBlocked = lent.filter(({ holderId }) => blocked.has(holderId ?? ""));
  const others = lent.filter((work) => !ofBlocked.includes(work));
  const wanted = Math.max(0, lacking - coming - ofBlocked.length);
  return [...ofBlocked, ...others.slice(0, wanted)].map(idOf);
}
