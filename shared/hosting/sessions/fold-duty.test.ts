import { expect, test } from "vitest";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { Recipe } from "../../protocol/events.ts";
import { createSessionWorld } from "../../testing/sim/session-world.ts";

const recipe: Recipe = { kind: "addressed", followUpsMax: 0 };
const chat = { promptFormat: "chat", contextTokens: 2_048 } as const;
const SUMMARY = "The plants of forty rows were named.";
const textOf = ({ segments }: GenerateRequest): string => segments.map(({ text }) => text).join("");
const isFold = (request: GenerateRequest): boolean =>
  textOf(request).includes("sum up the beginning");

async function setup(profile: typeof chat | Record<string, never> = chat) {
  const says = { summary: SUMMARY };
  const world = await createSessionWorld(recipe, {
    profile,
    reply: (request) => isFold(request) ? [says.summary] : ["I", " see", "."],
  });
  const taken = () => world.page().engines.flatMap((engine) => engine.taken);
  return {
    ...world,
    says,
    taken,
    async talk(from: number, to: number): Promise<void> {
      for (let row = from; row < to; row += 1) {
        await world.say(`In row ${row} stands a plant called P${row}q, which is ${row} weeks old.`);
      }
    },
    async folds(): Promise<readonly (string | undefined)[]> {
      const { inputs } = await world.snapshot("ps_a");
      return inputs.filter(({ work }) => work?.kind === "memory" && work.job === "fold")
        .map(({ reason }) => reason);
    },
  };
}

test("[HO175] a talk that outgrows the prompt is summed up behind a turn, and prompts go on from it", async () => {
  const kit = await setup();
  await kit.talk(0, 10);
  expect(await kit.folds()).toEqual([]);
  await kit.talk(10, 60);
  expect((await kit.folds()).length).toBeGreaterThan(0);
  expect(new Set(await kit.folds())).toEqual(new Set(["finished"]));
  const last = kit.taken().findLast((request) => !isFold(request));
  const text = last === undefined ? "" : textOf(last);
  expect(text).toContain(`What was said before this, in short:\n- ${SUMMARY}\n`);
  for (let row = 50; row < 60; row += 1) {
    expect(text).toContain(
      `In row ${row} stands a plant called P${row}q, which is ${row} weeks old.`,
    );
  }
  expect(text).not.toContain("P0q");
  const folds = kit.taken().filter(isFold).map(textOf);
  expect(folds[0]).toContain("P0q");
  expect(folds.slice(1).every((one) => one.includes(`The summary so far:\n- ${SUMMARY}`))).toBe(
    true,
  );
});

test("[HO175] a model that follows no instructions is asked for no summary", async () => {
  const kit = await setup({});
  await kit.talk(0, 40);
  expect(await kit.folds()).toEqual([]);
});

test("[HO175] an empty summary is none, and after so many failures it is left", async () => {
  const kit = await setup();
  kit.says.summary = "";
  await kit.talk(0, 60);
  expect(new Set(await kit.folds())).toEqual(new Set(["failed:empty"]));
  expect(await kit.folds()).toHaveLength(3);
});
