import { expect, test } from "vitest";
import { Defect } from "../base/assert.ts";
import { toEpochMs } from "../base/brands.ts";
import { inputOf } from "../testing/fakes/input-records.ts";
import { commitOf, outcomeText } from "./commit.ts";
import { createCompletions } from "./completions.ts";
import { createLane } from "./lane.ts";
import type { Completion, InputEnd } from "./outcome.ts";

const facts = { device: "dev", at: toEpochMs(7), fingerprint: "fp", head: 12 };
const staged = inputOf({ phase: "staged", turn: 3, assign: 2, reason: "engine-lost" });
const never = (): AbortSignal => new AbortController().signal;
const replied: InputEnd = {
  kind: "settled",
  settled: {
    outcome: { kind: "replied", text: "Yes", finish: "stop" },
    seenSeq: 11,
    modelId: "m",
    segment: { note: 1 },
  },
};

test("[LG13] a reply is receipt, segment, end and settlement in one commit", () => {
  expect(commitOf(staged, replied, facts)).toEqual({
    inputId: staged.id,
    receipt: { inputId: staged.id, idempotencyKey: "room/3/ada/0/2", outcome: "replied", at: 7 },
    phase: "consumed",
    reason: "replied",
    segment: { persona: "ada", roomId: "room", body: { note: 1 } },
    outbox: {
      roomId: "room",
      entry: {
        id: "settle-in-3-ada-0",
        device: "dev",
        body: {
          kind: "settle",
          turn: 3,
          persona: "ada",
          attempt: 0,
          assign: 2,
          outcome: { kind: "replied", text: "Yes", finish: "stop" },
          modelId: "m",
          seenSeq: 11,
          fingerprint: "fp",
        },
      },
    },
  });
});

test.each<[end: InputEnd, phase: string, outcome: string, body: unknown]>([
  [{ kind: "merged", into: 9 }, "superseded", "deferred:merged", {
    kind: "settle",
    outcome: { kind: "deferred", reason: "merged", into: 9 },
    seenSeq: 12,
  }],
  [{ kind: "outranked" }, "superseded", "deferred:outranked", {
    kind: "settle",
    outcome: { kind: "deferred", reason: "outranked" },
  }],
  [{ kind: "worn-out" }, "abandoned", "failed:attempts", {
    kind: "settle",
    outcome: { kind: "failed", reason: "attempts", detail: "engine-lost" },
  }],
  [{ kind: "withdrawn", reason: "stopped", partialText: "Half" }, "abandoned", "stopped", {
    kind: "partial",
    text: "Half",
    assign: 2,
  }],
])("[LG13] [LG14] %o is written with its entry", (end, phase, outcome, body) => {
  const commit = commitOf(staged, end, facts);
  expect(commit).toMatchObject({ phase, reason: outcome, receipt: { outcome } });
  expect(commit.outbox?.entry.body).toMatchObject(body as object);
});

test.each<[InputEnd]>([
  [{ kind: "withdrawn", reason: "stopped", partialText: "" }],
  [{ kind: "withdrawn", reason: "settled", partialText: "Half" }],
  [{ kind: "withdrawn", reason: "unassigned", partialText: "Half" }],
])("[LG14] %o is told to nobody", (end) => {
  const commit = commitOf(inputOf(), end, facts);
  expect(commit.outbox).toBeUndefined();
  expect(commit.receipt.outcome).toBe(outcomeText(end));
});

test("[LG1] committing an end that the phase does not allow is a defect", () => {
  expect(() => commitOf(inputOf(), replied, facts)).toThrow(Defect);
  expect(() => commitOf(inputOf({ phase: "consumed" }), { kind: "outranked" }, facts))
    .toThrow(Defect);
});

test("[LG12] a lane refuses beyond its slots, and a slot given back twice counts once", () => {
  const lane = createLane(2);
  const first = lane.tryTake();
  const second = lane.tryTake();
  expect(lane.tryTake()).toBeUndefined();
  expect(lane.free).toBe(0);
  first?.[Symbol.dispose]();
  first?.[Symbol.dispose]();
  expect(lane.free).toBe(1);
  second?.[Symbol.dispose]();
  expect(lane.free).toBe(2);
  expect(() => createLane(0)).toThrow(Defect);
});

const ended: Completion = { kind: "ended", phase: "consumed", outcome: "replied" };

test("[LG15] many waiters hear the same end, once", async () => {
  const completions = createCompletions(3);
  const waits = [completions.wait("a", never()), completions.wait("a", never())];
  expect(completions.settle("b", ended)).toBe(0);
  expect(completions.settle("a", ended)).toBe(2);
  expect(completions.settle("a", ended)).toBe(0);
  for (const wait of waits) expect(wait.ok && await wait.value).toEqual(ended);
});

test("[LG15] waiters have a limit in all, and one who leaves makes room", async () => {
  const completions = createCompletions(1);
  const controller = new AbortController();
  const first = completions.wait("a", controller.signal);
  expect(completions.wait("b", never())).toEqual({
    ok: false,
    error: { kind: "waiters-full", waitersMax: 1 },
  });
  controller.abort("left");
  await expect(first.ok ? first.value : undefined).rejects.toBe("left");
  expect(completions.wait("b", never()).ok).toBe(true);
});

test("[LG15] when the loop ends, everybody hears that and nothing else", async () => {
  const completions = createCompletions(4);
  const waits = ["a", "b", "a"].map((id) => completions.wait(id, never()));
  completions.settleAll({ kind: "loop-ended" });
  for (const wait of waits) expect(wait.ok && await wait.value).toEqual({ kind: "loop-ended" });
});
