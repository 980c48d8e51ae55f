/**
 * Whether this device may start an engine for a model that a person chose. Pure.
 *
 * The decision is the core's (SV17); its screen shows every reason before the choice, so what is
 * refused here came another way, such as from a tab that knew less.
 */

import type { DeviceFacts, EngineError, ModelProfile } from "#shared/inference/mod.ts";
import { memoryBytesMaxOf } from "#shared/inference/mod.ts";
import { decideSpawn, type SpawnRefusal } from "#shared/supervision/mod.ts";

/** The first reason against it, as the error it would end in; undefined when it may start. */
export function gateModel(
  profile: ModelProfile,
  facts: DeviceFacts,
  isStored: boolean,
): EngineError | undefined {
  const decision = decideSpawn({
    isLeader: true, // Only the leader's peer is asked.
    profile,
    hasWebGpu: facts.webgpu !== "none",
    features: facts.features,
    storageBytesFree: facts.storageBytesFree,
    storedBytes: isStored ? profile.downloadBytes : 0,
    memoryBytesMax: memoryBytesMaxOf(facts),
    memoryBytesUsed: 0, // The engine before it ends first (HO10).
  });
  const [reason] = decision.kind === "refuse" ? decision.reasons : [];
  return reason && errorOf(reason, profile);
}

function errorOf(reason: SpawnRefusal, profile: ModelProfile): EngineError {
  switch (reason.kind) {
    case "webgpu-missing":
      return { kind: "webgpu-missing" };
    case "feature-missing":
      return { kind: "feature-missing", feature: reason.feature };
    case "storage-full":
      return { kind: "storage-full", bytesNeeded: reason.bytesNeeded };
    case "memory-budget":
      return { kind: "out-of-memory" };
    case "model-unknown":
      return { kind: "model-unknown", modelId: profile.id };
    case "not-leader":
      return { kind: "not-loaded" };
  }
}
