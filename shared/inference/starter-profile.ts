import type { ModelProfile } from "./model-profile.ts";

/**
 * The embedded model, of `web/models/starter/files`; `web/models/catalogue.test.ts` holds these
 * figures against its manifest.
 */
export const starterProfile: ModelProfile = Object.freeze({
  id: "starter",
  engine: "transformers",
  name: "Starter",
  goodFor: "good-for.starter",
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
