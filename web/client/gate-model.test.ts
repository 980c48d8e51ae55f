import { expect, test } from "vitest";
import type { DeviceFacts, ModelProfile } from "#shared/inference/mod.ts";
import { gateModel } from "./gate-model.ts";

const GIB = 1024 ** 3;

const large: ModelProfile = {
  id: "large",
  engine: "web-llm",
  name: "Large",
  goodFor: "",
  licence: "",
  parameters: 1,
  downloadBytes: 2 * GIB,
  memoryBytes: 3 * GIB,
  contextTokens: 4_096,
  requiredFeatures: ["shader-f16"],
  needsWebGpu: true,
  promptFormat: "chat",
  embedded: false,
  replyTokensMax: 64,
  temperature: 0,
  topP: 1,
};

const desk: DeviceFacts = {
  webgpu: "hardware",
  adapter: "",
  features: ["shader-f16"],
  bufferBytesMax: GIB,
  storageBytesFree: 10 * GIB,
  memoryGiB: 8,
};

test.each<[string, Partial<DeviceFacts>, boolean, ReturnType<typeof gateModel>]>([
  ["fits", {}, false, undefined],
  ["has no WebGPU", { webgpu: "none", features: [] }, false, { kind: "webgpu-missing" }],
  ["lacks a feature", { features: [] }, false, { kind: "feature-missing", feature: "shader-f16" }],
  ["is full", { storageBytesFree: GIB }, false, { kind: "storage-full", bytesNeeded: 2 * GIB }],
  ["is full and has it already", { storageBytesFree: GIB }, true, undefined],
  ["tells nothing of its disk", { storageBytesFree: undefined }, false, undefined],
  ["has little memory", { memoryGiB: 2 }, false, { kind: "out-of-memory" }],
])("[SV17] a device that %s", (_title, change, isStored, error) => {
  expect(gateModel(large, { ...desk, ...change }, isStored)).toEqual(error);
});
