/**
 * ONNX chat models for transformers.js: plain decoders with a cache in and out, which is what
 * `web/worker/transformers/onnx-model.ts` runs. Sizes are the hub's rounded figures; a host tells
 * the exact ones before a download, and nobody publishes hashes beside the files.
 */

import type { ModelProfile } from "#shared/inference/mod.ts";

const HUB = "https://huggingface.co";
const SMALL_FILES = [
  ...["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"],
];

interface Base {
  readonly id: string;
  /** `<owner>/<model>` at the hub. */
  readonly repository: string;
  readonly name: string;
  readonly goodFor: string;
  readonly parameters: number;
  readonly weightBytes: number;
}

const BASES: readonly Base[] = [
  {
    id: "SmolLM2-135M-Instruct-q4-ONNX",
    repository: "HuggingFaceTB/SmolLM2-135M-Instruct",
    name: "SmolLM2 135M (ONNX)",
    goodFor: "good-for.step-up",
    parameters: 135e6,
    weightBytes: 200e6,
  },
  {
    id: "SmolLM2-360M-Instruct-q4-ONNX",
    repository: "HuggingFaceTB/SmolLM2-360M-Instruct",
    name: "SmolLM2 360M (ONNX)",
    goodFor: "good-for.small-talk-english",
    parameters: 362e6,
    weightBytes: 417e6,
  },
  {
    id: "Qwen2.5-0.5B-Instruct-q4-ONNX",
    repository: "onnx-community/Qwen2.5-0.5B-Instruct",
    name: "Qwen2.5 0.5B (ONNX)",
    goodFor: "good-for.quick-slow",
    parameters: 494e6,
    weightBytes: 786e6,
  },
];

/** Beside the weights: tokeniser and settings, some megabytes. */
const SMALL_BYTES = 10e6;
/** The runtime holds the graph and its arena beside the weights. */
const MEMORY_PER_WEIGHT = 1.5;

/** Smallest first. */
export const onnxModels: readonly ModelProfile[] = BASES.map((base) => ({
  id: base.id,
  engine: "transformers",
  name: base.name,
  goodFor: base.goodFor,
  licence: "Apache-2.0",
  parameters: base.parameters,
  downloadBytes: base.weightBytes + SMALL_BYTES,
  memoryBytes: base.weightBytes * MEMORY_PER_WEIGHT,
  contextTokens: 2048,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "chat",
  embedded: false,
  replyTokensMax: 256,
  temperature: 0.7,
  topP: 0.9,
  files: [...SMALL_FILES, "onnx/model_q4.onnx"].map((path) => ({
    path,
    url: `${HUB}/${base.repository}/resolve/main/${path}`,
    bytes: undefined,
    sha256: undefined,
  })),
}));
