import type { ModelProfile } from "../../inference/model-profile.ts";

/** A profile that any scripted engine loads. */
export const starterProfile: ModelProfile = {
  id: "starter",
  engine: "transformers",
  name: "Starter",
  goodFor: "Tests",
  licence: "Apache-2.0",
  parameters: 1,
  downloadBytes: 1_000,
  memoryBytes: 1_000,
  contextTokens: 1_024,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "starter-script",
  embedded: true,
  replyTokensMax: 64,
  temperature: 0,
  topP: 1,
};
