import { expect, test } from "vitest";
import { Defect } from "../../base/assert.ts";
import { err, ok } from "../../base/result.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import { MemorySessionLog } from "../../testing/fakes/memory-session-log.ts";
import { boxOf, callText, openRunKit, toolOf } from "../../testing/fakes/run-kit.ts";
import { sessionLimits } from "../limits.ts";
import type { SegmentBody } from "../log/segments.ts";
import { toolLimits } from "../tools/limits.ts";
import { INTERRUPTED } from "./run-steps.ts";

const RUN = "in-1-ada-0";
const kindsOf = (bodies: readonly SegmentBody[]): readonly string[] => bodies.map((b) => b.kind);
const resultTexts = (bodies: readonly SegmentBody[]): readonly string[] =>
  bodies.flatMap((body) => body.kind === "result" ? [body.text] : []);

test("[SC102] a turn without tools writes nothing before its end, and its end has it all", async () => {
  const kit = await openRunKit();
  const outcome = await kit.play();
  expect(kit.log.writes).toEqual([]);
  kit.commit(outcome);
  expect(kindsOf(kit.log.bodies)).toEqual(["run-start", "settled", "usage", "run-end"]);
  expect(kit.needs).toHaveLength(1);
});

test("[SC102] a note that came while a run spoke is not among those it read", async () => {
  const kit = await openRunKit();
  const { outcome } = kit.begin();
  await kit.clock.advance(10);
  kit.log.take([{ kind: "note", noteId: "n1", from: "Bo", text: "Late" }]);
  await kit.clock.advance(1_000);
  kit.commit(await outcome);
  expect(kit.log.bodies.find((body) => body.kind === "run-start")).toMatchObject({ readTo: 0 });
  kit.commit(await kit.play(inputOf({ turn: 2 })));
  expect(kit.needs.map((need) => need.context.extras.notices)).toEqual([
    [],
    [{ from: "Bo", text: "Late" }],
  ]);
  await kit.play(inputOf({ turn: 3 }));
  expect(kit.needs.at(-1)?.context.extras.notices).toEqual([]);
});

test.each([true, false])(
  "[SC108] [SC110] a call runs between two questions and its result is read (schema %s)",
  async (constrainsJson) => {
    const tool = toolOf("search_room");
    const kit = await openRunKit({
      constrainsJson,
      box: boxOf([tool]),
      decisions: [callText("search_room"), '{"tool":"none"}'],
    });
    const outcome = await kit.play();
    expect(outcome).toMatchObject({
      settled: { outcome: { kind: "replied", text: "I am here." } },
    });
    expect(tool.calls).toMatchObject([{ callId: `${RUN}/0`, args: { about: "cats" } }]);
    expect(kit.log.writes).toEqual([["run-start", "call", "permission"], ["result"]]);
    expect(kit.needs.at(-1)).toMatchObject({
      decide: undefined,
      context: {
        extras: { results: [{ tool: "search_room", text: "search_room found cats" }] },
      },
    });
    kit.commit(outcome);
    expect(kindsOf(kit.log.bodies)).toEqual(
      ["run-start", "call", "permission", "result", "settled", "usage", "run-end"],
    );
  },
);

test("[SC108] four calls are the most; the answer comes from what there is", async () => {
  const tool = toolOf("search_room");
  const kit = await openRunKit({ box: boxOf([tool]), decisions: [callText("search_room")] });
  expect(await kit.play()).toMatchObject({ settled: { outcome: { kind: "replied" } } });
  expect(tool.calls).toHaveLength(sessionLimits.toolStepsMax);
  expect(kit.results()).toEqual([{ kind: "limit-reached", limit: "steps" }]);
  // No two requests of a run have one id.
  expect(kit.needs.map((need) => need.call)).toEqual([0, 1, 2, 3, 4]);
});

test.each([
  ["tokens", { runTokensMax: 5 }],
  ["time", { toolMsMax: 20 }],
])("[SC108] beyond its %s a run answers from what there is", async (limit, change) => {
  const tool = toolOf("search_room");
  const kit = await openRunKit({
    box: boxOf([tool]),
    decisions: [callText("search_room")],
    engine: { tokenMs: 15 },
    deps: { limits: { ...sessionLimits, ...change } },
  });
  expect(await kit.play()).toMatchObject({ settled: { outcome: { kind: "replied" } } });
  expect(kit.results()).toEqual([{ kind: "limit-reached", limit }]);
  expect(tool.calls.length).toBeLessThan(sessionLimits.toolStepsMax);
});

test("[SC108] without an offered tool nothing is asked", async () => {
  const kit = await openRunKit({ box: boxOf([toolOf("search_room")], "deny") });
  await kit.play();
  expect(kit.needs.map((need) => need.decide)).toEqual([undefined]);
});

test("[SC109] a reply that cannot be read is asked for once more, then no tool is used", async () => {
  const kit = await openRunKit({
    box: boxOf([toolOf("search_room")]),
    decisions: ["Hm, I would search.", '{"tool":"fly"}'],
  });
  expect(await kit.play()).toMatchObject({ settled: { outcome: { kind: "replied" } } });
  expect(kit.needs.map((need) => need.problem)).toEqual([
    undefined,
    "There is no JSON object",
    undefined,
  ]);
  expect(kit.needs.at(-1)?.decide).toBeUndefined();
  expect(kit.log.events.find((event) => event.kind === "alert")).toMatchObject({
    alert: { code: "tool-reply-unreadable", detail: 'There is no tool "fly"' },
  });
});

test("[SC109] the second answer counts when the first could not be read", async () => {
  const tool = toolOf("search_room");
  const decisions = ["```", callText("search_room"), '{"tool":"none"}'];
  const kit = await openRunKit({ box: boxOf([tool]), decisions });
  await kit.play();
  expect(tool.calls).toHaveLength(1);
});

test("[SC110] a call that cannot be stored does not run; the input is tried again", async () => {
  const tool = toolOf("search_room");
  const kit = await openRunKit({ box: boxOf([tool]), decisions: [callText("search_room")] });
  kit.log.failWith({ kind: "storage-full" });
  expect(await kit.play()).toMatchObject({ kind: "retry", reason: "storage-full" });
  expect(tool.calls).toEqual([]);
});

test("[SC111] study 3.18: a denied tool is a result", async () => {
  const tool = toolOf("remember");
  const rules = [
    { tool: "remember", matches: "*secret*", decision: "deny" as const },
    { tool: "*", decision: "allow" as const },
  ];
  const kit = await openRunKit({
    box: { tools: [tool], rules },
    decisions: [callText("remember", "the Secret"), '{"tool":"none"}'],
  });
  expect(await kit.play()).toMatchObject({ settled: { outcome: { kind: "replied" } } });
  expect(tool.calls).toEqual([]);
  expect(kit.log.bodies.find((body) => body.kind === "permission"))
    .toMatchObject({ decision: "deny", by: "rule" });
  expect(kit.needs.at(-1)?.context.extras.results)
    .toMatchObject([{ isError: true, text: expect.stringContaining("Denied") }]);
});

test("[SC95] study 3.8: a result of 64 KiB is cut", async () => {
  const tool = toolOf("search_room", { run: () => Promise.resolve(ok("é".repeat(64 * 1024))) });
  const kit = await openRunKit({
    box: boxOf([tool]),
    decisions: [callText("search_room"), '{"tool":"none"}'],
  });
  await kit.play();
  const [text = ""] = resultTexts(kit.log.bodies);
  expect(text.length).toBe(toolLimits.resultCharsMax);
  expect(text).toMatch(/\n\[cut: the whole has 65536 characters\]$/);
  expect(kit.log.events.some((event) => event.kind === "alert")).toBe(true);
});

test("[SC94] a tool that refuses, throws or hangs gives an error result", async () => {
  const runs = [
    () => Promise.resolve(err({ kind: "not-found" as const, detail: "no such note" })),
    () => Promise.reject(new Error("broken")),
    () => new Promise<never>(() => undefined),
  ];
  const texts: (readonly string[])[] = [];
  for (const run of runs) {
    const kit = await openRunKit({
      box: boxOf([toolOf("forget", { run })]),
      decisions: [callText("forget"), '{"tool":"none"}'],
    });
    const outcome = await kit.play(undefined, toolLimits.callMsMax + 1_000);
    expect(outcome).toMatchObject({ settled: { outcome: { kind: "replied" } } });
    texts.push(resultTexts(kit.log.bodies));
  }
  expect(texts).toEqual([["not-found: no such note"], ["broken"], ["Not done after 30000 ms"]]);
});

test("[SC94] [SC106] a tool's defect is thrown on, and the run has told its end", async () => {
  const run = () => Promise.reject(new Defect("Broken"));
  const kit = await openRunKit({
    box: boxOf([toolOf("forget", { run })]),
    decisions: [callText("forget")],
  });
  const { outcome } = kit.begin();
  await kit.clock.advance(1_000);
  await expect(outcome).rejects.toThrow("Broken");
  expect(kit.results()).toMatchObject([{ kind: "failed", reason: "defect" }]);
});

const start: SegmentBody = {
  kind: "run-start",
  runId: RUN,
  cause: { kind: "turn", turn: 1, attempt: 0 },
};
const call: SegmentBody = {
  kind: "call",
  runId: RUN,
  callId: `${RUN}/0`,
  tool: "search_room",
  args: { about: "cats" },
};
const allowed: SegmentBody = {
  kind: "permission",
  callId: `${RUN}/0`,
  decision: "allow",
  by: "rule",
};
const result: SegmentBody = {
  kind: "result",
  callId: `${RUN}/0`,
  isError: false,
  text: "Two cats",
};

/** What a crash left of the run. */
async function behindCrash(
  left: readonly SegmentBody[],
  isRepeatable: boolean,
  input = inputOf(),
) {
  const log = new MemorySessionLog();
  log.take(left);
  const tool = toolOf("search_room", { isRepeatable });
  const kit = await openRunKit({ log, box: boxOf([tool]) });
  kit.commit(await kit.play(input));
  return { kit, tool, kinds: kindsOf(log.bodies).slice(left.length) };
}

test("[SC103] study 3.23, incident 5: behind a stored result the run goes on from it", async () => {
  const { kit, tool, kinds } = await behindCrash([start, call, allowed, result], true);
  expect(tool.calls).toEqual([]);
  expect(kit.needs.at(-1)?.context.extras.results).toMatchObject([{ text: "Two cats" }]);
  expect(kinds).toEqual(["settled", "usage", "run-end"]);
  expect(kit.results()).toEqual([{ kind: "finished" }]);
});

test("[SC103] a call without result runs again under its id when it is repeatable", async () => {
  const { tool, kinds } = await behindCrash([start, call, allowed], true);
  expect(tool.calls).toMatchObject([{ callId: `${RUN}/0` }]);
  expect(kinds).toEqual(["result", "settled", "usage", "run-end"]);
});

test("[SC103] a call that is not repeatable is closed as interrupted", async () => {
  const { kit, tool } = await behindCrash([start, call, allowed], false);
  expect(tool.calls).toEqual([]);
  expect(resultTexts(kit.log.bodies)).toEqual([INTERRUPTED]);
});

test("[SC103] a call without permission has not run, so it may", async () => {
  const { tool, kinds } = await behindCrash([start, call], false);
  expect(tool.calls).toHaveLength(1);
  expect(kinds.slice(0, 2)).toEqual(["permission", "result"]);
});

test("[SC104] another run closes what was left open before its own first prompt", async () => {
  const { kit, kinds } = await behindCrash([start, call, allowed], true, inputOf({ turn: 2 }));
  expect(kinds).toEqual(["result", "run-end", "run-start", "settled", "usage", "run-end"]);
  expect(kit.log.bodies[3]).toMatchObject({ isError: true, text: INTERRUPTED });
  expect(kit.needs[0]?.context.extras.results).toEqual([]);
});

test("[SC103] study 3.8: a run between which another ran goes on under its own calls", async () => {
  const { kit } = await behindCrash([start, call, allowed, result], true, inputOf({ turn: 2 }));
  const again = await kit.play(inputOf());
  kit.commit(again);
  expect(kit.needs.at(-1)?.context.extras.results).toMatchObject([{ text: "Two cats" }]);
  expect(kit.log.state().openRun).toBeUndefined();
});
