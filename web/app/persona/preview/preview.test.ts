import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import { type Recipe, recipeKinds, type RoomEvent } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import { fc } from "#shared/testing/properties.ts";
import { describeRecipe } from "./preview-words.ts";
import { rehearseRecipe } from "./rehearse-recipe.ts";

const HOME = "dv_home";
const NAMES = ["Ada", "Bo", "Cleo", "Dara"];

/** A room whose personas think each on the device at her place; undefined: nobody hosts her. */
function createRoom(hosts: readonly (string | undefined)[]) {
  let state: RoomState = emptyState();
  const append = (body: RoomEvent, device = HOME): number => {
    const seq = state.head + 1;
    state = foldEntries(state, [
      { seq, ts: toRoomMs(1_000_000 + seq * 1_000), id: `en_${seq}`, device, body },
    ]);
    return seq;
  };
  const recipe: Recipe = { kind: "panel", followUpsMax: 0 };
  append({ kind: "genesis", rules: 2, roomId: "rm_1", name: "Room", recipe });
  for (const device of new Set([HOME, ...hosts.filter((one) => one !== undefined)])) {
    append({ kind: "device", name: device }, device);
    const lane = {
      engine: "transformers",
      modelId: `m-${device}`,
      lane: "cpu",
      contextTokens: 512,
    } as const;
    // Each device has a model of its own, which decides whom it can host.
    append({ kind: "announce", hostsForOthers: true, lanes: [{ ...lane, slots: 1 }] }, device);
  }
  hosts.forEach((host, index) => {
    const name = NAMES[index] ?? "";
    const persona = `pe_${name.toLowerCase()}`;
    const card = { name, gist: "g", description: "", greeting: "", hue: 1 };
    const requirement = { contextTokensMin: 0, modelId: `m-${host ?? "nobody"}` };
    append({ kind: "persona", persona, card, requirement, hosts: "any", removed: false });
    if (host !== undefined) append({ kind: "assign", persona }, host);
  });
  return {
    append,
    get state() {
      return state;
    },
  };
}

const recipe = (kind: Recipe["kind"], part: Partial<Recipe> = {}): Recipe => ({
  ...{ kind, followUpsMax: 0 },
  ...part,
});

const TOGETHER = [HOME, HOME, HOME];
const APART = [HOME, "dv_b", "dv_c"];

test.each<[what: string, hosts: readonly (string | undefined)[], recipe: Recipe, says: string[]]>([
  ["a panel on one device", TOGETHER, recipe("panel"), [
    "When you write, Ada, Bo, and Cleo hear it and answer.",
    "They think one after another, since they share a device; the order moves on with every message.",
    "Each decides whether to speak, and may stay silent.",
    "Then it is your turn again.",
    "Whom you name with @ comes first; the others hear it too.",
  ]],
  ["a panel on three, with a round among them", APART, recipe("panel", { followUpsMax: 1 }), [
    "When you write, Ada, Bo, and Cleo hear it and answer.",
    "They think at the same time.",
    "Each decides whether to speak, and may stay silent.",
    "Then Ada, Bo, and Cleo may react once to what the others said.",
    "Whom you name with @ comes first; the others hear it too.",
  ]],
  [
    "two of three on one device, two rounds",
    [HOME, HOME, "dv_c"],
    recipe("panel", {
      followUpsMax: 2,
    }),
    [
      "When you write, Ada, Bo, and Cleo hear it and answer.",
      "Up to 2 think at the same time, the others after them.",
      "Each decides whether to speak, and may stay silent.",
      "Then Ada, Bo, and Cleo may react to what the others said, for up to 2 rounds.",
      "Whom you name with @ comes first; the others hear it too.",
    ],
  ],
  ["one persona", [HOME], recipe("panel", { followUpsMax: 2 }), [
    "When you write, Ada hears it and answers.",
    "It decides whether to speak, and may stay silent.",
    "Then it is your turn again.",
  ]],
  ["who is named", TOGETHER, recipe("addressed", { followUpsMax: 1 }), [
    "When you write and name nobody, Ada answers, the first of the cast.",
    "Then Bo and Cleo may react once to what the others said.",
    "Name somebody with @, and only they answer.",
  ]],
  ["turns, two at a time", APART, recipe("round-robin", { speakersPerTurn: 2 }), [
    "When you write, Ada and Bo answer next, having waited the longest.",
    "They think at the same time.",
    "Then it is your turn again.",
    "Name somebody with @, and only they answer.",
  ]],
  ["turns of one", TOGETHER, recipe("round-robin"), [
    "When you write, Ada answers next, having waited the longest.",
    "Then it is your turn again.",
    "Name somebody with @, and only they answer.",
  ]],
  ["a debate", TOGETHER, recipe("debate", { rounds: 2 }), [
    "When you write, they speak one at a time, in this order: Ada, Bo, and Cleo. 6 speeches in all.",
    "Then it is your turn again.",
    "Name two or more with @, and only they debate.",
  ]],
  ["a director", TOGETHER, recipe("director", { director: "pe_ada", followUpsMax: 1 }), [
    "When you write, Ada reads it and picks who answers, of Ada, Bo, and Cleo.",
    "Then Ada picks once more who reacts to that.",
    "Name somebody with @, and only they answer.",
  ]],
  ["a director who is not there", TOGETHER, recipe("director", { director: "pe_gone" }), [
    "When you write, Ada answers next, having waited the longest: nobody is there to decide.",
    "Then it is your turn again.",
    "Name somebody with @, and only they answer.",
  ]],
  [
    "one who can answer under a director",
    [HOME, undefined],
    recipe("director", {
      director: "pe_ada",
    }),
    [
      "When you write, Ada answers: nobody else can.",
      "Then it is your turn again.",
      "Bo has no device to think on and is passed over until there is one.",
    ],
  ],
  ["a panel with one whom nobody hosts", [HOME, "dv_b", undefined], recipe("panel"), [
    "When you write, Ada and Bo hear it and answer.",
    "They think at the same time.",
    "Each decides whether to speak, and may stay silent.",
    "Then it is your turn again.",
    "Whom you name with @ comes first; the others hear it too.",
    "Cleo has no device to think on and is passed over until there is one.",
  ]],
  ["nobody hosted", [undefined], recipe("panel"), [
    "Nobody of the cast has a device to think on, so nobody answers.",
  ]],
  ["nobody at all", [], recipe("panel"), ["Nobody is in the cast yet, so nobody answers."]],
])("[RM70] words of %s", (_what, hosts, chosen, says) => {
  expect(describeRecipe(createRoom(hosts).state, chosen, HOME)).toEqual(says);
});

test("[RM70] a drawn round names who is next, and the round after goes on where it stands", () => {
  const room = createRoom(TOGETHER);
  const drawn = recipe("pooled");
  const [first] = describeRecipe(room.state, drawn, HOME);
  expect(first).toMatch(/^When you write, (Ada|Bo|Cleo) is next in this round, which was drawn\.$/);
});

const recipes = fc.record({
  kind: fc.constantFrom(...recipeKinds),
  followUpsMax: fc.nat(2),
  speakersPerTurn: fc.integer({ min: 1, max: 3 }),
  rounds: fc.integer({ min: 1, max: 3 }),
  director: fc.constantFrom("pe_ada", "pe_bo", "pe_gone"),
});
const rooms = fc.array(fc.constantFrom(HOME, "dv_b", "dv_c", undefined), {
  minLength: 1,
  maxLength: 4,
});

test("[RM70] whom the rehearsal asks, the room asks once the recipe is set and a message said", () => {
  fc.assert(
    fc.property(recipes, rooms, fc.nat(3), (chosen, hosts, messages) => {
      const room = createRoom(hosts);
      for (let count = 0; count < messages; count++) {
        room.append({ kind: "say", text: "before", addressed: [] });
      }
      room.append({ kind: "stop", scope: { kind: "all" } });
      const before = room.state;
      const rehearsed = rehearseRecipe(before, chosen, HOME);
      expect(room.state).toBe(before);
      room.append({ kind: "recipe", recipe: chosen });
      const said = room.append({ kind: "say", text: "hello", addressed: [] });
      const turn = room.state.turns.get(said);
      const asked = turn?.planInput.cast.map(({ id }) => id)
        .filter((id) => room.state.personas.get(id)?.assignment !== undefined) ?? [];
      expect([...rehearsed[0]?.personas ?? []].sort()).toEqual(asked.sort());
      expect(rehearsed[0]?.because).toBe(turn?.planInput.cast[0]?.because);
      expect(rehearsed[0]?.candidates).toEqual(turn?.vote);
    }),
    { numRuns: 300 },
  );
});
