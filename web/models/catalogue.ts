/**
 * The models this app offers. The starter comes with the page; the others load with the list.
 */

import { type ModelProfile, starterProfile } from "#shared/inference/mod.ts";

export { starterProfile };

/** Every model, the starter first, then each engine's by size. Lists are chunks of their own. */
export async function loadCatalogue(): Promise<readonly ModelProfile[]> {
  const [{ webLlmModels }, { onnxModels }] = await Promise.all([
    import("./web-llm-models.ts"),
    import("./onnx-models.ts"),
  ]);
  return [starterProfile, ...onnxModels, ...webLlmModels];
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
