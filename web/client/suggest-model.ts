/** Which model of the catalogue the app suggests for this device: the resolver's choice. Pure. */

import type { DeviceFacts, ModelProfile } from "#shared/inference/mod.ts";
import {
  inPageProvider,
  profileOffer,
  type RequirementProfile,
  requirementProfiles,
  resolveModel,
} from "#shared/planning/mod.ts";

/** A text persona's, but what is loaded already has no advantage: this is about the next one. */
const requirement: RequirementProfile = {
  ...requirementProfiles["text-persona"],
  rank: ["fits-well", "more-parameters", "less-download"],
};

/** The id of the model, or undefined when none of them runs here. */
export function suggestModel(
  profiles: readonly ModelProfile[],
  device: DeviceFacts,
): string | undefined {
  const choice = resolveModel({
    requirement,
    // The catalogue tells no architectures, and none is asked for.
    offers: profiles.map((profile) => profileOffer(profile, profile.engine)),
    providers: [inPageProvider],
    host: { device, loadedModelIds: [] },
  });
  return choice.ok ? choice.value.modelId : undefined;
}
