import { expect, test } from "vitest";
import { fc } from "../../testing/properties.ts";
import { layoutPrompt } from "../layout.ts";
import { chooseFold, linesToFold } from "./fold-plan.ts";
import { blockTokens } from "./line-window.ts";
import { openScriptRoom } from "./script-room.contract.ts";

const cast = [{ name: "Ada", gist: "a gardener", description: "" }];

function talk(lines: number, tokensMax = 2_000) {
  const room = openScriptRoom({ cast, tokensMax });
  for (let line = 0; line < lines; line += 1) {
    room.say("Mika", `In row ${line} stands a plant called P${line}q and it is ${line} weeks old.`);
  }
  return room;
}
const textOf = (layout: ReturnType<typeof layoutPrompt>) =>
  layout.segments.map(({ text }) => text).join("");

test("[PL68] lines that fit have no summary; else the one behind which all others fit stands for the rest", () => {
  const folds = [{ firstLine: 10, text: "ten" }, { firstLine: 60, text: "sixty" }];
  expect(textOf(layoutPrompt({ ...talk(20).own(0), folds }))).not.toContain("in short");
  const request = talk(100).own(0);
  const text = textOf(layoutPrompt({ ...request, folds }));
  expect(text).toContain("What was said before this, in short:\n- sixty\n");
  expect(text).toContain("row 60 ");
  expect(text).not.toContain("row 59 ");
  // With one more line everything before it stays as it was.
  const keys = layoutPrompt({ ...request, folds }).segments.slice(0, -1).map(({ key }) => key);
  const more = layoutPrompt({ ...talk(101).own(0), folds }).segments.map(({ key }) => key);
  expect(more.slice(0, keys.length)).toEqual(keys);
});

test("[PL68] a summary behind which too much was said stands for what it tells", () => {
  const folds = [{ firstLine: 5, text: "the first five" }];
  const text = textOf(layoutPrompt({ ...talk(100).own(0), folds }));
  expect(text).toContain("- the first five\n");
  expect(text).toContain("row 99 ");
  expect(text).not.toContain("row 6 ");
});

test("[PL62] [PL68] folding keeps names and facts of the last twenty messages verbatim", () => {
  const room = talk(100);
  const request = room.request(0);
  const lines = request.lines.map(({ text }) => Math.ceil(text.length / 3) + 6);
  const folds = [{ firstLine: linesToFold(lines, 2_000), text: "Plants were named." }];
  const own = layoutPrompt({ ...request, folds });
  const shared = room.step(0, { folds }).layout;
  const dropped = layoutPrompt(request);
  for (const layout of [own, shared, dropped]) {
    for (let line = 80; line < 100; line += 1) {
      expect(textOf(layout)).toContain(
        `Mika: In row ${line} stands a plant called P${line}q and it is ${line} weeks old.\n`,
      );
    }
    expect(layout.tokensEstimated).toBeLessThanOrEqual(2_000);
  }
  for (const layout of [own, shared]) expect(textOf(layout)).toContain("Plants were named.");
});

test("[PL64] [PL68] a script whose summary does not hold any more begins anew", () => {
  const room = talk(100);
  const folds = [{ firstLine: 70, text: "Plants were named." }];
  room.answer(0, "I see.", { folds });
  expect(room.step(0, { folds }).begins).toBeUndefined();
  expect(room.step(0, { folds: [] }).begins).toBe("lines");
});

const tokens = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 300 });

test("[PL69] the oldest are summed up before the room is full, and half of it stays", () => {
  fc.assert(fc.property(tokens, fc.integer({ min: 200, max: 4_000 }), (all, tokensMax) => {
    const sum = (from: number) => all.slice(from).reduce((a, b) => a + b, 0);
    const folded = linesToFold(all, tokensMax);
    if (sum(0) <= tokensMax * 0.7) {
      expect(folded).toBe(0);
      return;
    }
    expect(folded > 0 || all.length === 1).toBe(true);
    expect(folded).toBeLessThan(all.length);
    expect(sum(folded)).toBeLessThanOrEqual(Math.max(tokensMax * 0.7, all.at(-1) ?? 0));
    const isNextTooMuch = sum(Math.max(0, folded - 1)) > tokensMax * 0.5;
    expect(isNextTooMuch).toBe(true);
  }));
});

test("[PL68] whatever summaries there are, what is chosen fits and holds the newest line", () => {
  const fold = fc.record({ firstLine: fc.nat(320), text: fc.string({ maxLength: 300 }) });
  fc.assert(fc.property(
    tokens,
    fc.array(fold, { maxLength: 5 }),
    fc.integer({ min: 1, max: 3_000 }),
    (all, given, roomMax) => {
      const folds = given.toSorted((a, b) => a.firstLine - b.firstLine);
      const estimate = ({ text }: { readonly text: string }) => text.length;
      const chosen = chooseFold(all, folds, estimate, roomMax, blockTokens(roomMax));
      expect(chosen.firstLine).toBeLessThan(all.length);
      const lines = all.slice(chosen.firstLine).reduce((a, b) => a + b, 0);
      const more = chosen.fold === undefined ? 0 : estimate(chosen.fold);
      if (all.length - chosen.firstLine > 1) expect(lines + more).toBeLessThanOrEqual(roomMax);
      if (chosen.fold !== undefined) {
        expect(chosen.fold.firstLine).toBeLessThanOrEqual(chosen.firstLine);
      }
    },
  ));
});
