/** Shapes of what decides which work of this device runs. Times: whole ms of the peer's clock. */

import type { Lane } from "../../inference/engine.ts";
import type { Urgency } from "../../ledger/input-policy.ts";
import type { LaterReason, PickQuestion } from "../../ledger/places.ts";
import type { AdmissionGate } from "../../planning/holds/admission-gate.ts";
import type { JobRefusal } from "../../planning/throughput/throughput-plan.ts";
import type { ResourceClass, Work } from "../../planning/throughput/job.ts";

/** What the engine can take now. */
export interface EngineWork {
  /** The back end, as the provider of the work. */
  readonly engine: string;
  readonly lane: Lane;
  readonly slots: number;
}

/** What of the device speaks against work that nobody sees; undefined where it is not known. */
export interface DeviceLoad {
  readonly isHidden: boolean | undefined;
  /** It runs on battery. */
  readonly isOnBattery: boolean | undefined;
}

/** Work on the engine that no input asks for, such as consolidating a memory (D12). */
export interface BackgroundJob {
  readonly jobId: string;
  /** What it makes: of two askers for the same one, one gets a place. */
  readonly artifactKey: string;
  readonly holderId: string;
  readonly resourceClass: Extract<
    ResourceClass,
    "background" | "memory-consolidation" | "embedding"
  >;
  /** Since when it is wanted. */
  readonly createdAtMs: number;
}

/** Work that has a place. */
export interface RunningWork extends Work {
  readonly urgency: Urgency;
  /** It waited so long that it is not asked back (HO39). */
  readonly isKept: boolean;
  readonly isAskedBack: boolean;
}

/** All that the decision reads. */
export interface WorkFacts {
  readonly nowMs: number;
  /** Undefined while no engine is ready. */
  readonly engine: EngineWork | undefined;
  readonly device: DeviceLoad;
  readonly question: PickQuestion;
  /** Background work asked for now. */
  readonly background: readonly BackgroundJob[];
  /** Since when an input's persona waits for work of this urgency. */
  readonly waitingSinceMs: ReadonlyMap<string, number>;
  readonly running: readonly RunningWork[];
  readonly gate: AdmissionGate;
}

/** Why something that was asked for does not run now. */
export type WaitReason =
  | LaterReason
  | { readonly kind: "engine-not-ready" }
  | { readonly kind: "places-used"; readonly placesMax: number }
  /** The last place is kept for people's turns. */
  | { readonly kind: "reserved" }
  | { readonly kind: "yields"; readonly directedWaiting: number; readonly workWaiting: number }
  /** The device takes no background work now. */
  | { readonly kind: "background-closed" }
  /** Another does the same work. */
  | { readonly kind: "same-work"; readonly behind: string }
  | { readonly kind: "refused"; readonly reason: JobRefusal }
  /** It has a place as soon as what was chosen before it has started. */
  | { readonly kind: "next" };
