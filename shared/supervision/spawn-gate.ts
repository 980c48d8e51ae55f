/**
 * Spawn gate: may this device start an engine for this model at all? Answers with every reason.
 *
 * Owns the decision only. The facts are measured by the host (web/adapters, edge/host).
 *
 * Rules (shared/SPEC.md, section SV):
 *   SV17  The gate returns every reason against a start, not the first.
 */

import type { ModelProfile } from "../inference/model-profile.ts";

export interface SpawnFacts {
  /** Only the leader of an origin runs an engine (D29). */
  readonly isLeader: boolean;
  readonly profile: ModelProfile | undefined;
  readonly hasWebGpu: boolean;
  readonly features: readonly string[];
  /** Free storage; undefined when the host cannot tell. */
  readonly storageBytesFree: number | undefined;
  /** Bytes of the model that are stored already. */
  readonly storedBytes: number;
  /** Memory the person lets models use; undefined for no limit. */
  readonly memoryBytesMax: number | undefined;
  /** Memory of engines that run already. */
  readonly memoryBytesUsed: number;
}

export type SpawnRefusal =
  | { readonly kind: "not-leader" }
  | { readonly kind: "model-unknown" }
  | { readonly kind: "webgpu-missing" }
  | { readonly kind: "feature-missing"; readonly feature: string }
  | { readonly kind: "storage-full"; readonly bytesNeeded: number; readonly bytesFree: number }
  | { readonly kind: "memory-budget"; readonly bytesNeeded: number; readonly bytesFree: number };

export type SpawnDecision =
  | { readonly kind: "spawn"; readonly profile: ModelProfile }
  | { readonly kind: "refuse"; readonly reasons: readonly SpawnRefusal[] };

/** Decides whether an engine may start; a refusal names everything that stands against it. */
export function decideSpawn(facts: SpawnFacts): SpawnDecision {
  const { profile } = facts;
  const reasons: SpawnRefusal[] = [];
  if (!facts.isLeader) reasons.push({ kind: "not-leader" });
  if (profile === undefined) {
    reasons.push({ kind: "model-unknown" });
    return { kind: "refuse", reasons };
  }
  if (profile.needsWebGpu && !facts.hasWebGpu) {
    reasons.push({ kind: "webgpu-missing" });
  }
  for (const feature of profile.requiredFeatures) {
    if (!facts.features.includes(feature)) reasons.push({ kind: "feature-missing", feature });
  }
  const bytesToStore = Math.max(0, profile.downloadBytes - facts.storedBytes);
  const { storageBytesFree, memoryBytesMax } = facts;
  if (storageBytesFree !== undefined && bytesToStore > storageBytesFree) {
    reasons.push({ kind: "storage-full", bytesNeeded: bytesToStore, bytesFree: storageBytesFree });
  }
  if (memoryBytesMax !== undefined) {
    const bytesFree = Math.max(0, memoryBytesMax - facts.memoryBytesUsed);
    if (profile.memoryBytes > bytesFree) {
      reasons.push({ kind: "memory-budget", bytesNeeded: profile.memoryBytes, bytesFree });
    }
  }
  return reasons.length === 0 ? { kind: "spawn", profile } : { kind: "refuse", reasons };
}
