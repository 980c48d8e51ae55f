import { expect, test } from "vitest";
import { recipeKinds } from "#shared/protocol/mod.ts";
import { READY_MADE } from "../../start/ready-made.ts";
import { DRAFT_DEVICE, draftRoom } from "./draft-room.ts";
import { describeRecipe } from "./preview-words.ts";

const told = (kind: (typeof recipeKinds)[number], count: number): readonly string[] => {
  const recipe = { kind, followUpsMax: 0 };
  const room = draftRoom(READY_MADE.slice(0, count));
  return describeRecipe(room, recipe, DRAFT_DEVICE, false);
};

test("[SY244] a room that is not made yet tells what the chosen recipe does with the chosen cast", () => {
  expect(told("panel", 2)).toEqual([
    "When you write, Ada and Bo hear it and answer.",
    "Each decides whether to speak, and may stay silent.",
    "Then it is your turn again.",
    "Whom you name with @ comes first; the others hear it too.",
  ]);
  expect(told("panel", 1)[0]).toBe("When you write, Ada hears it and answers.");
  expect(told("panel", 0)).toEqual(["Nobody is in the cast yet, so nobody answers."]);
  const first = recipeKinds.filter((kind) => kind !== "director").map((kind) => told(kind, 2)[0]);
  expect(new Set(first).size, "each recipe in other words").toBe(first.length);
});
