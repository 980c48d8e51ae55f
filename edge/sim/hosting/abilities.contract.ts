/** Who can do what in a simulated room: five peers, eight personas, models of two sizes. */

import type { ModelProfile } from "#shared/inference/mod.ts";
import type { AnnouncedLane, ModelRequirement, RoomEvent } from "#shared/protocol/mod.ts";
import type { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";

export const PEERS = ["ada", "bob", "cy", "di", "eve"] as const;
export const PERSONAS = ["a", "b", "c", "d", "e", "f", "g", "h"].map((letter) => `ps_${letter}`);

/** What one peer is in its room. */
export interface Ability {
  readonly access: "write" | "read";
  /** Undefined for a phone without an engine. */
  readonly profile: ModelProfile | undefined;
  readonly hostsForOthers: boolean;
}

const small: ModelProfile = {
  ...{ id: "small", engine: "transformers", name: "Small", goodFor: "", licence: "" },
  ...{ parameters: 1, downloadBytes: 1, memoryBytes: 1, contextTokens: 1_024 },
  ...{ requiredFeatures: [], needsWebGpu: false, promptFormat: "starter-script", embedded: true },
  ...{ replyTokensMax: 64, temperature: 0, topP: 1 },
};
const big: ModelProfile = { ...small, id: "big", name: "Big", contextTokens: 4_096 };

const host: Ability = { access: "write", profile: small, hostsForOthers: true };

/** The first two can host for others, one of them with the big model; the rest is drawn. */
export function drawAbilities(random: SeededRandom): readonly Ability[] {
  const others: readonly Ability[] = [
    ...[host, host, { ...host, profile: big }],
    { ...host, hostsForOthers: false },
    { ...host, profile: undefined },
    { ...host, access: "read" },
  ];
  return [
    { ...host, profile: random.pick([small, big]) },
    { ...host, profile: big },
    ...PEERS.slice(2).map(() => random.pick(others)),
  ];
}

export function lanesOf({ profile }: Ability): readonly AnnouncedLane[] {
  if (profile === undefined) return [];
  return [{
    ...{ engine: profile.engine, modelId: profile.id, lane: "cpu" },
    ...{ contextTokens: profile.contextTokens, slots: 1 },
  }];
}

/** Most run anywhere; some need the big model, or its window. */
export function drawRequirement(random: SeededRandom): ModelRequirement {
  return random.pick([
    ...[{ contextTokensMin: 0 }, { contextTokensMin: 0 }, { contextTokensMin: 512 }],
    ...[{ contextTokensMin: 2_048 }, { modelId: "big", contextTokensMin: 0 }],
  ]);
}

export function cardOf(persona: string) {
  const name = persona.slice(3).toUpperCase();
  return { name, gist: "", description: "", greeting: "", hue: 0 };
}

export function personaEvent(
  persona: string,
  requirement: ModelRequirement,
  hosts: "any" | readonly string[],
): RoomEvent {
  return { kind: "persona", persona, card: cardOf(persona), requirement, hosts, removed: false };
}
