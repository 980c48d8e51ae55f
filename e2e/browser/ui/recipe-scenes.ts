/** Scenes of rooms in which not everybody answers: a choice under way, a choice made, a debate. */

import type { Recipe } from "#shared/protocol/mod.ts";
import { CLEO, createRoom } from "./create-room.ts";
import type { FixtureClient } from "./fixture-client.ts";
import type { FixtureRoom } from "./fixture-room.ts";

const ROOM = "rm_rules";
const DIRECTED: Recipe = { kind: "director", followUpsMax: 0, director: "pe_ada" };

/** Fills `client` when `scene` is one of a room with a recipe of its own. */
export function fillRecipeScene(client: FixtureClient, scene: string): void {
  switch (scene) {
    case "choosing":
      return addChoosing(client);
    case "chosen":
      return void addChosen(client);
    case "director-gone":
      addChosen(client);
      return client.rooms.get(ROOM)?.removePersona("pe_ada");
    case "debate":
      return addDebate(client);
  }
}

function createRuledRoom(client: FixtureClient, recipe: Recipe): FixtureRoom {
  client.pace = Infinity;
  const room = createRoom(client, ROOM, "Garden plans", 30 * 60_000);
  room.addPersona("pe_cleo", CLEO);
  room.append({ kind: "recipe", recipe });
  return room;
}

/** Of three messages one was Bo's by choice, one Cleo's by name, and one nobody chose for. */
function addChosen(client: FixtureClient): FixtureRoom {
  const room = createRuledRoom(client, DIRECTED);
  const first = room.say("Who has something to say about the rain?");
  const speech = room.settle(first, "pe_ada", { kind: "voted", speaker: "pe_bo" }, 420);
  room.reply(speech, "pe_bo", "It is a small drum that nobody is in a hurry to put away.", 1_900);
  const second = room.say("@Cleo, and what does it do to the gravel?", ["pe_cleo"]);
  room.reply(second, "pe_cleo", "It settles. Check the level twice, then once more.", 1_500);
  const third = room.say("And what shall we plant?");
  const empty = { kind: "failed", reason: "empty", detail: "The choice names nobody: hm" } as const;
  const last = room.settle(third, "pe_ada", empty, 700);
  room.reply(last, "pe_ada", "Rosemary first. There is time for the rest.", 1_300);
  return room;
}

/** Ada reads and chooses: held there. */
function addChoosing(client: FixtureClient): void {
  const room = addChosen(client);
  room.atMs = Date.now() - 2_400;
  const turn = room.say("How deep should I dig before frost?", [], 0);
  client.run(ROOM, { turn, persona: "pe_ada", attempt: 0, phase: "thinking" }, "");
}

/** Four steps of a debate of three; the next speaks. */
function addDebate(client: FixtureClient): void {
  const room = createRuledRoom(client, { kind: "debate", followUpsMax: 0, rounds: 2 });
  room.atMs = Date.now() - 60_000;
  let turn = room.say("Is rain better than sun?", [], 0);
  const lines = [
    ["pe_ada", "Rain. A garden can wait for the sun, and it cannot wait for water."],
    ["pe_bo", "Sun, for what would the drops be without a window of light?"],
    ["pe_cleo", "Neither. Shade: nothing cracks in it, and nothing washes out."],
    ["pe_ada", "Cleo, even shade is only the sun being gentle."],
  ] as const;
  for (const [persona, text] of lines) turn = room.reply(turn, persona, text, 1_600);
  client.run(
    ROOM,
    { turn, persona: "pe_bo", attempt: 0, phase: "speaking" },
    "Then let us call the rain",
  );
}
