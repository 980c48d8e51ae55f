/**
 * The models this app offers. The starter comes with the page; the others load with the list.
 */

import type { ModelProfile } from "#shared/inference/mod.ts";

/** Shipped in `starter/files`; `catalogue.test.ts` holds these figures against its manifest. */
export const starterProfile: ModelProfile = Object.freeze({
  id: "starter",
  engine: "transformers",
  name: "Starter",
  goodFor: "A first talk in simple English; it is very small and runs anywhere.",
  licence: "Apache-2.0",
  parameters: 2_753_472,
  downloadBytes: 5_639_286,
  memoryBytes: 96 * 1024 ** 2,
  contextTokens: 384,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "starter-script",
  embedded: true,
  replyTokensMax: 80,
  temperature: 0.3,
  topP: 0.8,
});

/** Every model, the starter first, then by size. The list is a chunk of its own. */
export async function loadCatalogue(): Promise<readonly ModelProfile[]> {
  const { webLlmModels } = await import("./web-llm-models.ts");
  return [starterProfile, ...webLlmModels];
}

/** The next smaller model with the same needs or fewer; undefined below the smallest. */
export function nextSmaller(
  models: readonly ModelProfile[],
  than: ModelProfile,
): ModelProfile | undefined {
  return models
    .filter((model) => model.memoryBytes < than.memoryBytes)
    .filter((model) => model.requiredFeatures.every((f) => than.requiredFeatures.includes(f)))
    .toSorted((a, b) => b.memoryBytes - a.memoryBytes)[0];
}
