/**
 * Decides how llama.cpp is loaded: by whom it computes and how many personas keep their context.
 *
 * Rules (shared/SPEC.md, section IN): IN8, IN50, IN51, IN58.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { DeviceFacts, EngineError, ModelProfile } from "#shared/inference/mod.ts";
import type { WorkerSettings } from "../protocol.ts";
import { wllamaLimits } from "./limits.ts";

export interface LoadPlan {
  readonly device: "webgpu" | "cpu";
  /** Tokens of one persona's context. */
  readonly contextTokens: number;
  /** Contexts kept side by side; each persona is pinned to one. */
  readonly kvSlots: number;
  readonly batchTokens: number;
}

export function planLoad(
  profile: Pick<ModelProfile, "contextTokens" | "contextBytes" | "parameters">,
  fileBytes: number,
  facts: Pick<DeviceFacts, "webgpu" | "features">,
  force: WorkerSettings["force"],
): Result<LoadPlan, EngineError> {
  const device = chooseDevice(facts, force);
  if (!device.ok) return device;
  const { contextTokens, contextBytes, parameters } = profile;
  const { kvBytesMax, kvSlotsMax, batchTokens, batchTokensLarge } = wllamaLimits;
  // A GPU has memory of its own, which nobody can ask for.
  const bytesMin = device.value === "cpu" ? fileBytes + (contextBytes ?? 0) : 0;
  if (bytesMin > wllamaLimits.memoryBytesMax) return err({ kind: "out-of-memory" }); // IN58
  const isSlow = device.value === "cpu" && parameters >= wllamaLimits.largeParametersMin;
  return ok({
    device: device.value,
    contextTokens,
    kvSlots: contextBytes === undefined
      ? 1
      : Math.max(1, Math.min(kvSlotsMax, Math.floor(kvBytesMax / contextBytes))),
    batchTokens: isSlow ? batchTokensLarge : batchTokens,
  });
}

/** llama.cpp takes no adapter without half floats, and says nothing about it (IN50). */
function chooseDevice(
  facts: Pick<DeviceFacts, "webgpu" | "features">,
  force: WorkerSettings["force"],
): Result<"webgpu" | "cpu", EngineError> {
  const hasHalfFloats = facts.features.includes("shader-f16");
  if (force === "webgpu") {
    if (facts.webgpu === "none") return err({ kind: "webgpu-missing" });
    return hasHalfFloats ? ok("webgpu") : err({ kind: "feature-missing", feature: "shader-f16" });
  }
  const isUsable = force !== "cpu" && facts.webgpu === "hardware" && hasHalfFloats; // IN8
  return ok(isUsable ? "webgpu" : "cpu");
}
