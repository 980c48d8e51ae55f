/**
 * The chat models of web-llm's prebuilt list that this app offers, as data.
 *
 * The library's record has neither licence nor parameters nor download size, and reading it would
 * cost the page 6 MB. So the figures stand here, and `web/worker/web-llm/prebuilt.test.ts` holds
 * them against the installed library: an id, context or memory figure that moves fails the build.
 */

import type { ModelProfile } from "#shared/inference/mod.ts";

interface Base {
  /** The id without its quantisation. */
  readonly name: string;
  readonly title: string;
  readonly goodFor: string;
  readonly licence: string;
  readonly parameters: number;
  readonly contextTokens: number;
  /** The library's `vram_required_MB` with 16-bit activations. */
  readonly memoryMb16: number;
  /** The same with 32-bit activations; undefined where only 16-bit is offered. */
  readonly memoryMb32: number | undefined;
}

const QWEN = "Apache-2.0";
const LLAMA_32 = "Llama 3.2 Community License";

const BASES: readonly Base[] = [
  {
    name: "SmolLM2-360M-Instruct",
    title: "SmolLM2 360M",
    goodFor: "good-for.small-talk-weak",
    licence: "Apache-2.0",
    parameters: 362e6,
    contextTokens: 4096,
    memoryMb16: 376.06,
    memoryMb32: 579.61,
  },
  {
    name: "Qwen2.5-0.5B-Instruct",
    title: "Qwen2.5 0.5B",
    goodFor: "good-for.quick-short",
    licence: QWEN,
    parameters: 494e6,
    contextTokens: 4096,
    memoryMb16: 944.62,
    memoryMb32: 1060.2,
  },
  {
    name: "TinyLlama-1.1B-Chat-v1.0",
    title: "TinyLlama 1.1B",
    goodFor: "good-for.light-chat",
    licence: "Apache-2.0",
    parameters: 1.1e9,
    contextTokens: 2048,
    memoryMb16: 697.24,
    memoryMb32: 839.98,
  },
  {
    name: "Llama-3.2-1B-Instruct",
    title: "Llama 3.2 1B",
    goodFor: "good-for.several-voices",
    licence: LLAMA_32,
    parameters: 1.24e9,
    contextTokens: 4096,
    memoryMb16: 879.04,
    memoryMb32: 1128.82,
  },
  {
    name: "OLMo-2-0425-1B-Instruct",
    title: "OLMo 2 1B",
    goodFor: "good-for.open-data",
    licence: "Apache-2.0",
    parameters: 1.48e9,
    contextTokens: 4096,
    memoryMb16: 1776.75,
    memoryMb32: undefined,
  },
  {
    name: "Qwen2.5-1.5B-Instruct",
    title: "Qwen2.5 1.5B",
    goodFor: "good-for.everyday",
    licence: QWEN,
    parameters: 1.54e9,
    contextTokens: 4096,
    memoryMb16: 1629.75,
    memoryMb32: 1888.97,
  },
  {
    name: "SmolLM2-1.7B-Instruct",
    title: "SmolLM2 1.7B",
    goodFor: "good-for.everyday-english",
    licence: "Apache-2.0",
    parameters: 1.71e9,
    contextTokens: 4096,
    memoryMb16: 1774.19,
    memoryMb32: undefined,
  },
  {
    name: "gemma-2-2b-it",
    title: "Gemma 2 2B",
    goodFor: "good-for.prose",
    licence: "Gemma Terms of Use",
    parameters: 2.61e9,
    contextTokens: 4096,
    memoryMb16: 1895.3,
    memoryMb32: undefined,
  },
  {
    name: "Qwen2.5-3B-Instruct",
    title: "Qwen2.5 3B",
    goodFor: "good-for.discussion",
    licence: "Qwen Research License",
    parameters: 3.09e9,
    contextTokens: 4096,
    memoryMb16: 2504.76,
    memoryMb32: undefined,
  },
  {
    name: "Llama-3.2-3B-Instruct",
    title: "Llama 3.2 3B",
    goodFor: "good-for.keeps-character",
    licence: LLAMA_32,
    parameters: 3.21e9,
    contextTokens: 4096,
    memoryMb16: 2263.69,
    memoryMb32: 2951.51,
  },
  {
    name: "Hermes-3-Llama-3.2-3B",
    title: "Hermes 3 3B",
    goodFor: "good-for.role-play",
    licence: LLAMA_32,
    parameters: 3.21e9,
    contextTokens: 4096,
    memoryMb16: 2263.69,
    memoryMb32: undefined,
  },
  {
    name: "Phi-3.5-mini-instruct",
    title: "Phi 3.5 mini",
    goodFor: "good-for.reasoning",
    licence: "MIT",
    parameters: 3.82e9,
    contextTokens: 4096,
    memoryMb16: 3672.07,
    memoryMb32: undefined,
  },
  {
    name: "Mistral-7B-Instruct-v0.3",
    title: "Mistral 7B",
    goodFor: "good-for.fluent",
    licence: "Apache-2.0",
    parameters: 7.25e9,
    contextTokens: 4096,
    memoryMb16: 4573.39,
    memoryMb32: undefined,
  },
  {
    name: "Qwen2.5-7B-Instruct",
    title: "Qwen2.5 7B",
    goodFor: "good-for.strongest",
    licence: QWEN,
    parameters: 7.62e9,
    contextTokens: 4096,
    memoryMb16: 5106.67,
    memoryMb32: undefined,
  },
  {
    name: "Llama-3.1-8B-Instruct",
    title: "Llama 3.1 8B",
    goodFor: "good-for.richest",
    licence: "Llama 3.1 Community License",
    parameters: 8.03e9,
    contextTokens: 4096,
    memoryMb16: 5001,
    memoryMb32: undefined,
  },
];

/** Bits a weight takes on the wire: 4, and a 16-bit scale for each 32 of them. */
const BITS_PER_WEIGHT = 4.5;
/** Tokeniser, model library and manifests. */
const BESIDE_WEIGHTS_BYTES = 10e6;

/** Smallest first; within one model the 16-bit variant first. */
export const webLlmModels: readonly ModelProfile[] = BASES.flatMap((base) => [
  toProfile(base, "q4f16_1", base.memoryMb16),
  ...(base.memoryMb32 === undefined ? [] : [toProfile(base, "q4f32_1", base.memoryMb32)]),
]);

function toProfile(base: Base, quantisation: string, memoryMb: number): ModelProfile {
  const is16Bit = quantisation === "q4f16_1";
  return {
    id: `${base.name}-${quantisation}-MLC`,
    engine: "web-llm",
    name: is16Bit ? base.title : `${base.title} (32-bit)`,
    goodFor: base.goodFor,
    licence: base.licence,
    parameters: base.parameters,
    // An estimate; the manifest's exact figure shows while downloading.
    downloadBytes: Math.round((base.parameters * BITS_PER_WEIGHT) / 8 + BESIDE_WEIGHTS_BYTES),
    memoryBytes: Math.round(memoryMb * 1024 ** 2),
    contextTokens: base.contextTokens,
    requiredFeatures: is16Bit ? ["shader-f16"] : [],
    needsWebGpu: true,
    promptFormat: "chat",
    embedded: false,
    replyTokensMax: 512,
    temperature: 0.8,
    topP: 0.95,
  };
}
