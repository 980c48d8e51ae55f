import { expect, test } from "vitest";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { Recipe } from "../../protocol/events.ts";
import { applyEvent } from "../../session/control/apply-event.ts";
import type { SessionSnapshot } from "../../session/control/events.ts";
import type { SessionCall } from "../../session/control/requests.ts";
import type { SegmentBody } from "../../session/log/segments.ts";
import { createSessionWorld } from "../../testing/sim/session-world.ts";

const recipe: Recipe = { kind: "addressed", followUpsMax: 0 };
const words = (text: string): readonly string[] => text.split(/(?<= )/u);

const bodiesOf = ({ entries }: SessionSnapshot): readonly SegmentBody[] =>
  entries.flatMap(({ body }) => body.kind === "unreadable" ? [] : [body]);
const saidIn = (snapshot: SessionSnapshot): readonly string[] =>
  bodiesOf(snapshot).flatMap((body) => body.kind === "said" ? [body.text] : []);
const textOf = (request: GenerateRequest | undefined): string =>
  request?.segments.map((one) => one.text).join("\n") ?? "";
const run = (text: string): SessionCall => ({ method: "run", text, whenBusy: "queue" });
const chat = { promptFormat: "chat", contextTokens: 8_192 } as const;

test("[HO65] a session of this device is reached, any other is unknown", async () => {
  const { answer, send } = await createSessionWorld(recipe);
  const known = await answer("ps_a", { method: "inspect", session: "ps_a" });
  expect(known).toMatchObject({ kind: "inspection", info: { session: "ps_a", state: "idle" } });
  for (const session of ["ps_x", "ps_a~1", "", "__proto__"]) {
    expect(await send(session, { method: "list-visible" })).toMatchObject({
      ok: false,
      error: { kind: "session-unknown", session },
    });
  }
});

test("[HO66] what is asked in private is answered in the session's log alone, once", async () => {
  const { world, answer, snapshot, restart } = await createSessionWorld(recipe, {
    reply: () => words("Three boats ."),
  });
  const entriesBefore = world.log.entries.length;
  const asked = await answer("ps_a", run("count the boats"));
  expect(asked).toMatchObject({ kind: "accepted", isNew: true });
  await world.clock.advance(30_000);
  const shown = await snapshot("ps_a");
  expect(bodiesOf(shown).map((body) => body.kind)).toEqual([
    "run-start",
    "asked",
    "said",
    "usage",
    "run-end",
  ]);
  expect(saidIn(shown)).toEqual(["Three boats ."]);
  expect(shown.inputs).toMatchObject([{ phase: "consumed", work: { kind: "task" } }]);
  expect(world.log.entries.length).toBe(entriesBefore);
  await restart();
  await world.clock.advance(30_000);
  expect(saidIn(await snapshot("ps_a"))).toEqual(["Three boats ."]);
});

test("[HO66] a snapshot and the events behind it are the snapshot of later", async () => {
  const { world, attach, answer, snapshot } = await createSessionWorld(recipe, {
    reply: () => words("Three boats ."),
  });
  await snapshot("ps_a");
  const attached = attach("ps_a");
  let seen = attached.snapshot;
  const kinds: string[] = [];
  const following = (async () => {
    for await (const event of attached.events) {
      kinds.push(event.event.kind);
      const next = applyEvent(seen, event);
      if (!next.ok) throw new Error("a gap");
      seen = next.value;
    }
  })();
  await answer("ps_a", run("count the boats"));
  await world.clock.advance(30_000);
  expect(seen).toEqual(await snapshot("ps_a"));
  expect(kinds.filter((kind) => kind === "run-start" || kind === "run-end")).toEqual([
    "run-start",
    "run-end",
  ]);
  expect(kinds).toEqual(expect.arrayContaining(["status", "call-start", "delta", "usage"]));
  attached[Symbol.dispose]();
  await following;
});

test("[HO60] a pause holds over a restart, and the turn is answered after the resume", async () => {
  const { world, page, answer, restart } = await createSessionWorld(recipe, {
    reply: ({ continueText }) => words("Yes , at four .".slice(continueText.length)),
  });
  await page().append({ kind: "say", text: "Tea?", addressed: ["ps_a"] });
  await world.clock.advance(60);
  expect(await answer("ps_a", { method: "pause" })).toEqual({ kind: "done" });
  await world.clock.advance(30_000);
  await restart();
  await world.clock.advance(30_000);
  const replies = () => page().state().messages.filter((one) => one.kind === "persona");
  expect(replies()).toEqual([]);
  expect(await answer("ps_a", { method: "resume" })).toEqual({ kind: "done" });
  await world.clock.advance(30_000);
  expect(replies().map((one) => one.text)).toEqual(["Yes , at four ."]);
});

test("[SC87] older entries are read page by page", async () => {
  const { answer, snapshot } = await createSessionWorld(recipe);
  for (let note = 0; note < 230; note += 1) {
    await answer("ps_a", { method: "edit-memory", id: `m${note}`, text: "x" });
  }
  const { first, head } = await snapshot("ps_a");
  const read = async (before: number): Promise<readonly number[]> => {
    const page = await answer("ps_a", { method: "read-log", before });
    return page.kind === "log-entries" ? page.entries.map(({ index }) => index) : [];
  };
  const pages: number[] = [];
  for (let before = head; before > 0; before = pages[0] ?? 0) pages.unshift(...await read(before));
  expect(pages).toEqual(Array.from({ length: head }, (_, index) => index));
  expect([await read(0), first]).toEqual([[], 30]);
});

test("[HO72] a turn that waits for a paused persona says so", async () => {
  const { clock, page, answer } = await createSessionWorld(recipe, {
    reply: ({ continueText }) => words("Yes , at four .".slice(continueText.length)),
  });
  await page().append({ kind: "say", text: "Tea?", addressed: ["ps_a"] });
  await clock.advance(60);
  await answer("ps_a", { method: "pause" });
  const waits = () => page().peer.attempts().map(({ persona, waits: why }) => [persona, why]);
  expect(waits()).toEqual([["ps_a", { kind: "session-held", state: "paused" }]]);
  await answer("ps_a", { method: "resume" });
  await clock.advance(30_000);
  expect(waits()).toEqual([]);
});

test("[HO66] a cancelled turn is stopped for the whole room", async () => {
  const { world, page, answer } = await createSessionWorld(recipe, {
    reply: () => words("one two three four five"),
  });
  await page().append({ kind: "say", text: "Tea?", addressed: ["ps_a"] });
  await world.clock.advance(60);
  expect(await answer("ps_a", { method: "cancel" })).toEqual({ kind: "done" });
  await world.clock.advance(30_000);
  const [turn] = [...page().state().turns.values()].filter((one) => one.human);
  expect(turn?.entries.find((one) => one.persona === "ps_a")?.attempts[0]?.outcome.kind)
    .toBe("stopped");
});

test("[HO67] what was said is remembered behind a turn, and recalled in the next prompt", async () => {
  const isExtract = (request: GenerateRequest): boolean =>
    textOf(request).includes("private notes");
  const { world, page, snapshot } = await createSessionWorld(recipe, {
    profile: chat,
    reply: (request) => isExtract(request) ? words("- The dog is called Biscuit.") : words("Hm ."),
  });
  for (let line = 0; line < 9; line += 1) {
    await page().append({ kind: "say", text: `remark ${line}`, addressed: ["ps_a"] });
    await world.clock.advance(20_000);
  }
  await world.clock.advance(20 * 60_000); // Background work waits for a quiet time.
  const shown = await snapshot("ps_a");
  expect(shown.memory).toMatchObject([
    { text: "The dog is called Biscuit.", stage: "staged", by: "job" },
  ]);
  const jobs = shown.inputs.filter((one) => one.work?.kind === "memory");
  expect(jobs).toMatchObject([{ phase: "consumed", human: false }]);
  await page().append({ kind: "say", text: "What is the dog called?", addressed: ["ps_a"] });
  await world.clock.advance(30_000);
  const last = page().engines.at(-1)?.taken.findLast((one) => !isExtract(one));
  expect(textOf(last)).toContain("The dog is called Biscuit.");
});

test("[HO67] a model that follows no instructions is asked for no memory", async () => {
  const { world, page, snapshot } = await createSessionWorld(recipe);
  for (let line = 0; line < 20; line += 1) {
    await page().append({ kind: "say", text: `remark ${line}`, addressed: ["ps_a"] });
    await world.clock.advance(10_000);
  }
  expect((await snapshot("ps_a")).inputs.filter((one) => one.work?.kind === "memory")).toEqual([]);
});
