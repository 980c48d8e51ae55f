import { expect, test } from "vitest";
import { toEpochMs } from "#shared/base/mod.ts";
import type { SegmentBody, SegmentEntry } from "#shared/session/mod.ts";
import { buildLines, flowLines, type LogLine } from "./log-lines.ts";

const note = (text: string): SegmentBody => ({ kind: "note", noteId: text, from: "person", text });

function entriesOf(bodies: readonly SegmentEntry["body"][], first = 0): readonly SegmentEntry[] {
  return bodies.map((body, at) => ({ index: first + at, at: toEpochMs(1_000 + at), body }));
}

/** A line in short: its kind, and the words it has. */
function short(line: LogLine): string {
  const words = line.kind === "words"
    ? ` ${line.text}`
    : line.kind === "aside"
    ? ` ${line.count}${line.isOpen ? " open" : ""}`
    : "";
  return `${line.kind}${words}${line.isAside && line.kind !== "aside" ? " (aside)" : ""}`;
}

const linesOf = (bodies: readonly SegmentEntry["body"][], open: readonly string[] = []) =>
  buildLines(entriesOf(bodies), new Set(open)).map(short);

const call: SegmentBody = { kind: "call", runId: "r", callId: "c", tool: "x", args: { a: 1 } };
const end: SegmentBody = { kind: "run-end", runId: "r", result: { kind: "finished" } };

test("a call, what was decided about it and what came back are one line", () => {
  const [line, ...more] = buildLines(
    entriesOf([
      call,
      { kind: "permission", callId: "c", decision: "allow", by: "person" },
      { kind: "result", callId: "c", isError: false, text: "found" },
    ]),
    new Set(),
  );
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    kind: "call",
    permission: { decision: "allow", by: "person" },
    result: { text: "found" },
    isOver: false,
  });
});

test("a call whose run ended without a result is over", () => {
  expect(buildLines(entriesOf([call, end]), new Set())[0]).toMatchObject({
    result: undefined,
    isOver: true,
  });
});

test("what a run read and wrote stands at its end, summed over its model calls", () => {
  const usage = { kind: "usage", runId: "r", promptTokens: 10, cachedTokens: 4 } as const;
  const lines = buildLines(
    entriesOf([{ ...usage, generatedTokens: 1 }, { ...usage, generatedTokens: 2 }, end]),
    new Set(),
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ usage: { prompt: 20, cached: 8, written: 3 } });
});

test("what a rewind set aside is one line that opens", () => {
  const bodies = [note("a"), note("b"), note("c"), { kind: "rewound", to: 1 } as const, note("d")];
  expect(linesOf(bodies)).toEqual(["words a", "aside 2", "words d"]);
  expect(linesOf(bodies, ["aside/3"])).toEqual([
    "words a",
    "aside 2 open",
    "words b (aside)",
    "words c (aside)",
    "words d",
  ]);
});

test("a later rewind covers an earlier one, and two apart are two lines", () => {
  const rewound = (to: number) => ({ kind: "rewound", to }) as const;
  expect(linesOf([note("a"), note("b"), rewound(1), note("c"), rewound(0)])).toEqual(["aside 3"]);
  expect(linesOf([note("a"), rewound(0), note("b"), note("c"), rewound(3)])).toEqual([
    "aside 1",
    "words b",
    "aside 1",
  ]);
});

test("what is remembered survives a rewind", () => {
  const memory: SegmentBody = {
    kind: "memory",
    note: { id: "m", text: "kept", stage: "kept", seqs: [], by: "person" },
  };
  expect(linesOf([note("a"), memory, note("b"), { kind: "rewound", to: 0 }])).toEqual([
    "aside 2",
    "memory",
  ]);
});

test("a log that begins later offers what is older, or says that it is gone", () => {
  const lines = (goneBelow: number) => buildLines(entriesOf([note("a")], 7), new Set(), goneBelow);
  expect(lines(0).map(short)).toEqual(["trimmed", "words a"]);
  expect(lines(0)[0]).toMatchObject({ before: 7, isGone: false });
  expect(lines(6)[0]).toMatchObject({ isGone: false });
  expect(lines(7)[0]).toMatchObject({ isGone: true });
});

test("what cannot be read, and what is being written, have lines of their own", () => {
  expect(linesOf([{ kind: "unreadable", detail: "version 9" }])).toEqual(["unreadable"]);
  const blocks = [{ runId: "r", block: 0, kind: "text", text: "So" }] as const;
  expect(flowLines(blocks).map(({ key }) => key)).toEqual(["flow/r/0"]);
});

test("every line has a key of its own", () => {
  const lines = buildLines(
    entriesOf([note("a"), note("b"), { kind: "rewound", to: 1 }, call, end]),
    new Set(["aside/2"]),
  );
  expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
});
