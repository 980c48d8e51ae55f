import { expect, test } from "vitest";
import { byChars, end, said, segmentEntries, tinyLimits } from "../../testing/fakes/segment-kit.ts";
import {
  compactionDue,
  type CompactionGuard,
  type GuardStep,
  initialGuard,
  stepGuard,
} from "./compaction-guard.ts";
import { foldLog } from "./fold-log.ts";
import type { SegmentBody } from "./segments.ts";

const stateOf = (bodies: readonly SegmentBody[]) => foldLog(segmentEntries(bodies), byChars);
const ofTokens = (tokens: number) => stateOf([said("r", "x".repeat(tokens - "Answered: ".length))]);
const ofEntries = (count: number) => stateOf(Array.from({ length: count }, () => end("r")));
const after = (...steps: readonly GuardStep[]): CompactionGuard =>
  steps.reduce(stepGuard, initialGuard);
const due = (guard: CompactionGuard) => compactionDue(ofTokens(401), guard, tinyLimits);

const failed: GuardStep = { kind: "compaction-failed" };
const compacted: GuardStep = { kind: "compacted", by: "automatic" };
const finished: GuardStep = { kind: "run-ended", result: { kind: "finished" }, madeOutput: true };
const empty: GuardStep = { ...finished, madeOutput: false };
const paused: GuardStep = { ...finished, result: { kind: "paused" } };

test("[SC53] a log at its limits is not due, one above either is", () => {
  const { tokensMax, entriesMax } = tinyLimits;
  expect(compactionDue(ofTokens(tokensMax), initialGuard, tinyLimits)).toBe("not-due");
  expect(compactionDue(ofTokens(tokensMax + 1), initialGuard, tinyLimits)).toBe("due");
  expect(compactionDue(ofEntries(entriesMax), initialGuard, tinyLimits)).toBe("not-due");
  expect(compactionDue(ofEntries(entriesMax + 1), initialGuard, tinyLimits)).toBe("due");
});

test.each<[string, readonly GuardStep[], string]>([
  ["two failures do not end it", [failed, failed], "due"],
  ["three failures end it", [failed, failed, failed], "broken"],
  ["a success in between begins anew", [failed, failed, compacted, failed, failed], "due"],
  ["runs do not bring it back", [failed, failed, failed, finished, finished], "broken"],
  ["a person's request brings it back", [failed, failed, failed, { kind: "person-asked" }], "due"],
  ["a person's compaction brings it back", [failed, failed, failed, {
    kind: "compacted",
    by: "person",
  }], "due"],
])("[SC51] automatic compaction: %s", (_, steps, expected) => {
  expect(due(after(...steps))).toBe(expected);
});

test.each<[string, readonly GuardStep[], string]>([
  ["a second one is allowed", [compacted], "due"],
  ["a third one is thrashing", [compacted, compacted], "thrashing"],
  ["a run that came to something begins anew", [compacted, compacted, finished], "due"],
  ["an empty run does not", [compacted, compacted, empty], "thrashing"],
  ["nor does one that was paused", [compacted, compacted, paused], "thrashing"],
  ["those that a person asked for do not count", [{ kind: "compacted", by: "person" }, {
    kind: "compacted",
    by: "person",
  }], "due"],
])("[SC52] between two runs: %s", (_, steps, expected) => {
  expect(due(after(...steps))).toBe(expected);
});

test("[SC52] study 3.12: right after a success a log that is too long is still told", () => {
  const guard = after(compacted);
  expect(due(guard)).not.toBe("not-due");
  expect(compactionDue(ofTokens(400), after(compacted, compacted), tinyLimits)).toBe("not-due");
});

test("[SC52] study 3.23 incident 4: a run without output is no success", () => {
  expect(after(compacted, empty)).toEqual(after(compacted));
});
