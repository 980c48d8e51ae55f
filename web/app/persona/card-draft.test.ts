import { expect, test } from "vitest";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { cardProblems, charsLeft, freshHue, promptLine, trimCard } from "./card-draft.ts";

const card = { name: " Ada ", gist: "a gardener", description: "", greeting: "", hue: 255 };

test("what enters the prompt is the name and the gist", () => {
  expect(promptLine(card)).toBe("Ada: a gardener");
  expect(promptLine({ ...card, gist: "" })).toBe("");
  expect(trimCard(card).name).toBe("Ada");
});

test("missing and too long fields are named", () => {
  expect(cardProblems(card)).toEqual({});
  expect(cardProblems({ ...card, name: "  " })).toEqual({ name: "persona.name-missing" });
  const gist = "x".repeat(protocolLimits.gistCharsMax + 3);
  expect(charsLeft("gist", gist)).toBe(-3);
  expect(cardProblems({ ...card, gist })).toEqual({ gist: "persona.too-long" });
});

test("a new persona's colour is far from those in the cast", () => {
  const hue = freshHue([255, 150]);
  expect(Math.min(Math.abs(hue - 255), Math.abs(hue - 150))).toBeGreaterThan(60);
});
