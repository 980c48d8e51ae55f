/** Logs of sessions for tests: entries, histories as they happen, and rows in a store. */

import { fc } from "../properties.ts";
import { toEpochMs } from "../../base/brands.ts";
import {
  compactionBodies,
  type CompactionLimits,
  decideCompaction,
} from "../../session/log/compaction.ts";
import {
  emptyLog,
  foldDefaults,
  type FoldedLog,
  foldMore,
  type FoldOptions,
} from "../../session/log/fold-log.ts";
import { decideRewind, rewindTargets } from "../../session/log/rewind.ts";
import type {
  MemoryNote,
  RunCause,
  SegmentBody,
  SegmentEntry,
} from "../../session/log/segments.ts";

/** One token a character: sums can be done by hand. */
export const byChars: FoldOptions = { ...foldDefaults, measure: (text) => text.length };

/** Entries with indexes from `from` on, all made at 1,000 ms. */
export function segmentEntries(
  bodies: readonly SegmentEntry["body"][],
  from = 0,
): readonly SegmentEntry[] {
  return bodies.map((body, offset) => ({ index: from + offset, at: toEpochMs(1_000), body }));
}

export const start = (runId: string, cause: RunCause = { kind: "task" }): SegmentBody => ({
  kind: "run-start",
  runId,
  cause,
});
export const asked = (runId: string, text: string): SegmentBody => ({
  kind: "asked",
  runId,
  from: "Ann",
  text,
});
export const noteOf = (noteId: string, text = noteId): SegmentBody => ({
  kind: "note",
  noteId,
  from: "child",
  text,
});
export const call = (runId: string, callId: string, tool = "search"): SegmentBody => ({
  kind: "call",
  runId,
  callId,
  tool,
  args: { q: "x" },
});
export const result = (callId: string, text = "found"): SegmentBody => ({
  kind: "result",
  callId,
  isError: false,
  text,
});
export const said = (runId: string, text: string): SegmentBody => ({ kind: "said", runId, text });
export const end = (runId: string): SegmentBody => ({
  kind: "run-end",
  runId,
  result: { kind: "finished" },
});
export const rolledBack = (runId: string, text: string): SegmentBody => ({
  kind: "run-end",
  runId,
  result: { kind: "rolled-back", text },
});
export const remembered = (id: string, text: string | undefined): SegmentBody => ({
  kind: "memory",
  note: { id, text, stage: "kept", seqs: [], by: "persona" } satisfies MemoryNote,
});

const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("call" as const), isOpen: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("note" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unreadable" as const) }) },
);
const run = fc.record({
  kind: fc.constant("run" as const),
  cause: fc.constantFrom<RunCause["kind"]>("task", "notes", "turn", "memory"),
  steps: fc.array(steps, { maxLength: 4 }),
  end: fc.constantFrom("finished" as const, "rolled-back" as const, "crash" as const),
});
const deed = fc.oneof(
  { weight: 5, arbitrary: run },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("note" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("memory" as const),
      id: fc.constantFrom("a", "b", "c"),
      text: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("extracted" as const), seq: fc.nat(99) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rewind" as const), nth: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("compact" as const), tail: fc.nat(200) }) },
);
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

/** Logs as sessions write them: runs, crashes, notes, memory, rewinds and compactions. */
export const histories: fc.Arbitrary<readonly SegmentEntry[]> = fc
  .array(deed, { maxLength: 20 })
  .map((deeds) => {
    const entries: SegmentEntry[] = [];
    let state = emptyLog;
    for (const [at, one] of deeds.entries()) {
      const more = segmentEntries(bodiesOf(one, state, `${at}`), state.head);
      state = foldMore(state, more, byChars);
      entries.push(...more);
    }
    return entries;
  });

function bodiesOf(one: Deed, state: FoldedLog, id: string): readonly SegmentEntry["body"][] {
  switch (one.kind) {
    case "run": {
      const runId = `run${id}`;
      const cause = causeOf(one.cause);
      return [
        start(runId, cause),
        ...one.cause === "task" ? [asked(runId, `question ${id}`)] : [],
        ...one.steps.flatMap((step, nth): readonly SegmentEntry["body"][] => {
          const callId = `${runId}.${nth}`;
          if (step.kind === "note") return [noteOf(`note${callId}`)];
          if (step.kind === "unreadable") return [{ kind: "unreadable", detail: "torn" }];
          return step.isOpen ? [call(runId, callId)] : [call(runId, callId), result(callId)];
        }),
        ...one.end === "finished" ? [said(runId, `answer ${id}`), end(runId)] : [],
        ...one.end === "rolled-back" ? [rolledBack(runId, `question ${id}`)] : [],
      ];
    }
    case "note":
      return [noteOf(`note${id}`)];
    case "memory":
      return [remembered(one.id, one.text)];
    case "extracted":
      return [{ kind: "extracted", upToSeq: one.seq }];
    case "rewind": {
      const target = rewindTargets(state)[one.nth];
      if (target === undefined) return [];
      const plan = decideRewind(state, target.to, state.head);
      return plan.ok ? plan.value.bodies : [];
    }
    case "compact": {
      const plan = decideCompaction(
        state,
        { ...tinyLimits, tailTokensMax: one.tail },
        byChars.measure,
      );
      return plan.kind === "nothing" ? [] : compactionBodies(state, plan, `summary ${id}`);
    }
  }
}

function causeOf(kind: RunCause["kind"]): RunCause {
  if (kind === "turn") return { kind, turn: 1, attempt: 1 };
  if (kind === "memory") return { kind, job: "extract" };
  return kind === "resume" ? { kind, of: "run" } : { kind };
}

/** Limits of a few characters, measured by `byChars`. */
export const tinyLimits: CompactionLimits = {
  tokensMax: 400,
  entriesMax: 40,
  tailTokensMax: 200,
  summaryCharsMax: 200,
  partCharsMax: 300,
  entryCharsMax: 100,
  failuresMax: 3,
  perRunMax: 2,
};
