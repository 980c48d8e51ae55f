import { expect, test } from "vitest";
import { toEpochMs } from "../../base/brands.ts";
import { err, ok } from "../../base/result.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import { MemorySessionLog } from "../../testing/fakes/memory-session-log.ts";
import { boxOf, callText, openRunKit, toolOf, workOf } from "../../testing/fakes/run-kit.ts";
import type { SegmentBody } from "../log/segments.ts";
import { toolLimits } from "../tools/limits.ts";

const RUN = "in-1-ada-0";
const withdrawn = { kind: "withdrawn", reason: "stopped" };

test("[SC106] a run tells start, calls, blocks, usage and end in their order", async () => {
  const kit = await openRunKit({
    box: boxOf([toolOf("search_room")]),
    decisions: [callText("search_room"), '{"tool":"none"}'],
    engine: { tokenMs: 150 },
  });
  await kit.play(undefined, 5_000);
  const decide = ["call-start", "delta", "block-done", "usage", "call-end"];
  expect(kit.eventKinds()).toEqual([
    "run-start",
    ...decide,
    "tool-call",
    "tool-result",
    ...decide,
    "call-start",
    ...["delta", "delta", "delta", "delta"],
    "block-done",
    "usage",
    "call-end",
    "run-end",
  ]);
  const purposes = kit.log.events.flatMap((one) => one.kind === "call-start" ? [one.purpose] : []);
  expect(purposes).toEqual(["decide", "decide", "speak"]);
  expect(kit.results()).toEqual([{ kind: "finished" }]);
  expect(kit.frames.join("")).not.toContain("tool");
});

test("[SC107] the deltas of each block join to its text", async () => {
  const words = Array.from({ length: 60 }, (_, at) => ` w${at}`);
  const kit = await openRunKit({
    box: boxOf([toolOf("search_room")]),
    engine: {
      tokenMs: 70,
      reply: (r) => r.segments[0]?.key === "decide" ? ['{"tool":', '"none"}'] : words,
    },
  });
  await kit.play(undefined, 10_000);
  const blocks = new Map<number, string>();
  for (const event of kit.log.events) {
    if (event.kind !== "delta") continue;
    const text = blocks.get(event.block) ?? "";
    expect(event.offset).toBe(text.length);
    expect(event.of).toBe(event.block === 0 ? "thinking" : "text");
    blocks.set(event.block, text + event.text);
  }
  expect([...blocks.values()]).toEqual(['{"tool":"none"}', words.join("")]);
});

test("[SC2] [SC106] of a persona that says PASS no block is told", async () => {
  const kit = await openRunKit({ engine: { reply: () => ["PA", "SS"] } });
  await kit.play();
  expect(kit.eventKinds()).toEqual(["run-start", "call-start", "usage", "call-end", "run-end"]);
});

test("[SC16] [SC106] a reply that goes on tells how much is kept", async () => {
  const kit = await openRunKit({ engine: { reply: () => [" you."] } });
  await kit.play(inputOf({ partialText: "I hear" }));
  expect(kit.log.events.find((event) => event.kind === "continuation"))
    .toMatchObject({ charsKept: 6 });
});

test("[SC106] an input that is tried again tells the retry", async () => {
  const kit = await openRunKit();
  kit.engine.inject({ kind: "refuse-busy" });
  expect(await kit.play(inputOf({ stagedCount: 2 }))).toMatchObject({ kind: "retry" });
  expect(kit.log.events.find((event) => event.kind === "retry")).toMatchObject({
    attempt: 2,
    waitMs: 500,
    reason: "busy",
  });
  expect(kit.results()).toMatchObject([{ kind: "failed", reason: "busy" }]);
});

test("[SC112] study 3.23, incident 4: an empty model turn is not a success", async () => {
  const kit = await openRunKit({ engine: { reply: () => [" "] } });
  const turn = await kit.play();
  const task = await kit.play(workOf({ kind: "task", text: "Think" }));
  expect(turn).toMatchObject({ settled: { outcome: { kind: "failed", reason: "empty" } } });
  expect(task).toMatchObject({ kind: "ended", outcome: "failed:empty" });
  expect(kit.results()).toMatchObject([
    { kind: "failed", reason: "empty" },
    { kind: "failed", reason: "empty" },
  ]);
});

test("[SC112] an attempt that the room settled otherwise is a cancelled run, kept nowhere", async () => {
  const kit = await openRunKit({
    deps: {
      buildRequest: () =>
        Promise.resolve(err({ outcome: { kind: "deferred", reason: "stale" }, seenSeq: 5 })),
    },
  });
  const outcome = await kit.play();
  expect(outcome).toMatchObject({ settled: { outcome: { kind: "deferred" }, seenSeq: 5 } });
  kit.commit(outcome);
  expect(kit.log.bodies).toEqual([]);
  expect(kit.results()).toEqual([{ kind: "cancelled" }]);
});

test.each([
  ["cancelled before any text", "cancel", 5, [{ kind: "rolled-back", text: "Think" }]],
  ["paused before any text", "pause", 5, [{ kind: "paused" }]],
  ["cancelled with text", "cancel", 450, [{ kind: "cancelled" }]],
  ["paused with text", "pause", 450, [{ kind: "paused" }]],
])("[SC113] a task that is %s", async (_title, how, ms, results) => {
  const kit = await openRunKit({ engine: { tokenMs: 200 } });
  const { controller, outcome } = kit.begin(workOf({ kind: "task", text: "Think" }));
  await kit.clock.advance(ms);
  if (how === "pause") kit.session.pause();
  else controller.abort(withdrawn);
  await kit.clock.advance(2_000);
  await outcome;
  expect(kit.results()).toEqual(results);
});

test("[SC113] a paused task goes on later, with its text if there is any", async () => {
  const outcomes = [];
  for (const ms of [5, 450]) {
    const kit = await openRunKit({ engine: { tokenMs: 200 } });
    const { outcome } = kit.begin(workOf({ kind: "task", text: "Think" }));
    await kit.clock.advance(ms);
    kit.session.pause();
    await kit.clock.advance(2_000);
    outcomes.push(await outcome);
  }
  expect(outcomes).toMatchObject([
    { kind: "paused", partialText: undefined },
    { kind: "paused", partialText: "I am" },
  ]);
});

test("[SC84] a cancelled task keeps what was asked and what was shown, a turn nothing", async () => {
  const task = workOf({ kind: "task", text: "Think" });
  for (const input of [task, inputOf()]) {
    const kit = await openRunKit({ engine: { tokenMs: 200 } });
    const { controller, outcome } = kit.begin(input);
    await kit.clock.advance(450);
    controller.abort(withdrawn);
    await kit.clock.advance(2_000);
    expect(await outcome).toMatchObject({ kind: "cancelled", partialText: "I am" });
    expect(kit.log.bodies).toMatchObject(
      input !== task ? [] : [
        { kind: "run-start", cause: { kind: "task" }, readTo: 0 },
        { kind: "asked", text: "Think" },
        { kind: "said", text: "I am", isPartial: true },
        { kind: "run-end", result: { kind: "cancelled" } },
      ],
    );
  }
});

test("[SC113] a turn that is paused before any text goes on later", async () => {
  const kit = await openRunKit({ engine: { tokenMs: 200 } });
  const { outcome } = kit.begin();
  await kit.clock.advance(5);
  kit.session.pause();
  await kit.clock.advance(2_000);
  expect(await outcome).toEqual({ kind: "paused", partialText: undefined });
  expect(kit.results()).toEqual([{ kind: "paused" }]);
});

test("[SC113] a run that used a tool is not rolled back, and its cancel closes it", async () => {
  const run = () => new Promise<never>(() => undefined);
  const kit = await openRunKit({
    box: boxOf([toolOf("spawn", { run })]),
    decisions: [callText("spawn")],
  });
  const { controller, outcome } = kit.begin();
  await kit.clock.advance(100);
  controller.abort(withdrawn);
  await kit.clock.advance(2_000);
  expect(await outcome).toMatchObject({ kind: "cancelled" });
  expect(kit.log.bodies.slice(-3)).toMatchObject([
    { kind: "result", isError: true },
    { kind: "usage" },
    { kind: "run-end", result: { kind: "cancelled" } },
  ]);
});

test("[SC103] a run that lost its place stays open in the log and goes on", async () => {
  const tool = toolOf("search_room", { run: () => new Promise<never>(() => undefined) });
  const kit = await openRunKit({ box: boxOf([tool]), decisions: [callText("search_room")] });
  const { controller, outcome } = kit.begin();
  await kit.clock.advance(100);
  controller.abort({ kind: "place-lost" });
  await kit.clock.advance(2_000);
  expect(await outcome).toMatchObject({ kind: "cancelled" });
  expect(kit.log.state().openRun).toMatchObject({ runId: RUN });
  expect(kit.log.state().openCalls).toHaveLength(1);
});

test("[SC113] a store that fails while a run is closed is told, not waited for", async () => {
  const log = new MemorySessionLog();
  const kit = await openRunKit({
    log,
    box: boxOf([toolOf("spawn", { run: () => new Promise<never>(() => undefined) })]),
    decisions: [callText("spawn")],
  });
  const { controller, outcome } = kit.begin();
  await kit.clock.advance(100);
  log.failWith({ kind: "storage-full" });
  controller.abort(withdrawn);
  await kit.clock.advance(2_000);
  expect(await outcome).toMatchObject({ kind: "cancelled" });
  expect(kit.log.events.filter((event) => event.kind === "alert"))
    .toMatchObject([{ alert: { code: "end-not-stored", detail: "storage-full" } }]);
});

const asking = (tool = toolOf("spawn")) => ({
  box: boxOf([tool], "ask"),
  decisions: [callText("spawn"), '{"tool":"none"}'],
});

test.each([
  ["allow" as const, 1, "spawn found cats"],
  ["deny" as const, 0, "Denied by a person. Answer without it."],
])("[SC96] a person asked about a call says %s", async (word, calls, text) => {
  const tool = toolOf("spawn");
  const kit = await openRunKit(asking(tool));
  const { outcome } = kit.begin();
  await kit.clock.advance(1_000);
  expect(kit.log.events.at(-1)).toMatchObject({
    kind: "ask",
    ask: { callId: `${RUN}/0`, tool: "spawn", args: { about: "cats" } },
  });
  expect(kit.session.answerPermission("another", word)).toBe(false);
  expect(kit.session.answerPermission(`${RUN}/0`, word)).toBe(true);
  expect(kit.session.answerPermission(`${RUN}/0`, "allow")).toBe(false);
  await kit.clock.advance(1_000);
  expect(await outcome).toMatchObject({ settled: { outcome: { kind: "replied" } } });
  expect(tool.calls).toHaveLength(calls);
  expect(kit.log.bodies).toContainEqual(
    { kind: "permission", callId: `${RUN}/0`, decision: word, by: "person" },
  );
  expect(kit.needs.at(-1)?.context.extras.results).toMatchObject([{ text }]);
});

test("[SC96] [SC97] without an answer in time the call is denied and says so", async () => {
  const kit = await openRunKit(asking());
  const outcome = await kit.play(undefined, toolLimits.askMsMax + 2_000);
  expect(outcome).toMatchObject({ settled: { outcome: { kind: "replied" } } });
  expect(kit.needs.at(-1)?.context.extras.results)
    .toMatchObject([{ isError: true, text: expect.stringContaining("nobody answered") }]);
  expect(kit.eventKinds().filter((kind) => kind.startsWith("ask"))).toEqual(["ask", "ask-over"]);
});

test.each(["pause", "crash"])(
  "[SC96] [SC97] behind a %s the person is asked again",
  async (how) => {
    const tool = toolOf("spawn", { isRepeatable: false });
    const kit = await openRunKit(asking(tool));
    const { controller, outcome } = kit.begin();
    await kit.clock.advance(1_000);
    if (how === "pause") kit.session.pause();
    else controller.abort("page ends");
    await kit.clock.advance(2_000);
    await outcome;
    kit.session.resume();
    const again = kit.begin();
    await kit.clock.advance(1_000);
    expect(kit.session.answerPermission(`${RUN}/0`, "allow")).toBe(true);
    await kit.clock.advance(1_000);
    expect(await again.outcome).toMatchObject({ settled: { outcome: { kind: "replied" } } });
    expect(tool.calls).toHaveLength(1);
    const asks = kit.eventKinds().filter((kind) => kind.startsWith("ask"));
    expect(asks).toEqual(["ask", "ask-over", "ask", "ask-over"]);
  },
);

test("[SC114] a task ends with all of it in one transaction, and shows nothing in the room", async () => {
  const kit = await openRunKit();
  const outcome = await kit.play(workOf({ kind: "task", text: "Think" }));
  expect(kit.log.writes).toEqual([]);
  expect(outcome).toMatchObject({ kind: "ended", outcome: "replied" });
  kit.commit(outcome);
  expect(kit.log.bodies).toMatchObject([
    { kind: "run-start", runId: "in-w", cause: { kind: "task" } },
    { kind: "asked", from: "person", text: "Think" },
    { kind: "said", text: "I am here." },
    { kind: "usage" },
    { kind: "run-end", result: { kind: "finished" } },
  ]);
  expect(kit.frames).toEqual([]);
  expect(kit.needs[0]?.context.privately?.task).toEqual({ from: "A person", text: "Think" });
});

test("[SC114] a wake without notes ends without a model call; with them they are read", async () => {
  const kit = await openRunKit();
  expect(await kit.play(workOf({ kind: "wake" })))
    .toEqual({ kind: "ended", outcome: "nothing-to-do", segments: [] });
  kit.log.take([{ kind: "note", noteId: "n", from: "Bo", text: "Come" }]);
  expect(await kit.play(workOf({ kind: "wake" }))).toMatchObject({ outcome: "replied" });
  expect(kit.needs.map((need) => need.context.extras.notices)).toEqual([
    [{ from: "Bo", text: "Come" }],
  ]);
});

test("[SC105] [SC114] a run that goes on has the words of the one before", async () => {
  const kit = await openRunKit();
  kit.commit(await kit.play(workOf({ kind: "task", text: "Think of cats" })));
  const resume = workOf({ kind: "resume", of: "in-w" }, { id: "in-r" });
  expect(await kit.play(resume)).toMatchObject({ outcome: "replied" });
  expect(kit.needs.at(-1)?.context.privately).toMatchObject({
    task: { from: "A person", text: "Think of cats" },
    history: [{ text: "Think of cats" }, { from: "you", text: "I am here." }],
  });
  expect(await kit.play(workOf({ kind: "resume", of: "gone" }, { id: "in-x" })))
    .toMatchObject({ outcome: "failed:run-unknown" });
  expect(kit.results().at(-1)).toMatchObject({ kind: "failed", reason: "run-unknown" });
});

test("[SC105] the persona's notes are in every prompt, forgotten ones in none", async () => {
  const kit = await openRunKit();
  const note = (id: string, text: string | undefined): SegmentBody => ({
    kind: "memory",
    note: { id, text, stage: "kept", seqs: [], by: "persona" },
  });
  kit.log.take([note("a", "Mika likes tea"), note("b", "It rains"), note("b", undefined)]);
  await kit.play();
  expect(kit.needs[0]?.context.extras.memory).toEqual(["Mika likes tea"]);
});

test("[SC114] a job asks the model unseen, and ends with what it kept", async () => {
  const extracted: SegmentBody = { kind: "extracted", upToSeq: 9 };
  const request = {
    requestId: "rq",
    persona: "ada",
    segments: [{ key: "k", role: "script" as const, text: "What?" }],
    continueText: "",
    stop: [],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 20,
  };
  const kit = await openRunKit({
    deps: {
      jobs: {
        async memory(_input, job, model) {
          const answer = await model.ask(job, () => Promise.resolve(ok({ request, seenSeq: 9 })));
          expect(answer).toEqual({ kind: "text", text: "I am here." });
          const result = { kind: "finished" as const };
          return { kind: "ended", outcome: "extracted", segments: [extracted], result };
        },
        compact: () => Promise.reject(new Error("unused")),
      },
    },
  });
  const work = workOf({ kind: "memory", job: "extract" }, { createdAt: toEpochMs(0) });
  kit.commit(await kit.play(work));
  expect(kit.log.bodies.map((body) => body.kind))
    .toEqual(["run-start", "extracted", "usage", "run-end"]);
  expect(kit.eventKinds().slice(0, 2)).toEqual(["run-start", "call-start"]);
});

test("[SC114] a host without jobs says so", async () => {
  const kit = await openRunKit();
  expect(await kit.play(workOf({ kind: "compact" })))
    .toMatchObject({ kind: "ended", outcome: "failed:no-jobs" });
});
