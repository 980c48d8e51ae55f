import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { byChars, histories, segmentEntries, tinyLimits } from "../../testing/fakes/segment-kit.ts";
import { compactionBodies, decideCompaction } from "./compaction.ts";
import { emptyLog, foldLog, foldMore, foldWith, neededFrom } from "./fold-log.ts";
import { segmentTokens } from "./segment-text.ts";
import type { SegmentEntry } from "./segments.ts";

/** Bodies in any order, as no session writes them. */
const ids = fc.constantFrom("a", "b");
const wild: fc.Arbitrary<SegmentEntry["body"]> = fc.oneof(
  fc.record({
    kind: fc.constant("run-start" as const),
    runId: ids,
    cause: fc.constant({ kind: "task" as const }),
  }),
  fc.record({
    kind: fc.constant("run-end" as const),
    runId: ids,
    result: fc.constantFrom({ kind: "finished" as const }, {
      kind: "rolled-back" as const,
      text: "",
    }),
  }),
  fc.record({ kind: fc.constant("note" as const), noteId: ids, from: ids, text: ids }),
  fc.record({
    kind: fc.constant("call" as const),
    runId: ids,
    callId: ids,
    tool: ids,
    args: fc.constant({}),
  }),
  fc.record({
    kind: fc.constant("result" as const),
    callId: ids,
    isError: fc.boolean(),
    text: fc.string(),
  }),
  fc.record({ kind: fc.constant("rewound" as const), to: fc.nat(40) }),
  fc.record({ kind: fc.constant("summary" as const), below: fc.nat(40), text: fc.string() }),
);
const anything = fc.oneof(
  histories,
  fc.array(wild, { maxLength: 40 }).map((b) => segmentEntries(b)),
);
const options = { ...byChars, entriesHeldMax: 12 };

test("[SC30] folding entry by entry, in two parts or at once gives the same state", () => {
  fc.assert(fc.property(anything, fc.nat(60), (entries, cut) => {
    const whole = foldLog(entries, options);
    const parts = foldMore(foldLog(entries.slice(0, cut), options), entries.slice(cut), options);
    const single = entries.reduce((state, entry) => foldMore(state, [entry], options), emptyLog);
    expect(parts).toEqual(whole);
    expect(single).toEqual(whole);
  }));
});

test("[SC30] the estimate of tokens is that of the summary and the entries held", () => {
  fc.assert(fc.property(anything, (entries) => {
    const state = foldLog(entries, options);
    const sum = state.entries.reduce((n, { body }) => n + segmentTokens(body, byChars.measure), 0);
    expect(state.tokensEstimated).toBe(sum + (state.summary?.length ?? 0));
  }));
});

test("[SC36] a log without the entries that its state does not need has the same state for ever", () => {
  let trimmed = 0;
  fc.assert(fc.property(histories, fc.nat(60), (entries, cut) => {
    const then = foldLog(entries.slice(0, cut), byChars);
    const rest = entries.filter(({ index }) => index >= neededFrom(then));
    trimmed += entries.length - rest.length;
    expect(foldLog(rest, byChars)).toEqual(foldLog(entries, byChars));
    expect([...foldLog(rest, byChars).memory]).toEqual([...foldLog(entries, byChars).memory]);
  }));
  expect(trimmed).toBeGreaterThan(0);
});

test("[SC37] no more entries are held than the limit but for what is open or unseen", () => {
  fc.assert(fc.property(anything, (entries) => {
    const state = foldLog(entries, options);
    const pending = state.unseenNotes.length +
      state.entries.filter(({ body }) =>
        (body.kind === "call" && state.openCalls.some(({ callId }) => callId === body.callId)) ||
        (body.kind === "run-start" && state.openRun?.runId === body.runId)
      ).length;
    expect(state.entries.length).toBeLessThanOrEqual(options.entriesHeldMax + pending);
    const bodies = state.entries.map(({ body }) => body);
    for (const note of state.unseenNotes) expect(bodies).toContain(note);
  }));
});

test("[SC49] a compaction of any history keeps calls with results, what is open, and memory", () => {
  let compacted = 0;
  fc.assert(fc.property(histories, fc.nat(300), (entries, tail) => {
    const before = foldLog(entries, byChars);
    const plan = decideCompaction(before, { ...tinyLimits, tailTokensMax: tail }, byChars.measure);
    if (plan.kind === "nothing") return;
    compacted += 1;
    const after = foldWith(before, compactionBodies(before, plan, "in short"), byChars);
    expect(after.openRun).toEqual(before.openRun);
    expect(after.openCalls).toEqual(before.openCalls);
    expect(after.unseenNotes).toEqual(before.unseenNotes);
    expect([...after.memory]).toEqual([...before.memory]);
    expect(after.extractedSeq).toBe(before.extractedSeq);
    expect(after.summary).toBe("in short");
    const calls = new Set(after.entries.map(({ body }) => body.kind === "call" && body.callId));
    const orphans = after.entries.filter(({ body }) =>
      body.kind === "result" && !calls.has(body.callId) &&
      before.entries.some((entry) =>
        entry.body.kind === "call" && entry.body.callId === body.callId
      )
    );
    expect(orphans).toEqual([]);
  }));
  expect(compacted).toBeGreaterThan(0);
});
