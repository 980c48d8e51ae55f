import { describe, expect, test } from "vitest";
import {
  asked,
  byChars,
  call,
  end,
  noteOf,
  remembered,
  result,
  rolledBack,
  said,
  segmentEntries,
  start,
} from "../../testing/fakes/segment-kit.ts";
import { foldDefaults, type FoldedLog, foldLog, neededFrom } from "./fold-log.ts";
import { segmentLimits } from "./limits.ts";
import type { SegmentEntry } from "./segments.ts";

type Body = SegmentEntry["body"];
const fold = (...bodies: readonly Body[]): FoldedLog => foldLog(segmentEntries(bodies), byChars);
const kinds = (state: FoldedLog) => state.entries.map(({ index, body }) => `${index} ${body.kind}`);
const notes = (state: FoldedLog) => state.unseenNotes.map(({ noteId }) => noteId);
const rewound = (to: number): Body => ({ kind: "rewound", to });
const summary = (below: number, text: string): Body => ({ kind: "summary", below, text });
const torn: Body = { kind: "unreadable", detail: "torn" };
const memoryJob = { kind: "memory", job: "extract" } as const;

describe("what is open", () => {
  const open = (...bodies: readonly Body[]) => {
    const { openRun, openCalls } = fold(...bodies);
    return [openRun?.runId, openCalls.map(({ callId }) => callId)];
  };
  test.each<[string, readonly Body[], string | undefined, readonly string[]]>([
    ["nothing at first", [], undefined, []],
    ["a run that began", [start("r")], "r", []],
    ["no run that ended", [start("r"), end("r")], undefined, []],
    ["a run whose end is another's", [start("r"), end("q")], "r", []],
    ["the newest run after a crash", [start("q"), start("r")], "r", []],
    ["a call", [start("r"), call("r", "1")], "r", ["1"]],
    ["no call with a result", [start("r"), call("r", "1"), result("1")], "r", []],
    [
      "calls in their order",
      [call("r", "2"), call("r", "1"), call("r", "3"), result("1")],
      undefined,
      ["2", "3"],
    ],
    ["a call of a run that ended", [start("r"), call("r", "1"), end("r")], undefined, ["1"]],
    ["calls of two runs", [call("q", "1"), start("r"), call("r", "2")], "r", ["1", "2"]],
    ["a repeated call once", [call("r", "1"), call("r", "1")], undefined, ["1"]],
    ["a call again behind its result", [call("r", "1"), result("1"), call("r", "1")], undefined, [
      "1",
    ]],
    ["nothing of what is unreadable", [torn, start("r"), torn], "r", []],
    ["a run that a rewind uncovers", [start("q"), start("r"), end("r"), rewound(1)], "q", []],
    [
      "a call whose result is set aside",
      [call("q", "1"), start("r"), result("1"), rewound(1)],
      undefined,
      ["1"],
    ],
  ])("[SC30] is %s", (_, bodies, run, calls) => {
    expect(open(...bodies)).toEqual([run, calls]);
  });
});

describe("notes that no prompt has had", () => {
  test.each<[string, readonly Body[], readonly string[]]>([
    ["come before any run", [noteOf("a"), noteOf("b")], ["a", "b"]],
    ["are none once a run began", [noteOf("a"), start("r")], []],
    ["came during a run", [start("r"), noteOf("a")], ["a"]],
    ["outlive the end of the run they came in", [start("r"), noteOf("a"), end("r")], ["a"]],
    ["are none once the next run began", [start("q"), noteOf("a"), end("q"), start("r")], []],
    [
      "came in before a start that was stored late, and were read or not",
      [noteOf("a"), noteOf("b"), { ...start("r"), readTo: 1 } as Body],
      ["b"],
    ],
    ["outlive a memory job's run", [noteOf("a"), start("r", memoryJob), end("r")], ["a"]],
  ])("[SC35] %s", (_, bodies, unseen) => {
    expect(notes(fold(...bodies))).toEqual(unseen);
  });

  test("[SC34] are those again that only a rolled-back run had", () => {
    const state = fold(
      noteOf("a"),
      start("r"),
      asked("r", "hi"),
      noteOf("b"),
      rolledBack("r", "hi"),
    );
    expect(notes(state)).toEqual(["a", "b"]);
    expect(kinds(state)).toEqual(["0 note", "3 note", "4 run-end"]);
    expect(state.openRun).toBeUndefined();
  });

  test("[SC33] stay when what is around them is set aside; those seen behind the target go", () => {
    const state = fold(
      noteOf("before"),
      start("q"),
      noteOf("seen by r"),
      start("r"),
      noteOf("unseen"),
      end("r"),
      rewound(1),
    );
    expect(notes(state)).toEqual(["before", "unseen"]);
    expect(kinds(state)).toEqual(["0 note", "4 note"]);
  });

  test("[SC35] are told apart by where they are: one body in two places is two notes", () => {
    const same = noteOf("a");
    const state = fold(same, start("r"), same, end("r"), summary(4, "s"));
    expect(kinds(state)).toEqual(["2 note"]);
  });

  test("[SC37] are at most unseenNotesMax, the newest", () => {
    const { unseenNotesMax } = segmentLimits;
    const many = Array.from({ length: unseenNotesMax + 2 }, (_, at) => noteOf(`${at}`));
    expect(notes(fold(...many))).toEqual(many.slice(2).map((_, at) => `${at + 2}`));
  });
});

test("[SC30] an entry that was folded already is a defect; a log may begin behind 0", () => {
  const [first, second] = segmentEntries([start("r"), end("r")], 7);
  if (first === undefined || second === undefined) throw new Error("Cannot test without entries");
  expect(foldLog([first, second])).toMatchObject({ head: 9, below: 0 });
  expect(() => foldLog([first, first])).toThrow("Cannot fold entry 7: the log's head is 8");
});

test("[SC31] an unreadable entry is kept in its place and weighs nothing", () => {
  const state = fold(start("r"), torn, said("r", "yes"), torn);
  expect(kinds(state)).toEqual(["0 run-start", "1 unreadable", "2 said", "3 unreadable"]);
  expect(state.tokensEstimated).toBe("Answered: yes".length);
  expect(state.head).toBe(4);
});

test("[SC33] a rewind sets aside everything from its target on but memory, and the estimate follows", () => {
  const before = [start("q"), said("q", "one"), end("q"), remembered("a", "x")];
  const state = fold(...before, start("r"), said("r", "two"), remembered("b", "y"), rewound(3));
  expect(kinds(state)).toEqual(["0 run-start", "1 said", "2 run-end"]);
  expect([...state.memory.keys()]).toEqual(["a", "b"]);
  expect(state.tokensEstimated).toBe("Answered: one".length);
  expect(state.head).toBe(8);
});

test("[SC33] a rewind below a summary leaves the summary", () => {
  const state = fold(said("q", "one"), summary(1, "short"), said("r", "two"), rewound(0));
  expect(state).toMatchObject({ below: 1, summary: "short", entries: [], tokensEstimated: 5 });
});

describe("a summary", () => {
  test("[SC36] stands for what is below it, and not for what is behind it", () => {
    const state = fold(said("r", "one"), said("r", "two"), said("r", "three"), summary(2, "s"));
    expect(kinds(state)).toEqual(["2 said"]);
    expect(fold(said("r", "one"), summary(99, "s"), said("r", "two"))).toMatchObject({
      below: 1,
      entries: [{ index: 2 }],
    });
  });

  test("[SC36] never brings back what an older one stands for; an empty one is none", () => {
    expect(fold(said("r", "1"), said("r", "2"), summary(2, "s"), summary(0, ""))).toMatchObject({
      below: 2,
      summary: undefined,
      entries: [],
    });
  });

  test("[SC37] leaves what is open or unseen, whoever wrote it", () => {
    const state = fold(start("r"), call("r", "1"), noteOf("a"), said("r", "x"), summary(4, "s"));
    expect(kinds(state)).toEqual(["0 run-start", "1 call", "2 note"]);
    expect(neededFrom(state)).toBe(0);
  });

  test("[SC34, SC36] keeps the start of a run that was rolled back around its cut", () => {
    const entries = segmentEntries([
      said("q", "old"),
      start("r"),
      noteOf("a"),
      torn,
      rolledBack("r", ""),
      summary(2, "s"),
    ]);
    const whole = foldLog(entries, byChars);
    expect(neededFrom(whole)).toBe(1);
    expect(foldLog(entries.slice(1), byChars)).toEqual(whole);
    expect(kinds(whole)).toEqual(["2 note", "4 run-end"]);
  });

  test("[SC36] lets go of nothing that memory or extraction is in", () => {
    const read: Body = { kind: "extracted", upToSeq: 9 };
    expect(neededFrom(fold(said("r", "1"), said("r", "2"), summary(2, "s")))).toBe(2);
    expect(neededFrom(fold(said("r", "1"), remembered("a", "x"), summary(2, "s")))).toBe(1);
    expect(neededFrom(fold(said("r", "1"), read, summary(2, "s")))).toBe(1);
    const forgotten = [remembered("a", "x"), remembered("a", undefined), summary(2, "s")];
    expect(neededFrom(fold(...forgotten))).toBe(2);
    expect(neededFrom(fold(said("r", "1")))).toBe(0);
  });
});

test("[SC30] a later note of the same id replaces the earlier, one without text forgets it", () => {
  const state = fold(
    remembered("a", "x"),
    remembered("b", "y"),
    remembered("c", "z"),
    remembered("a", "new"),
    remembered("c", undefined),
  );
  expect([...state.memory].map(([id, { text }]) => [id, text])).toEqual([["b", "y"], ["a", "new"]]);
});

test("[SC37] of too many entries the oldest go, counted, but not what is open or unseen", () => {
  const bodies = [start("r"), said("r", "1"), call("r", "1"), noteOf("a"), said("r", "2")];
  const entries = segmentEntries([...bodies, said("r", "3"), said("r", "4")]);
  const state = foldLog(entries, { ...byChars, entriesHeldMax: 5 });
  expect(kinds(state)).toEqual(["0 run-start", "2 call", "3 note", "5 said", "6 said"]);
  expect(state.dropped).toBe(2);
  const summed = [...entries, ...segmentEntries([summary(6, "s")], 7)];
  const later = foldLog(summed, { ...byChars, entriesHeldMax: 5 });
  expect(later.dropped).toBe(0);
});

test("[SC30] without a measure of its own the estimate is that of prompts", () => {
  const entries = segmentEntries([said("r", "x".repeat(290))]);
  expect(foldLog(entries, foldDefaults).tokensEstimated).toBe(4 + 100);
});
