/**
 * What the library's errors mean. It gives classes, not kinds; the class name is the most it tells.
 */

import type { EngineError } from "#shared/inference/mod.ts";

export function toEngineError(error: unknown, requestTokensMax: number): EngineError {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  switch (name) {
    case "WebGPUNotAvailableError":
    case "WebGPUNotFoundError":
      return { kind: "webgpu-missing" };
    case "ShaderF16SupportError":
      return { kind: "feature-missing", feature: "shader-f16" };
    case "DeviceLostError":
      return { kind: "device-lost", detail: message };
    case "GPUOutOfMemoryError":
      return { kind: "out-of-memory" };
    case "IntegrityError":
      return { kind: "wrong-bytes", file: "", detail: message };
    case "CompileError": // WebAssembly refused the model library
    case "LinkError":
      return { kind: "wrong-bytes", file: "model library", detail: message };
    case "ModelNotLoadedError":
      return { kind: "not-loaded" };
    case "ContextWindowSizeExceededError":
      // The class carries its figures in the message only.
      return { kind: "prompt-too-long", tokens: 0, tokensMax: requestTokensMax };
    default:
      return { kind: "internal", detail: message };
  }
}
