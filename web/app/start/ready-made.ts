/** The two personas that everybody meets first, as new members of a room. */

import { readyMade } from "#shared/personas/mod.ts";
import type { ModelRequirement, Recipe } from "#shared/protocol/mod.ts";
import type { NewPersona } from "../../client/app-client.ts";

/** Any text model will do, the starter included. */
export const ANY_MODEL: ModelRequirement = { contextTokensMin: 0 };

export const DEFAULT_RECIPE: Recipe = { kind: "panel", followUpsMax: 0 };

export const READY_MADE: readonly NewPersona[] = readyMade.map((card) => ({
  card,
  requirement: ANY_MODEL,
}));
