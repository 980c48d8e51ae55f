/**
 * Admission gate: may this turn or model call take a place of its lane now? A place is a hold.
 *
 * Owns the limits of the lanes and the decision. It has no queue: the ledger is the only one (D35),
 * and a refusal means "later", never silence (D11). Who waits is told by the caller, who counts it
 * in the ledger; a counter of the gate's own could leak. A turn takes a permit of a lane for turns
 * and, for each of its model calls, one of the engine's lane.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP46  Directed calls may take every place of a lane; of two or more places others leave one.
 *   TP47  Work yields to directed calls that wait, ambient calls to both; who was idle for
 *         `starvedAfterMs` yields to nobody, and still leaves the place of TP46.
 *   TP48  The limits are the lane's and change while places are held: above them nobody is
 *         admitted until enough is given back.
 *   TP49  A place counts until it is released, revoked or reaped, even past its expiry.
 *   TP50  A refusal changes nothing and names its reason with counts and limits.
 */

import { err, ok } from "../../base/result.ts";
import type { Result } from "../../base/result.ts";
import { resourceClasses, silicons } from "../throughput/job.ts";
import type { ResourceClass, TargetSilicon } from "../throughput/job.ts";
import { acquireHold, emptyHoldRegistry } from "./hold-registry.ts";
import type { Hold, HoldError, HoldRegistry, RevocationPolicy } from "./hold-registry.ts";
import { holdLimits as limits } from "./limits.ts";

/** What a lane can take, and what holds on its places are like. */
export interface GateLane {
  readonly laneKey: string;
  readonly resourceClass: ResourceClass;
  readonly silicon: TargetSilicon;
  /** Places; 0 closes the lane. */
  readonly placesMax: number;
  readonly costUnitsMax: number;
  /** A place is lost after this unless it is renewed. */
  readonly holdMs: number;
  readonly revocation: RevocationPolicy;
}

/** Whose call it is: a question to a persona, a task she holds, or musing of her own. */
export type CallUrgency = "directed" | "work" | "ambient";

export interface AdmissionRequest {
  readonly holdId: string;
  readonly laneKey: string;
  readonly artifactKey: string;
  readonly holderId: string;
  readonly urgency: CallUrgency;
  readonly costUnits: number;
  /** Others that wait for this lane, by the ledger; without this request. */
  readonly directedWaiting: number;
  readonly workWaiting: number;
  /** Time since the holder last started something on the lane. */
  readonly idleMs: number;
}

/** Plain data; replaced, never changed. */
export interface AdmissionGate {
  readonly lanes: ReadonlyMap<string, GateLane>;
  readonly holds: HoldRegistry;
}

export type AdmissionRefusal =
  | HoldError
  | { readonly kind: "request-malformed"; readonly field: string }
  | { readonly kind: "lane-unknown"; readonly laneKey: string }
  | { readonly kind: "lane-closed"; readonly laneKey: string }
  | { readonly kind: "never-fits"; readonly costUnits: number; readonly costUnitsMax: number }
  | { readonly kind: "lane-full"; readonly placesUsed: number; readonly placesMax: number }
  | { readonly kind: "lane-reserved"; readonly placesUsed: number; readonly placesMax: number }
  | {
    readonly kind: "cost-full";
    readonly costUnitsUsed: number;
    readonly costUnitsMax: number;
  }
  | { readonly kind: "yields"; readonly directedWaiting: number; readonly workWaiting: number };

export type LaneError =
  | { readonly kind: "lane-malformed"; readonly laneKey: string; readonly field: string }
  | { readonly kind: "lanes-full"; readonly lanesMax: number };

export const emptyAdmissionGate: AdmissionGate = { lanes: new Map(), holds: emptyHoldRegistry };

/** Opens a lane, or changes the limits of an open one (TP48). */
export function setGateLane(gate: AdmissionGate, lane: GateLane): Result<AdmissionGate, LaneError> {
  const { laneKey } = lane;
  const field = findLaneFault(lane);
  if (field !== undefined) return err({ kind: "lane-malformed", laneKey, field });
  if (!gate.lanes.has(laneKey) && gate.lanes.size >= limits.lanesMax) {
    return err({ kind: "lanes-full", lanesMax: limits.lanesMax });
  }
  return ok({ ...gate, lanes: new Map(gate.lanes).set(laneKey, lane) });
}

/** Gives a place of a lane, as a hold that the caller renews and releases. */
export function admitCall(
  gate: AdmissionGate,
  request: AdmissionRequest,
  nowMs: number,
): Result<{ readonly gate: AdmissionGate; readonly hold: Hold }, AdmissionRefusal> {
  const { laneKey, holdId, artifactKey, holderId, costUnits } = request;
  const field = findRequestFault(request);
  if (field !== undefined) return err({ kind: "request-malformed", field });
  const lane = gate.lanes.get(laneKey);
  if (lane === undefined) return err({ kind: "lane-unknown", laneKey });
  const refusal = findLaneRefusal(gate, lane, request);
  if (refusal !== undefined) return err(refusal);
  const { resourceClass, silicon, revocation } = lane;
  const expiresAtMs = nowMs + lane.holdMs;
  const acquired = acquireHold(
    gate.holds,
    {
      holdId,
      artifactKey,
      holderId,
      laneKey,
      resourceClass,
      silicon,
      costUnits,
      expiresAtMs,
      revocation,
    },
    nowMs,
  );
  if (!acquired.ok) return acquired;
  const { registry, hold } = acquired.value;
  return ok({ gate: { ...gate, holds: registry }, hold });
}

function findLaneRefusal(
  gate: AdmissionGate,
  lane: GateLane,
  request: AdmissionRequest,
): AdmissionRefusal | undefined {
  const { placesMax, costUnitsMax } = lane;
  const { costUnits, urgency, directedWaiting, workWaiting } = request;
  if (placesMax === 0) return { kind: "lane-closed", laneKey: lane.laneKey };
  if (costUnits > costUnitsMax) return { kind: "never-fits", costUnits, costUnitsMax };
  const held = [...gate.holds.values()].filter((hold) => hold.laneKey === lane.laneKey); // TP49
  const placesUsed = held.length;
  if (placesUsed >= placesMax) return { kind: "lane-full", placesUsed, placesMax }; // TP48
  const costUnitsUsed = held.reduce((sum, hold) => sum + hold.costUnits, 0);
  if (costUnitsUsed + costUnits > costUnitsMax) {
    return { kind: "cost-full", costUnitsUsed, costUnitsMax };
  }
  if (urgency === "directed") return undefined;
  if (placesUsed >= Math.max(1, placesMax - 1)) {
    return { kind: "lane-reserved", placesUsed, placesMax }; // TP46
  }
  const aheadCount = directedWaiting + (urgency === "ambient" ? workWaiting : 0);
  if (aheadCount > 0 && request.idleMs < limits.starvedAfterMs) {
    return { kind: "yields", directedWaiting, workWaiting }; // TP47
  }
  return undefined;
}

function findLaneFault(lane: GateLane): string | undefined {
  if (lane.laneKey.length === 0 || lane.laneKey.length > limits.keyCharsMax) return "laneKey";
  if (!isCount(lane.placesMax)) return "placesMax";
  if (!isCount(lane.costUnitsMax)) return "costUnitsMax";
  if (!resourceClasses.includes(lane.resourceClass)) return "resourceClass";
  if (!silicons.includes(lane.silicon)) return "silicon";
  if (!["graceful", "hard", "pinned"].includes(lane.revocation)) return "revocation";
  return isCount(lane.holdMs) && lane.holdMs > 0 ? undefined : "holdMs";
}

/** The rest is checked where the hold is made. */
function findRequestFault(request: AdmissionRequest): string | undefined {
  if (!["directed", "work", "ambient"].includes(request.urgency)) return "urgency";
  for (const field of ["costUnits", "directedWaiting", "workWaiting", "idleMs"] as const) {
    if (!isCount(request[field])) return field;
  }
  return undefined;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
