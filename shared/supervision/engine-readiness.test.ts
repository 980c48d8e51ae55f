import { expect, test } from "vitest";
import type { EngineError } from "../inference/engine.ts";
import { isFatalEngineError, notReadyFromEngine } from "./engine-readiness.ts";

test.each<[EngineError, boolean]>([
  [{ kind: "webgpu-missing" }, true],
  [{ kind: "feature-missing", feature: "shader-f16" }, true],
  [{ kind: "model-unknown", modelId: "m" }, true],
  [{ kind: "wrong-bytes", file: "f", detail: "" }, true],
  [{ kind: "storage-full", bytesNeeded: 1 }, true],
  [{ kind: "device-lost", detail: "" }, false],
  [{ kind: "out-of-memory" }, false],
  [{ kind: "host-unreachable", host: "h", detail: "" }, false],
  [{ kind: "deadline", afterMs: 1 }, false],
])("[SV16] %o is fatal: %s", (error, isFatal) => {
  expect(isFatalEngineError(error)).toBe(isFatal);
  const answer = notReadyFromEngine(error);
  expect(answer.isFatal).toBe(isFatal);
  expect(answer.reason.kind).toBe(error.kind);
  expect(JSON.parse(answer.reason.detail)).toEqual(error);
});
