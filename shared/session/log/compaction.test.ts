import { describe, expect, test } from "vitest";
import {
  asked,
  byChars,
  call,
  end,
  noteOf,
  remembered,
  result,
  said,
  segmentEntries,
  start,
  tinyLimits,
} from "../../testing/fakes/segment-kit.ts";
import {
  checkCompaction,
  compactionBodies,
  compactionLimitsFor,
  type CompactionPlan,
  decideCompaction,
} from "./compaction.ts";
import { type FoldedLog, foldLog, foldMore, foldWith, neededFrom } from "./fold-log.ts";
import type { SegmentBody } from "./segments.ts";

const fold = (bodies: readonly SegmentBody[]): FoldedLog =>
  foldLog(segmentEntries(bodies), byChars);
/** `n` runs of 3 entries and 20 characters each: `Answered: 0123456789`. */
const runs = (n: number, from = 0): readonly SegmentBody[] =>
  Array.from({ length: n }, (_, nth) => `r${from + nth}`)
    .flatMap((id) => [start(id), said(id, "0123456789"), end(id)]);
const decide = (bodies: readonly SegmentBody[], tailTokensMax: number) =>
  decideCompaction(fold(bodies), { ...tinyLimits, tailTokensMax }, byChars.measure);
const planned = (bodies: readonly SegmentBody[], tailTokensMax: number): CompactionPlan => {
  const plan = decide(bodies, tailTokensMax);
  if (plan.kind === "nothing") throw new Error(`Cannot test without a plan: ${plan.reason}`);
  return plan;
};

describe("what stays", () => {
  test.each<[string, readonly SegmentBody[], number, number]>([
    ["the newest up to the tail", runs(4), 40, 5],
    ["nothing where the tail is none", runs(4), 0, 11],
    ["a call with its result", [...runs(1), call("a", "1"), ...runs(1), result("1")], 15, 3],
    ["a call without a result", [...runs(1), call("a", "1"), ...runs(2)], 0, 3],
    ["the open run", [...runs(1), start("a"), said("a", "x".repeat(50))], 0, 3],
    ["a note that no prompt has had", [...runs(2), noteOf("n"), said("a", "xxxxx")], 0, 6],
    ["not a note that a run has had", [noteOf("n"), ...runs(2)], 0, 6],
  ])("[SC49] is %s", (_, bodies, tail, below) => {
    expect(planned(bodies, tail).below).toBe(below);
  });

  test.each<[string, readonly SegmentBody[], number, string]>([
    ["an empty log", [], 0, "empty"],
    ["a log within the tail", runs(2), 40, "within-tail"],
    ["a log that is one open run", [start("a"), said("a", "x".repeat(99))], 10, "pending"],
  ])("[SC49] is all of %s", (_, bodies, tail, reason) => {
    expect(decide(bodies, tail)).toEqual({ kind: "nothing", reason });
  });

  test("[SC49] is half the entries of a log without words", () => {
    const silent = Array.from({ length: 15 }, (_, n) => `s${n}`).flatMap((id) => [
      start(id, { kind: "turn", turn: 1, attempt: 1 }),
      { kind: "settled", runId: id, turn: 1, attempt: 1, outcome: "silent", seenSeq: 1 } as const,
      end(id),
    ]);
    const before = fold(silent);
    const plan = planned(silent, 100);
    expect(plan).toMatchObject({ below: 45 - 20, parts: [] });
    const after = foldWith(before, compactionBodies(before, plan, ""), byChars);
    expect(checkCompaction(before, after, tinyLimits)).toMatchObject({ ok: true });
  });

  test("[SC49] is all memory, and the log can be forgotten below the cut", () => {
    const bodies = [remembered("a", "x"), { kind: "extracted", upToSeq: 7 } as const, ...runs(4)];
    const before = fold(bodies);
    const plan = planned(bodies, 20);
    const entries = segmentEntries(compactionBodies(before, plan, " in short "), before.head);
    const after = foldMore(before, entries, byChars);
    expect(after).toMatchObject({ summary: "in short", extractedSeq: 7 });
    expect([...after.memory.keys()]).toEqual(["a"]);
    expect(neededFrom(after)).toBe(plan.below);
  });
});

describe("what is summed up", () => {
  test("[SC49] is what has words, in parts of whole entries, long ones cut in the middle", () => {
    const long = `${"a".repeat(99)}\u{1f600}${"z".repeat(99)}`;
    const bodies = [start("r"), asked("r", "Why?"), call("r", "1"), result("1", long), ...runs(9)];
    const { parts } = planned(bodies, 0);
    expect(parts.length).toBe(2);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(tinyLimits.partCharsMax);
    const lines = parts.join("\n").split("\n");
    expect(lines.slice(0, 2)).toEqual(["Ann asked: Why?", 'Used the tool search: {"q":"x"}']);
    expect(lines[2]).toMatch(/^It gave: a+ \.\.\. z+$/u);
    expect(lines[2]?.length).toBeLessThanOrEqual(tinyLimits.entryCharsMax);
    expect(lines.slice(3)).toEqual(Array(9).fill("Answered: 0123456789"));
  });
});

describe("the post-condition", () => {
  const before = fold(runs(30)); // 600 characters
  const after = (below: number, text: string) =>
    foldWith(before, [{ kind: "summary", below, text }], byChars);
  const check = (below: number, text: string) =>
    checkCompaction(before, after(below, text), tinyLimits);

  test("[SC50] holds up to the limit", () => {
    expect(check(60, "x".repeat(200))).toEqual({
      ok: true,
      value: { tokensBefore: 600, tokensAfter: 400 },
    });
    // One answer more.
    expect(check(58, "x".repeat(200))).toMatchObject({ ok: false });
  });

  test("[SC50] study 3.23 incident 4: a compaction that leaves too much is an error", () => {
    expect(check(3, "short")).toEqual({
      ok: false,
      error: { kind: "compaction-ineffective", tokens: 585, tokensMax: 400 },
    });
  });

  test("[SC50] an empty summary is an error where there were words", () => {
    expect(check(60, " \n")).toEqual({ ok: false, error: { kind: "compaction-empty" } });
    expect(check(60, "")).toEqual({ ok: false, error: { kind: "compaction-empty" } });
  });

  test("[SC50] a log that is no shorter, or a summary that is none, is an error", () => {
    const small = fold(runs(2));
    const same = foldWith(small, [{ kind: "summary", below: 3, text: "x".repeat(20) }], byChars);
    // Tokens are the same, entries are fewer.
    expect(checkCompaction(small, same, tinyLimits)).toMatchObject({ ok: true });
    const all = foldWith(small, [{ kind: "summary", below: 0, text: "x" }], byChars);
    expect(checkCompaction(small, all, tinyLimits)).toEqual({
      ok: false,
      error: { kind: "compaction-ineffective", tokens: 41, tokensMax: 40 },
    });
    expect(check(87, "x".repeat(tinyLimits.summaryCharsMax + 1))).toMatchObject({
      error: { kind: "compaction-ineffective" },
    });
  });

  test("[SC49] a cut through what is open is a defect", () => {
    const open = fold([...runs(30), call("a", "1")]);
    const lost = foldLog(segmentEntries([{ kind: "summary", below: 1, text: "s" }]), byChars);
    expect(() => checkCompaction(open, lost, tinyLimits)).toThrow("Cannot compact the log");
  });
});

test("[SC53] limits of a window leave room for the tail, a summary, and what is said next", () => {
  const limits = compactionLimitsFor(4_096);
  expect(limits).toMatchObject({ tokensMax: 2_048, tailTokensMax: 1_024, failuresMax: 3 });
});
