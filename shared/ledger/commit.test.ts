import { expect, test } from "vitest";
import { Defect } from "../base/assert.ts";
import { toEpochMs } from "../base/brands.ts";
import { inputOf } from "../testing/fakes/input-records.ts";
import { commitOf, outcomeText } from "./commit.ts";
import type { InputEnd } from "./outcome.ts";

const facts = { device: "dev", at: toEpochMs(7), fingerprint: "fp", head: 12 };
const staged = inputOf({ phase: "staged", turn: 3, assign: 2, reason: "engine-lost" });
const replied: InputEnd = {
  kind: "settled",
  settled: {
    outcome: { kind: "replied", text: "Yes", finish: "stop" },
    seenSeq: 11,
    modelId: "m",
    segments: [{ note: 1 }],
  },
};

test("[LG13] a reply is receipt, segment, end and settlement in one commit", () => {
  expect(commitOf(staged, replied, facts)).toEqual({
    inputId: staged.id,
    receipt: { inputId: staged.id, idempotencyKey: "room/3/ada/0/2", outcome: "replied", at: 7 },
    phase: "consumed",
    reason: "replied",
    segments: [{ persona: "ada", roomId: "room", body: { note: 1 } }],
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
