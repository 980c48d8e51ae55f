/**
 * What a model must be able to do, as data: the question half of the model resolver.
 *
 * Owns the vocabulary and the ready-made requirements. It names no model and no provider.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP70  The text persona and the embedding requirement never leave the person's own machines.
 */

/** What a model can do, as its offer declares it. Closed: an unknown word is refused (TP69). */
export const capabilities = [
  "text-generation",
  "chat",
  "streaming",
  "tool-use",
  "vision",
  "audio-input",
  "audio-output",
  "image-generation",
  "embedding",
  "reranking",
  "fine-tuning",
  "lora-adapter",
] as const;
export type Capability = typeof capabilities[number];

/** Capabilities of the senses; a requirement of several of them asks for a multimodal base. */
export const sensoryCapabilities: readonly Capability[] = ["vision", "audio-input", "audio-output"];

/** `-only` filters, `prefer-` orders, `any` does neither. */
export const providerPolicies = [
  "local-only",
  "cloud-only",
  "prefer-local",
  "prefer-cloud",
  "any",
] as const;
export type ProviderPolicy = typeof providerPolicies[number];

export const siliconPolicies = ["gpu-or-unified-memory", "any"] as const;
export type SiliconPolicy = typeof siliconPolicies[number];

/** `required` excludes what will not run here; `advisory` leaves that to the spawn gate. */
export const fitPolicies = ["required", "advisory"] as const;
export type FitPolicy = typeof fitPolicies[number];

/** One way to order offers. `listed-first` is the only one that reads the order of the list. */
export const rankCriteria = [
  "local-first",
  "cloud-first",
  "fits-well",
  "loaded-first",
  "more-parameters",
  "longer-context",
  "less-memory",
  "less-download",
  "listed-first",
] as const;
export type RankCriterion = typeof rankCriteria[number];

export interface RequirementProfile {
  /** All of them; at least one, for a model that need do nothing is a mistake of the caller. */
  readonly capabilities: readonly Capability[];
  /** Any of them; empty for every architecture. */
  readonly architectures: readonly string[];
  /** 0 for every length. */
  readonly contextTokensMin: number;
  readonly providerPolicy: ProviderPolicy;
  readonly silicon: SiliconPolicy;
  readonly fit: FitPolicy;
  /** Most important first; may be empty, then the ids decide. */
  readonly rank: readonly RankCriterion[];
}

export type RequirementName =
  | "text-persona"
  | "seeing-persona"
  | "standard-persona"
  | "standard-persona-local"
  | "embedding";

const textPersona: RequirementProfile = {
  capabilities: ["text-generation", "streaming"],
  architectures: [],
  contextTokensMin: 0,
  providerPolicy: "local-only", // TP70
  silicon: "any",
  fit: "required",
  rank: ["fits-well", "loaded-first", "more-parameters", "less-download"],
};

/** For a talk about pictures; they too never leave the person's machines. */
const seeingPersona: RequirementProfile = {
  ...textPersona,
  capabilities: [...textPersona.capabilities, "vision"],
};

const standardPersona: RequirementProfile = {
  capabilities: ["chat", "vision", "audio-input", "audio-output"],
  architectures: [],
  contextTokensMin: 0,
  providerPolicy: "prefer-local",
  silicon: "gpu-or-unified-memory",
  fit: "required",
  rank: ["fits-well", "loaded-first", "more-parameters"],
};

const embedding: RequirementProfile = {
  capabilities: ["embedding"],
  architectures: [],
  contextTokensMin: 0,
  providerPolicy: "local-only", // TP70
  silicon: "any",
  fit: "required",
  rank: ["loaded-first", "fits-well", "less-memory"],
};

/** The requirements this product asks for; spread one to tighten it. */
export const requirementProfiles: Readonly<Record<RequirementName, RequirementProfile>> = Object
  .freeze({
    "text-persona": Object.freeze(textPersona),
    "seeing-persona": Object.freeze(seeingPersona),
    "standard-persona": Object.freeze(standardPersona),
    "standard-persona-local": Object.freeze({ ...standardPersona, providerPolicy: "local-only" }),
    "embedding": Object.freeze(embedding),
  });
