/**
 * The shipped starter keeps its targets on names, nouns and card wordings that its training never
 * saw, drawn by seed when the test runs: STARTER_SEED=… draws others.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isStutter as workerStutter } from "#shared/inference/mod.ts";
import { isStutter, loadStarter } from "./runtime.mjs";
import { buildItems, judge, loops, missed, tally } from "./scoring.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const seed = Number(process.env["STARTER_SEED"] ?? 20);
const COUNT = 240;

test(`the starter meets every target on ${COUNT} held-out prompts (seed ${seed})`, async () => {
  const starter = await loadStarter(`${here}files`);
  const held = JSON.parse(readFileSync(`${here}heldout.json`, "utf8"));
  const judged = [];
  for (const item of buildItems(held, seed, COUNT)) {
    const reply = await starter.reply(item.prompt);
    judged.push({ item, reply, facts: judge(held, item, reply) });
  }
  const rates = tally(judged);
  expect(missed(rates), JSON.stringify(rates)).toEqual([]);
}, 110_000);

test("the score and the app mean the same by a stutter", () => {
  const decode = (ids: readonly number[]): string => ids.map((id) => "-ab "[id]).join("");
  for (
    const said of [[], [1], [1, 1], [1, 2, 1, 2, 1], [3, 1, 2, 3, 1, 2, 3, 1], [
      1,
      1,
      2,
      3,
      1,
      1,
      2,
    ]]
  ) {
    for (const token of [1, 2, 3]) {
      expect(isStutter(said, token, decode)).toBe(workerStutter(said, token, decode));
    }
  }
});

test.each<[text: string, ids: number[], isLoop: boolean]>([
  ["I like tea and I like rain", [], false],
  ["I like the rain, yes, I like the rain", [], true],
  ["la", [1, 2, 3, 4, 1, 2, 3, 4], true],
  ["Seaweed! Seaweed? I would defend seaweed", [5, 6, 5, 6, 7], false],
])("%j loops: %j %s", (text, ids, isLoop) => {
  expect(loops(text, ids)).toBe(isLoop);
});
