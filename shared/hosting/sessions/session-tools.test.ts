import { expect, test } from "vitest";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { Recipe } from "../../protocol/events.ts";
import type { SessionSnapshot } from "../../session/control/events.ts";
import type { SegmentBody } from "../../session/log/segments.ts";
import type { PermissionRule } from "../../session/tools/tool.ts";
import { createSessionWorld } from "../../testing/sim/session-world.ts";

const recipe: Recipe = { kind: "addressed", followUpsMax: 0 };
const chat = { promptFormat: "chat", contextTokens: 8_192 } as const;
const allow = (tool: string): PermissionRule => ({ tool, decision: "allow" });
const words = (text: string): readonly string[] => text.split(/(?<= )/u);
const textOf = (request: GenerateRequest): string =>
  request.segments.map((one) => one.text).join("\n");
const bodiesOf = <K extends SegmentBody["kind"]>(
  { entries }: SessionSnapshot,
  kind: K,
): readonly Extract<SegmentBody, { readonly kind: K }>[] =>
  entries.flatMap(({ body }) =>
    body.kind === kind ? [body as Extract<SegmentBody, { readonly kind: K }>] : []
  );

/** Says these tool decisions one after the other, then that no tool is needed. */
function decisions(...list: readonly object[]) {
  let next = 0;
  return () => JSON.stringify(list[next++] ?? { tool: "none" });
}

test("[HO70] a persona remembers by a tool in a turn, and says what she found in the room", async () => {
  const world = await createSessionWorld(recipe, {
    profile: chat,
    sayJson: decisions(
      { tool: "remember", args: { text: "Tea is at four." } },
      { tool: "search_room", args: { about: "boat" } },
    ),
    reply: (request) => words(textOf(request).includes("the boat is blue") ? "Blue ." : "Hm ."),
  });
  const { answer, snapshot, page } = world;
  await answer("ps_a", { method: "set-tools", rules: [allow("remember"), allow("search_room")] });
  await world.say("the boat is blue", "ps_b");
  await world.say("Which colour, Ada?", "ps_a");
  const shown = await snapshot("ps_a");
  expect(bodiesOf(shown, "call").map((one) => one.tool)).toEqual(["remember", "search_room"]);
  expect(bodiesOf(shown, "result").map((one) => one.isError)).toEqual([false, false]);
  expect(bodiesOf(shown, "result")[1]?.text).toContain("the boat is blue");
  expect(shown.memory).toMatchObject([{ text: "Tea is at four.", by: "persona" }]);
  const said = page().state().messages.filter((one) => one.author === "ps_a");
  expect(said.map((one) => one.text)).toEqual(["Blue ."]);
  expect(bodiesOf(shown, "settled")).toMatchObject([{ outcome: "replied" }]);
});

test("[HO70] without rules no tool is asked for, and a turn is one model call", async () => {
  const world = await createSessionWorld(recipe, { profile: chat, sayJson: decisions() });
  await world.say("Hello", "ps_a");
  expect(world.page().engines.flatMap((engine) => engine.taken)).toHaveLength(1);
});

test("[HO70] a tool that asks waits for a person, whose word decides", async () => {
  const rules: readonly PermissionRule[] = [{ tool: "remember", decision: "ask" }];
  const remember = { tool: "remember", args: { text: "a secret" } };
  for (const decision of ["allow", "deny"] as const) {
    const world = await createSessionWorld(recipe, {
      profile: chat,
      sayJson: decisions(remember),
      reply: () => words("Done ."),
    });
    const { answer, snapshot } = world;
    await answer("ps_a", { method: "set-tools", rules });
    await world.say("Remember it", "ps_a");
    const [ask] = (await snapshot("ps_a")).asks;
    expect(ask).toMatchObject({ tool: "remember", args: { text: "a secret" } });
    const callId = ask?.callId ?? "";
    const unknown = await world.send("ps_a", {
      method: "answer-permission",
      callId: "other",
      decision,
    });
    expect(unknown).toMatchObject({ ok: false, error: { kind: "call-unknown" } });
    await answer("ps_a", { method: "answer-permission", callId, decision });
    await world.clock.advance(30_000);
    const shown = await snapshot("ps_a");
    expect(shown.asks).toEqual([]);
    expect(shown.memory.map((note) => note.text)).toEqual(decision === "allow" ? ["a secret"] : []);
    expect(bodiesOf(shown, "permission")).toMatchObject([{ decision, by: "person" }]);
    expect(bodiesOf(shown, "result")[0]?.isError).toBe(decision === "deny");
  }
});

test("[HO68] [HO70] a child works on its task, and its idle parent is woken with the result", async () => {
  const spawn = { tool: "spawn", args: { task: "count the boats" } };
  const isChild = (request: GenerateRequest): boolean => request.persona === "ps_a~1";
  let spawned = false;
  const world = await createSessionWorld(recipe, {
    profile: chat,
    sayJson(request) {
      if (isChild(request) || spawned) return JSON.stringify({ tool: "none" });
      spawned = true;
      return JSON.stringify(spawn);
    },
    reply: (request) => words(isChild(request) ? "Three boats ." : "I see ."),
  });
  const { answer, snapshot } = world;
  await answer("ps_a", { method: "set-tools", rules: [allow("spawn"), allow("remember")] });
  await world.say("How many boats?", "ps_a");
  await world.clock.advance(60_000);
  const child = await snapshot("ps_a~1");
  expect(child.greeting).toMatchObject({ session: "ps_a~1", parent: "ps_a" });
  expect(bodiesOf(child, "said")).toMatchObject([{ text: "Three boats ." }]);
  const parent = await snapshot("ps_a");
  expect(bodiesOf(parent, "note")).toMatchObject([
    { from: "ps_a~1", text: "ps_a~1 is done: Three boats ." },
  ]);
  expect(bodiesOf(parent, "child")).toMatchObject([{ event: { kind: "ended", child: "ps_a~1" } }]);
  expect(bodiesOf(parent, "said")).toMatchObject([{ text: "I see ." }]);
  expect(await answer("ps_a", { method: "list-visible" })).toMatchObject({
    kind: "visible",
    sessions: [{ session: "ps_a", relation: "self" }, { session: "ps_a~1", relation: "child" }],
  });
  await world.restart();
  await snapshot("ps_a");
  await world.clock.advance(60_000);
  expect(bodiesOf(await snapshot("ps_a"), "note"), "told once").toHaveLength(1);
});

test("[HO70] a log is made shorter by a summary, and the next prompt has that instead", async () => {
  const isSummary = (request: GenerateRequest): boolean =>
    textOf(request).includes("private work log");
  const world = await createSessionWorld(recipe, {
    profile: chat,
    reply: (request) => words(isSummary(request) ? "Many boats were counted ." : "Counted ."),
  });
  const { answer, snapshot } = world;
  for (let task = 0; task < 14; task += 1) {
    const text = `task ${task}: ${"count the boats in the harbour again ".repeat(20)}`;
    await answer("ps_a", { method: "run", text, whenBusy: "queue" });
    await world.clock.advance(20_000);
  }
  const asked = world.begin("ps_a", { method: "compact" });
  await world.clock.advance(120_000);
  const compacted = await asked;
  if (!compacted.ok || compacted.answer.kind !== "compacted") {
    throw new Error(JSON.stringify(compacted));
  }
  expect(compacted.answer.tokensAfter).toBeLessThan(compacted.answer.tokensBefore);
  const shown = await snapshot("ps_a");
  expect(bodiesOf(shown, "summary")).toMatchObject([{ text: "Many boats were counted ." }]);
  await answer("ps_a", { method: "run", text: "and now?", whenBusy: "queue" });
  await world.clock.advance(20_000);
  const last = world.page().engines.at(-1)?.taken.at(-1);
  expect(last === undefined ? "" : textOf(last)).toContain("Many boats were counted .");
});
