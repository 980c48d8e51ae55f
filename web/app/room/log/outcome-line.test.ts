import { expect, test } from "vitest";
import type { AttemptState } from "#shared/room/mod.ts";
import { describeOutcome } from "./outcome-line.ts";

type Outcome = AttemptState["outcome"];

const failed = (["engine", "deadline", "attempts", "empty", "prompt-too-long", "model"] as const)
  .map((reason): Outcome => ({ kind: "failed", reason, detail: "d" }));
const deferred = (["merged", "outranked", "stale", "no-host"] as const)
  .map((reason): Outcome => ({ kind: "deferred", reason }));

test("an answer needs no line", () => {
  expect(describeOutcome({ kind: "replied", text: "hi", finish: "stop" }, "Ada", String))
    .toBeUndefined();
});

test("silence is a choice, not a failure", () => {
  const line = describeOutcome({ kind: "silent" }, "Bo", String);
  expect(line).toMatchObject({ text: "Bo listened and chose not to speak", tone: "quiet" });
});

test.each(failed)("a failure ($reason) says who, what to do, and offers again", (outcome) => {
  const line = describeOutcome(outcome, "Ada", String);
  expect(line?.text).toContain("Ada");
  expect(line?.advice).not.toBe("");
  expect(line).toMatchObject({ tone: "warn", again: true, detail: "d" });
});

test.each(deferred)("a deferral ($reason) says who and never looks like silence", (outcome) => {
  const line = describeOutcome(outcome, "Ada", String);
  expect(line?.text).toContain("Ada");
  expect(line?.text).not.toContain("chose not to speak");
});
