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
  ["every feature is missing", { features: [] }, ["feature-missing", "feature-missing"]],
  ["WebGPU is missing and not needed", {
    profile: { ...profile, needsWebGpu: false, requiredFeatures: [] },
    hasWebGpu: false,
    features: [],
  }, ["spawn"]],
  ["a part of the model is stored", { storageBytesFree: 799, storedBytes: 1 }, ["spawn"]],
  ["more than the model is stored", { storageBytesFree: 0, storedBytes: 900 }, ["spawn"]],
  ["memory fits to the byte", { memoryBytesMax: 1_000, memoryBytesUsed: 0 }, ["spawn"]],
  ["one byte of memory is missing", { memoryBytesMax: 999, memoryBytesUsed: 0 }, [
    "memory-budget",
  ]],
  ["more memory is used than may be", { memoryBytesUsed: 2_000 }, ["memory-budget"]],
  ["another tab leads and the model is unknown", { isLeader: false, profile: undefined }, [
    "not-leader",
    "model-unknown",
  ]],
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

test("[SV17] a refusal says how much is needed and how much there is, never less than nothing", () => {
  const decision = decideSpawn({
    ...good,
    storageBytesFree: 5,
    storedBytes: 100,
    memoryBytesUsed: 9e9,
  });
  expect(decision).toEqual({
    kind: "refuse",
    reasons: [
      { kind: "storage-full", bytesNeeded: 700, bytesFree: 5 },
      { kind: "memory-budget", bytesNeeded: 1_000, bytesFree: 0 },
    ],
  });
});
