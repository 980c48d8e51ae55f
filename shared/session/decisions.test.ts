import { expect, test } from "vitest";
import { toMonotonicMs as at } from "../base/brands.ts";
import type { EngineError, Usage } from "../inference/engine.ts";
import { decideEnd, type EndDecision } from "./decide-end.ts";
import type { GenerationEnd } from "./generate.ts";
import { sessionLimits as limits } from "./limits.ts";
import { decideFrame, emptyPace, nextFrameAt, nextPersistAt } from "./pacing.ts";
import { couldBePass, isPass } from "./decisions/pass-rule.ts";
import {
  initialSessionStatus,
  type RunInfo,
  type SessionStatus,
  type SessionStep,
  stepSession,
} from "./session-status.ts";

test.each<[text: string, silent: boolean]>([
  ["PASS", true],
  ["pass", true],
  [" Pass. ", true],
  ["PASS.\n", true],
  ["PASS..", false],
  ["PASS!", false],
  ["PASS on that", false],
  ["I PASS", false],
  ["passing", false],
  ["", false],
])("[SC1] the finished text %j is silence: %s", (text, silent) => {
  expect(isPass(text)).toBe(silent);
  // Whatever is silence at the end was held back all the way.
  if (silent) {
    for (let chars = 0; chars <= text.length; chars += 1) {
      expect(couldBePass(text.slice(0, chars))).toBe(true);
    }
  }
});

test.each<[text: string, held: boolean]>([
  ["", true],
  ["  ", true],
  ["P", true],
  ["pas", true],
  ["PASS", true],
  ["PASS.", true],
  ["PASS. ", true],
  ["PASS .", false],
  ["PASSI", false],
  ["Pa ", false],
  ["Paris", false],
  ["PASS. I", false],
])("[SC2] the unfinished text %j is held back: %s", (text, held) => {
  expect(couldBePass(text)).toBe(held);
});

test("[SC3] frames leave at most once in frameMs and carry what is new", () => {
  const first = decideFrame(emptyPace, "Once", at(0), limits);
  expect(first.frame).toEqual({ offset: 0, text: "Once" });
  const early = decideFrame(first.pace, "Once upon", at(limits.frameMs - 1), limits);
  expect(early.frame).toBeUndefined();
  expect(nextFrameAt(early.pace, 9, at(limits.frameMs - 1), limits)).toBe(limits.frameMs);
  const second = decideFrame(early.pace, "Once upon", at(limits.frameMs), limits);
  expect(second.frame).toEqual({ offset: 4, text: " upon" });
});

test("[SC3] without text or news no frame is due", () => {
  expect(nextFrameAt(emptyPace, 0, at(5), limits)).toBeUndefined();
  const { pace } = decideFrame(emptyPace, "Once", at(0), limits);
  expect(nextFrameAt(pace, 4, at(5), limits)).toBeUndefined();
});

test("[SC4] the whole text follows each wholeMs, also after the news ended", () => {
  let { pace } = decideFrame(emptyPace, "a", at(0), limits);
  pace = decideFrame(pace, "ab", at(limits.frameMs), limits).pace;
  expect(nextFrameAt(pace, 2, at(limits.frameMs), limits)).toBe(limits.wholeMs);
  const healed = decideFrame(pace, "ab", at(limits.wholeMs), limits);
  expect(healed.frame).toEqual({ offset: 0, text: "ab" });
  expect(nextFrameAt(healed.pace, 2, at(limits.wholeMs), limits)).toBeUndefined();
});

test("[SC5] shown text is stored at once, then at most once in persistMs", () => {
  const none = { chars: 0, at: undefined };
  expect(nextPersistAt(none, 0, at(7), limits)).toBeUndefined();
  expect(nextPersistAt(none, 3, at(7), limits)).toBe(7);
  const some = { chars: 3, at: at(7) };
  expect(nextPersistAt(some, 3, at(9), limits)).toBeUndefined();
  expect(nextPersistAt(some, 4, at(9), limits)).toBe(7 + limits.persistMs);
});

const usage: Usage = {
  promptTokens: 1,
  cachedTokens: 0,
  generatedTokens: 2,
  prefillMs: 1,
  decodeMs: 1,
};
const done = (finish: "stop" | "length" = "stop"): GenerationEnd => ({
  kind: "outcome",
  outcome: { kind: "done", finish, usage },
});
const failed = (error: EngineError): GenerationEnd => ({
  kind: "outcome",
  outcome: { kind: "failed", error },
});
const lost: GenerationEnd = { kind: "outcome", outcome: { kind: "engine-lost", generation: 1 } };
const tooLong = failed({ kind: "prompt-too-long", tokens: 9, tokensMax: 8 });

const inWords = (decision: EndDecision): string => {
  if (decision.kind === "shrink") return "shrink";
  if (decision.kind !== "settle") return `${decision.kind} ${decision.reason}`;
  const { outcome } = decision;
  if (outcome.kind === "replied") return `replied ${outcome.finish} ${outcome.text}`;
  if (outcome.kind === "voted") return `voted ${outcome.speaker}`;
  return outcome.kind === "silent" ? "silent" : `${outcome.kind} ${outcome.reason}`;
};

test.each<[rule: string, end: GenerationEnd, text: string, shrinks: number, words: string]>([
  ["[SC6]", done(), " Yes. ", 0, "replied stop Yes."],
  ["[SC6]", done("length"), "And so", 0, "replied length And so"],
  ["[SC1]", done(), "pass.", 0, "silent"],
  ["[SC6]", done(), "", 0, "failed empty"],
  ["[SC6]", done(), " \n", 0, "failed empty"],
  ["[SC6]", failed({ kind: "internal", detail: "x" }), "", 0, "failed engine"],
  ["[SC6]", failed({ kind: "internal", detail: "x" }), "PASS", 0, "failed engine"],
  [
    "[SC6]",
    failed({ kind: "request-invalid", field: "seed", detail: "" }),
    "",
    0,
    "failed engine",
  ],
  ["[SC6]", failed({ kind: "deadline", afterMs: 9 }), "", 0, "failed deadline"],
  ["[SC6]", { kind: "deadline", detail: "No token" }, "Half", 0, "failed deadline"],
  ["[SC6]", { kind: "no-outcome" }, "Half", 0, "failed engine"],
  ["[SC6]", failed({ kind: "model-unknown", modelId: "m" }), "", 0, "failed model"],
  ["[SC6]", failed({ kind: "webgpu-missing" }), "", 0, "failed model"],
  ["[SC10]", { kind: "text-full" }, "Very long", 0, "replied length Very long"],
  ["[SC7]", lost, "Half", 0, "interrupted engine-lost"],
  ["[SC7]", failed({ kind: "device-lost", detail: "" }), "Half", 0, "interrupted device-lost"],
  ["[SC7]", failed({ kind: "out-of-memory" }), "", 0, "interrupted out-of-memory"],
  ["[SC7]", { kind: "outcome", outcome: { kind: "cancelled" } }, "", 0, "interrupted cancelled"],
  ["[SC6]", failed({ kind: "busy", slots: 1 }), "", 0, "retry busy"],
  ["[SC6]", failed({ kind: "not-loaded" }), "", 0, "retry not-loaded"],
  ["[SC8]", tooLong, "", 0, "shrink"],
  ["[SC8]", tooLong, "", limits.shrinksMax - 1, "shrink"],
  ["[SC8]", tooLong, "", limits.shrinksMax, "failed prompt-too-long"],
])("%s %o with %j after %i shrinks: %s", (_rule, end, text, shrinks, words) => {
  expect(inWords(decideEnd(end, text, shrinks, limits))).toBe(words);
});

test("[SC6] details fit a settlement", () => {
  const long = failed({ kind: "internal", detail: "x".repeat(9_999) });
  const decision = decideEnd(long, "", 0, limits);
  expect(JSON.stringify(decision).length).toBeLessThan(limits.detailCharsMax + 200);
});

const run: RunInfo = { inputId: "in-1", turn: 1, attempt: 0, stage: "thinking" };
const play = (...steps: readonly SessionStep[]): SessionStatus =>
  steps.reduce((status, step) => {
    const next = stepSession(status, step);
    return next.ok ? next.value : status;
  }, initialSessionStatus);
const begin: SessionStep = { kind: "begin", run };

test.each<[title: string, steps: readonly SessionStep[], step: SessionStep, after: string]>([
  ["idle", [], begin, "running"],
  ["idle", [], { kind: "end" }, "="],
  ["idle", [], { kind: "reply" }, "="],
  ["idle", [], { kind: "pause" }, "paused"],
  ["idle", [], { kind: "resume" }, "="],
  ["running", [begin], begin, "session-busy"],
  ["running", [begin], { kind: "reply" }, "running"],
  ["replying", [begin, { kind: "reply" }], { kind: "reply" }, "="],
  ["running", [begin], { kind: "end" }, "idle"],
  ["running", [begin], { kind: "pause" }, "paused"],
  ["running", [begin], { kind: "resume" }, "="],
  ["paused", [{ kind: "pause" }], begin, "session-paused"],
  ["paused", [{ kind: "pause" }], { kind: "reply" }, "="],
  ["paused", [{ kind: "pause" }], { kind: "end" }, "="],
  ["paused", [{ kind: "pause" }], { kind: "pause" }, "="],
  ["paused", [{ kind: "pause" }], { kind: "resume" }, "idle"],
  ["paused, still ending", [begin, { kind: "pause" }], { kind: "end" }, "paused"],
  ["paused, still ending", [begin, { kind: "pause" }], { kind: "resume" }, "running"],
  ["paused, still ending", [begin, { kind: "pause" }], begin, "session-paused"],
])("[SC14] [SC15] %s: %o %o leads to %s", (_title, steps, step, after) => {
  const before = play(...steps);
  const next = stepSession(before, step);
  if (!next.ok) return expect(next.error.kind).toBe(after);
  if (after === "=") return expect(next.value).toBe(before);
  expect(next.value.phase).toBe(after);
  expect(next.value.revision).toBe(before.revision + 1);
});
