import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { toEpochMs } from "../../base/brands.ts";
import { decodeSegment, encodeSegment } from "./decode-segment.ts";
import { segmentLimits as limits } from "./limits.ts";
import type { RunResult, SegmentBody } from "./segments.ts";

const at = toEpochMs(5_000);
const failed: RunResult = { kind: "failed", reason: "engine", detail: "lost" };
const every: readonly SegmentBody[] = [
  { kind: "run-start", runId: "r", cause: { kind: "turn", turn: -3, attempt: 1 } },
  { kind: "run-start", runId: "r", cause: { kind: "task" } },
  { kind: "run-start", runId: "r", cause: { kind: "notes" } },
  { kind: "run-start", runId: "r", cause: { kind: "resume", of: "q" } },
  { kind: "run-start", runId: "r", cause: { kind: "memory", job: "consolidate" } },
  { kind: "asked", runId: "r", from: "Ann", text: "Why?" },
  { kind: "note", noteId: "n", from: "child", text: "done", correlationId: "c" },
  { kind: "note", noteId: "n", from: "child", text: "done" },
  { kind: "call", runId: "r", callId: "c", tool: "search", args: { q: "x", n: 1, deep: [null] } },
  { kind: "permission", callId: "c", decision: "deny", by: "person" },
  { kind: "result", callId: "c", isError: true, text: "no" },
  { kind: "said", runId: "r", text: "\u0000 \ud83d\ude00" },
  { kind: "said", runId: "r", text: "Hal", isPartial: true },
  { kind: "settled", runId: "r", turn: 1, attempt: 2, outcome: "replied", seenSeq: 9 },
  { kind: "usage", runId: "r", promptTokens: 1, cachedTokens: 0, generatedTokens: 2 },
  { kind: "run-end", runId: "r", result: { kind: "finished" } },
  { kind: "run-end", runId: "r", result: { kind: "paused" } },
  { kind: "run-end", runId: "r", result: { kind: "limit-reached", limit: "steps" } },
  { kind: "run-end", runId: "r", result: { kind: "rolled-back", text: "Why?" } },
  { kind: "run-end", runId: "r", result: { kind: "cancelled" } },
  { kind: "run-end", runId: "r", result: failed },
  { kind: "memory", note: { id: "m", text: "x", stage: "kept", seqs: [1, -2], by: "job" } },
  { kind: "memory", note: { id: "m", text: undefined, stage: "staged", seqs: [], by: "person" } },
  { kind: "extracted", upToSeq: 4 },
  { kind: "summary", below: 3, text: "short" },
  { kind: "rewound", to: 2 },
  { kind: "child", event: { kind: "spawned", child: "p~1", task: "look" } },
  { kind: "child", event: { kind: "ended", child: "p~1", result: failed } },
  { kind: "child", event: { kind: "ended", child: "p", result: failed, runId: "r", text: "42" } },
  { kind: "child", event: { kind: "stopped", child: "p~1", reason: "asked" } },
];

test.each(every)("[SC32] $kind is read back as it was, from JSON and from a clone", (body) => {
  const stored = encodeSegment(body, at);
  expect(decodeSegment(JSON.parse(JSON.stringify(stored)))).toEqual({ at, body });
  expect(decodeSegment(structuredClone(stored))).toEqual({ at, body });
});

test("[SC32] no value makes decoding throw, and what is damaged is unreadable", () => {
  fc.assert(fc.property(fc.anything(), (value) => {
    expect(decodeSegment(value).body.kind).toBe("unreadable");
  }));
  fc.assert(
    fc.property(fc.constantFrom(...every), fc.nat(20), fc.anything(), (body, nth, value) => {
      const stored = encodeSegment(body, at) as Record<string, unknown>;
      const names = Object.keys(stored);
      const name = names[nth % names.length] ?? "";
      const damaged = { ...stored, [name]: value };
      expect(() => decodeSegment(damaged)).not.toThrow();
    }),
  );
});

test.each<[string, unknown, string]>([
  ["nothing", undefined, "no segment"],
  ["a text", "{", "no segment"],
  ["no time", { v: 1, kind: "rewound", to: 1 }, "no segment"],
  ["a newer version", { v: 2, at: 7, kind: "rewound", to: 1 }, "version 2"],
  ["an unknown kind", { v: 1, at: 7, kind: "dance" }, "kind: "],
  ["a missing member", { v: 1, at: 7, kind: "rewound" }, "to: "],
  ["a wrong member", { v: 1, at: 7, kind: "rewound", to: -1 }, "to: "],
  ["a wrong member inside", {
    v: 1,
    at: 7,
    kind: "run-end",
    runId: "r",
    result: { kind: "limit-reached", limit: "mood" },
  }, "result.limit: "],
  ["too much text", {
    v: 1,
    at: 7,
    kind: "said",
    runId: "r",
    text: "x".repeat(limits.entryCharsMax),
  }, "characters"],
])("[SC31] %s is unreadable and says why", (_, stored, detail) => {
  const { body, at: time } = decodeSegment(stored);
  expect(body).toMatchObject({ kind: "unreadable", detail: expect.stringContaining(detail) });
  expect(time).toBe(detail === "no segment" ? 0 : 7);
});

test("[SC32] a body that could not be read back is a defect and is not stored", () => {
  const long = "x".repeat(limits.entryCharsMax);
  expect(() => encodeSegment({ kind: "said", runId: "r", text: long }, at)).toThrow(
    'Cannot store a segment "said"',
  );
  let deep: unknown = 1;
  for (let n = 0; n <= limits.argsDepthMax; n += 1) deep = { deep };
  const args = { deep };
  expect(() => encodeSegment({ kind: "call", runId: "r", callId: "c", tool: "t", args }, at))
    .toThrow("args: not plain data");
});
