/** Decides on which device a model runs (IN8). Pure; the lane is measured afterwards (IN9). */

import type { Result } from "#shared/base/mod.ts";
import { err, ok } from "#shared/base/mod.ts";
import type { DeviceFacts, EngineError, Lane } from "#shared/inference/mod.ts";
import type { WorkerSettings } from "../protocol.ts";

export function chooseDevice(
  facts: Pick<DeviceFacts, "webgpu">,
  force: WorkerSettings["force"],
): Result<"webgpu" | "wasm", EngineError> {
  if (force === "cpu") return ok("wasm");
  if (force === "webgpu") {
    return facts.webgpu === "none" ? err({ kind: "webgpu-missing" }) : ok("webgpu");
  }
  // 4 tokens/s on a software adapter against 60 to 80 on wasm.
  return ok(facts.webgpu === "hardware" ? "webgpu" : "wasm");
}

/** Names the lane from what was seen to run, not from what was asked for. */
export function laneOf(facts: Pick<DeviceFacts, "webgpu">, dispatchesPerToken: number): Lane {
  if (dispatchesPerToken === 0) return "cpu";
  return facts.webgpu === "software" ? "webgpu-software" : "webgpu";
}
