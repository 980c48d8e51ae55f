import { expect, test } from "vitest";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { Recipe } from "../../protocol/events.ts";
import type { SessionSnapshot } from "../../session/control/events.ts";
import { createSessionWorld } from "../../testing/sim/session-world.ts";

const recipe: Recipe = { kind: "addressed", followUpsMax: 0 };
const chat = { promptFormat: "chat", contextTokens: 8_192 } as const;
const SUMMARY = "Many boats were counted .";
const words = (text: string): readonly string[] => text.split(/(?<= )/u);
const isSummary = ({ segments }: GenerateRequest): boolean =>
  segments.some(({ text }) => text.includes("private work log"));
const kindsOf = ({ entries }: SessionSnapshot): readonly string[] =>
  entries.map(({ body }) => body.kind);
const alertsOf = ({ alerts }: SessionSnapshot): readonly string[] => alerts.map((one) => one.code);

/** A session whose model says as `says` tells it at the time. */
async function setup(profile: typeof chat | Record<string, never> = chat) {
  const says = { task: "Counted .", summary: SUMMARY };
  const world = await createSessionWorld(recipe, {
    profile,
    reply: (request) => words(isSummary(request) ? says.summary : says.task),
  });
  return {
    ...world,
    says,
    /** Long tasks, which fill the log. */
    async work(tasks: number): Promise<void> {
      const text = "count the boats in the harbour again ".repeat(20);
      for (let task = 0; task < tasks; task += 1) {
        await world.answer("ps_a", { method: "run", text, whenBusy: "queue" });
        await world.clock.advance(60_000);
      }
    },
    /** Reasons of the compactions, the oldest first. */
    async compactions(): Promise<readonly (string | undefined)[]> {
      const { inputs } = await world.snapshot("ps_a");
      return inputs.filter(({ work }) => work?.kind === "compact")
        .toSorted((a, b) => a.order - b.order)
        .map(({ reason }) => reason);
    },
  };
}

test("[HO71] a log that is too long is compacted behind a run, and nobody asked", async () => {
  const kit = await setup();
  await kit.work(12);
  expect(await kit.compactions(), "not before it is due").toEqual([]);
  await kit.work(8);
  expect(await kit.compactions()).toEqual(["finished"]);
  const shown = await kit.snapshot("ps_a");
  expect(kindsOf(shown).filter((kind) => kind === "summary")).toHaveLength(1);
  const [input] = shown.inputs.filter(({ work }) => work?.kind === "compact");
  expect(input?.header).toMatchObject({ origin: { kind: "system" }, durability: "derived" });
  const taken = kit.page().engines.flatMap((engine) => engine.taken);
  expect(taken.at(-1)?.segments.some(({ text }) => text.includes(SUMMARY))).toBe(true);
  await kit.restart();
  await kit.work(1);
  expect(await kit.compactions()).toEqual(["finished"]);
});

test("[HO71] a model that follows no instructions is asked for no summary", async () => {
  const kit = await setup({});
  await kit.work(24);
  expect(await kit.compactions()).toEqual([]);
});

test("[HO71] [SC51] after so many failures it is left until a person asks, and people know", async () => {
  const kit = await setup();
  kit.says.summary = "";
  await kit.work(24);
  const failed = ["failed:engine", "failed:engine", "failed:engine"];
  expect(await kit.compactions()).toEqual(failed);
  expect(alertsOf(await kit.snapshot("ps_a"))).toEqual(["compaction-broken"]);
  await kit.work(2);
  expect(await kit.compactions()).toEqual(failed);
  const asked = kit.begin("ps_a", { method: "compact" });
  await kit.clock.advance(120_000);
  expect(await asked).toMatchObject({ ok: false, error: { kind: "engine" } });
  kit.says.summary = SUMMARY;
  await kit.work(1);
  expect(await kit.compactions()).toEqual([...failed, "failed:engine", "finished"]);
});

test("[HO71] [SC52] between two runs that came to something it is done so often", async () => {
  const kit = await setup();
  kit.says.task = "";
  await kit.work(60);
  expect(await kit.compactions()).toEqual(["finished", "finished"]);
  expect(alertsOf(await kit.snapshot("ps_a"))).toEqual(["compaction-thrashing"]);
  kit.says.task = "Counted .";
  await kit.work(1);
  expect(await kit.compactions()).toEqual(["finished", "finished", "finished"]);
});
