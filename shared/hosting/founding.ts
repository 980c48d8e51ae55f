/** The first entries of a new local room. */

import type { Card, ModelRequirement, Recipe, RoomEvent } from "../protocol/events.ts";
import { RULES_AT_FIRST } from "../protocol/events.ts";
import type { NewEntry } from "../ports/room-log.ts";
import type { DeviceOffer } from "./peer-steps.ts";

export interface FoundingPersona {
  readonly id: string;
  readonly card: Card;
  readonly requirement: ModelRequirement;
}

/**
 * Everything a room needs before its first message, so that this message opens a turn with hosts.
 * The ids are derived from the room's: founding again after a crash adds only what is missing.
 */
export function foundingEntries(
  roomId: string,
  name: string,
  recipe: Recipe,
  personas: readonly FoundingPersona[],
  offer: DeviceOffer,
): readonly NewEntry[] {
  const events: RoomEvent[] = [
    { kind: "genesis", rules: RULES_AT_FIRST, roomId, name, recipe },
    { kind: "device", name: offer.name },
    { kind: "announce", lanes: offer.lanes, hostsForOthers: offer.hostsForOthers },
    ...personas.flatMap(({ id, card, requirement }): RoomEvent[] => [
      { kind: "persona", persona: id, card, requirement, hosts: "any", removed: false },
      { kind: "assign", persona: id },
    ]),
  ];
  return events.map((body, index) => ({
    id: `${roomId}/founding/${index}`,
    device: offer.device,
    body,
  }));
}
