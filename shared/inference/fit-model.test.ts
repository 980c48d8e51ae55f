import { expect, test } from "vitest";
import {
  type DeviceFacts,
  type Fit,
  fitModel,
  type FitReason,
  memoryBytesMaxOf,
} from "./fit-model.ts";
import type { ModelProfile } from "./model-profile.ts";

const GIB = 1024 ** 3;

const model: ModelProfile = {
  id: "m",
  engine: "web-llm",
  name: "M",
  goodFor: "Tests.",
  licence: "MIT",
  parameters: 3e9,
  downloadBytes: 2 * GIB,
  memoryBytes: 3 * GIB,
  contextTokens: 4096,
  requiredFeatures: ["shader-f16"],
  needsWebGpu: true,
  promptFormat: "chat",
  embedded: false,
  replyTokensMax: 512,
  temperature: 0.8,
  topP: 0.95,
};

const device: DeviceFacts = {
  webgpu: "hardware",
  adapter: "Card",
  features: ["shader-f16"],
  bufferBytesMax: 2 * GIB,
  storageBytesFree: 10 * GIB,
  memoryGiB: 8,
};

const starter: Partial<ModelProfile> = {
  embedded: true,
  needsWebGpu: false,
  requiredFeatures: [],
  memoryBytes: GIB / 16,
};

test.each<[
  title: string,
  facts: Partial<DeviceFacts>,
  profile: Partial<ModelProfile>,
  fit: Fit,
  keys: readonly FitReason["key"][],
]>([
  ["all is there", {}, {}, "runs-well", []],
  [
    "nothing is known of space and memory",
    {
      storageBytesFree: undefined,
      memoryGiB: undefined,
    },
    {},
    "runs-well",
    [],
  ],
  ["no WebGPU", { webgpu: "none", features: [] }, {}, "will-not", ["needs-webgpu"]],
  ["a missing feature", { features: [] }, {}, "will-not", ["needs-feature"]],
  ["a software adapter", { webgpu: "software" }, {}, "will-not", ["software-webgpu"]],
  ["small buffers", { bufferBytesMax: GIB / 4 }, {}, "tight", ["buffer-small"]],
  ["no space", { storageBytesFree: GIB }, {}, "will-not", ["needs-storage"]],
  ["little space", { storageBytesFree: 2.2 * GIB }, {}, "tight", ["storage-tight"]],
  ["little memory", { memoryGiB: 4 }, {}, "tight", ["memory-tight"]],
  ["too little memory", { memoryGiB: 2 }, {}, "will-not", ["needs-memory"]],
  ["more than the browser's figure", {}, { memoryBytes: 9 * GIB }, "tight", ["memory-tight"]],
  ["the starter without WebGPU", { webgpu: "none" }, starter, "runs-well", []],
  ["the starter with a full disk", { storageBytesFree: 0 }, starter, "runs-well", []],
  [
    "only a processor",
    { webgpu: "software" },
    { engine: "transformers", needsWebGpu: false },
    "tight",
    ["cpu-slow"],
  ],
  [
    "a card for a model that needs none",
    {},
    { engine: "transformers", needsWebGpu: false },
    "runs-well",
    [],
  ],
  [
    "the worst reason decides",
    {
      features: [],
      memoryGiB: 4,
    },
    {},
    "will-not",
    ["needs-feature", "memory-tight"],
  ],
])("with %s", (_title, facts, profile, fit, keys) => {
  const result = fitModel({ ...model, ...profile }, { ...device, ...facts });
  expect(result.fit).toBe(fit);
  expect(result.reasons.map(({ key }) => key)).toEqual(keys);
});

test("[HO141] the browser's figure is a budget only below where it is cut off", () => {
  const budgets = [undefined, 0.5, 4, 8].map((memoryGiB) => memoryBytesMaxOf({ memoryGiB }));
  expect(budgets).toEqual([undefined, GIB / 2, 4 * GIB, undefined]);
});

test.each<[string, Partial<DeviceFacts>, number, boolean]>([
  ["no GPU, a large model", { webgpu: "none", features: [] }, 201e6, true],
  ["no GPU, a small model", { webgpu: "none", features: [] }, 200e6, false],
  ["a GPU without half floats", { webgpu: "hardware", features: [] }, 8e9, true],
  ["a software GPU", { webgpu: "software", features: ["shader-f16"] }, 8e9, true],
  ["a GPU with half floats", { webgpu: "hardware", features: ["shader-f16"] }, 8e9, false],
])("[IN50] a model of llama.cpp says that the cpu is slow: %s", (_, facts, parameters, isSlow) => {
  const brought: ModelProfile = { ...model, ...starter, engine: "wllama", parameters };
  const keys = fitModel(brought, { ...device, ...facts }).reasons.map(({ key }) => key);
  expect(keys).toEqual(isSlow ? ["cpu-slow"] : []);
  expect(fitModel({ ...brought, engine: "openai" }, { ...device, ...facts }).reasons).toEqual([]);
});
