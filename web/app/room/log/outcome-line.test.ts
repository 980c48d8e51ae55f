import { expect, test } from "vitest";
import type { AttemptState } from "#shared/room/mod.ts";
import { describeChoice, describeOutcome } from "./outcome-line.ts";

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

test.each<[outcome: Outcome, text: string]>([
  [{ kind: "voted", speaker: "Bo" }, "Ada gives the word to Bo"],
  [{ kind: "voted", speaker: "Ada" }, "Ada takes the word"],
  [{ kind: "silent" }, "Ada could not choose, so whoever has waited the longest speaks."],
  ...failed.map((outcome): [Outcome, string] => [
    outcome,
    "Ada could not choose, so whoever has waited the longest speaks.",
  ]),
  [{ kind: "stopped", text: "" }, "Ada was stopped before choosing who speaks"],
  [{ kind: "deferred", reason: "merged" }, "Ada did not choose: somebody wrote first"],
  [{ kind: "deferred", reason: "outranked" }, "Ada did not choose: somebody wrote first"],
  [{ kind: "deferred", reason: "stale" }, "Ada did not get to this in time."],
  [{ kind: "deferred", reason: "no-host" }, "Ada has no device to think on."],
])("[RM37] a choice that ended %j is told as one and never asked for again", (outcome, text) => {
  expect(describeChoice(outcome, "Ada", String)).toMatchObject({ text, again: false });
});
