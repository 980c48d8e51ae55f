/** A fixture's room with the cast that everybody meets first, and a third for who wants one. */

import { readyMade } from "#shared/personas/mod.ts";
import type { FixtureClient } from "./fixture-client.ts";
import { FixtureRoom } from "./fixture-room.ts";

export const CLEO = {
  name: "Cleo",
  gist: "a builder who checks twice. Likes level ground and plain words. Dislikes guesses.",
  description: "",
  greeting: "",
  hue: 40,
};

export function createRoom(client: FixtureClient, id: string, name: string, agoMs: number) {
  const room = new FixtureRoom(id, name, Date.now() - agoMs);
  client.rooms.set(id, room);
  readyMade.forEach((card) => room.addPersona(`pe_${card.name.toLowerCase()}`, card));
  return room;
}
