import { expect, test } from "vitest";
import type { ModelProfile } from "../inference/model-profile.ts";
import { decideSpawn, type SpawnFacts } from "./spawn-gate.ts";

const profile: ModelProfile = {
  id: "big",
  engine: "web-llm",
  name: "Big",
  goodFor: "Long answers",
  licence: "Apache-2.0",
  parameters: 1_000,
  downloadBytes: 800,
  memoryBytes: 1_000,
  contextTokens: 4_096,
  requiredFeatures: ["shader-f16", "subgroups"],
  needsWebGpu: true,
  promptFormat: "chat",
  embedded: false,
  replyTokensMax: 256,
  temperature: 0.7,
  topP: 0.9,
};
const good: SpawnFacts = {
  isLeader: true,
  profile,
  hasWebGpu: true,
  features: ["shader-f16", "subgroups"],
  storageBytesFree: 800,
  storedBytes: 0,
  memoryBytesMax: 1_500,
  memoryBytesUsed: 500,
};

const kindsOf = (facts: SpawnFacts): readonly string[] => {
  const decision = decideSpawn(facts);
  return decision.kind === "spawn" ? ["spawn"] : decision.reasons.map((reason) => reason.kind);
};

test.each<[title: string, change: Partial<SpawnFacts>, kinds: readonly string[]]>([
  ["everything fits exactly", {}, ["spawn"]],
  ["another tab leads", { isLeader: false }, ["not-leader"]],
  ["the model is unknown", { profile: undefined }, ["model-unknown"]],
  ["there is no WebGPU", { hasWebGpu: false }, ["webgpu-missing"]],
  ["a feature is missing", { features: ["subgroups"] }, ["feature-missing"]],
  ["one byte of storage is missing", { storageBytesFree: 799 }, ["storage-full"]],
  ["what is stored needs no space", { storageBytesFree: 0, storedBytes: 800 }, ["spawn"]],
  ["free storage is not known", { storageBytesFree: undefined }, ["spawn"]],
  ["memory is used by another engine", { memoryBytesUsed: 501 }, ["memory-budget"]],
  ["no memory budget is set", { memoryBytesMax: undefined, memoryBytesUsed: 9_999 }, ["spawn"]],
  ["nothing fits", {
    isLeader: false,
    hasWebGpu: false,
    features: [],
    storageBytesFree: 1,
    memoryBytesMax: 1,
  }, [
    "not-leader",
    "webgpu-missing",
    "feature-missing",
    "feature-missing",
    "storage-full",
    "memory-budget",
  ]],
])("[SV17] the gate when %s", (_title, change, kinds) => {
  expect(kindsOf({ ...good, ...change })).toEqual(kinds);
});
