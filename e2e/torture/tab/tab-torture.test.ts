import { expect, test } from "vitest";
import type { StoredEntry } from "../../support/room.ts";
import { draftKeptMsMax, type Found, judgeRound, type Promised } from "./judge-round.ts";
import { describeInstant, KINDS, planRound } from "./plan-round.ts";
import { drawTabReport, type TabRound } from "./tab-report.ts";

type Body = StoredEntry["body"];

const log = (...bodies: readonly Body[]): readonly StoredEntry[] =>
  bodies.map((body, index) => ({
    ...{ roomId: "rm_1", seq: index + 1, id: `en_${index + 1}`, device: "dv_1", body },
  }));
const say = (text: string): Body => ({ kind: "say", text });
const settle = (turn: number, persona: string, text = "Rain.", attempt = 0): Body => ({
  ...{ kind: "settle", turn, persona, attempt, outcome: { kind: "replied", text } },
});
const sent = (text: string, isAcknowledged = true) => ({ text, isAcknowledged });

const promised: Promised = {
  cast: ["ada", "bo"],
  sent: [sent("Hello")],
  draft: { text: "and", ageMs: draftKeptMsMax },
};
/** Seq 1 is what was said; 2 and 3 settle it. */
const whole: Found = {
  entries: log(say("Hello"), settle(1, "ada"), settle(1, "bo")),
  ...{ inputsLive: 0, outboxRows: 0, composer: "and" },
  rows: ["ada", "bo"].map((persona) => ({ turn: 1, persona, outcome: "replied" })),
};

test("[TO4] [TO5] a room where everything is as promised has no findings", () => {
  expect(judgeRound(promised, whole)).toEqual([]);
});

const silent: Body = { ...settle(1, "bo"), outcome: { kind: "silent" } };
const failed: Body = { ...settle(1, "bo"), outcome: { kind: "failed", reason: "attempts" } };
const half = "The rain was falling on the stones";

test.each<[string, Partial<Found>, string]>([
  [
    "a second settlement of a persona",
    { entries: [...whole.entries, ...log(settle(1, "bo", "Rain.", 1))] },
    "settled 2 times: 1/bo",
  ],
  ["a persona without one", { entries: log(say("Hello"), settle(1, "ada")) }, "not settled: 1/bo"],
  [
    "a settlement that is no answer",
    { entries: log(say("Hello"), settle(1, "ada"), failed) },
    "settled failed: 1/bo at 3: attempts",
  ],
  [
    "a settlement that nobody asked for",
    { entries: log(say("Hello"), settle(1, "ada"), settle(1, "bo"), settle(1, "cleo")) },
    "nobody asked for: 1/cleo",
  ],
  [
    "a reply that begins again after its first half",
    {
      entries: log(
        ...[say("Hello"), settle(1, "ada")],
        settle(1, "bo", `${half} ${half} and more`),
      ),
    },
    `half a reply said twice: 1/bo: ${half} ${half} and more`,
  ],
  ["an input that stays", { inputsLive: 1 }, "in progress: 1 inputs"],
  ["an entry that stays unsent", { outboxRows: 2 }, "in progress: 2 rows of the outbox"],
  [
    "a row that still streams",
    { rows: [{ turn: 1, persona: "ada", outcome: "streaming" }, ...whole.rows.slice(1)] },
    "screen: 1/ada is streaming, in the log replied",
  ],
  [
    "a silence that is shown as a reply",
    { entries: log(say("Hello"), settle(1, "ada"), silent) },
    "screen: 1/bo is replied, in the log silent",
  ],
  [
    "one bubble too many",
    { rows: [...whole.rows, ...whole.rows.slice(1)] },
    "screen: 1/bo stands there 2 times",
  ],
  ["a bubble that is missing", { rows: whole.rows.slice(1) }, "screen: 1/ada stands there 0 times"],
])("[TO4] %s is found", (_title, broken, finding) => {
  expect(judgeRound(promised, { ...whole, ...broken })).toContain(finding);
});

test.each<[string, Partial<Promised>, Partial<Found>, string]>([
  [
    "an acknowledged message that is gone",
    { sent: [sent("First"), sent("Hello")] },
    { composer: "First" },
    'lost: "First" (acknowledged)',
  ],
  [
    "a sent message that is nowhere",
    { sent: [sent("Hello"), sent("Again", false)] },
    {},
    'lost: "Again" (sent)',
  ],
  [
    "a message that was said twice",
    {},
    {
      entries: log(
        ...[say("Hello"), settle(1, "ada"), settle(1, "bo"), say("Hello")],
        ...[settle(4, "ada"), settle(4, "bo")],
      ),
    },
    'said twice: "Hello"',
  ],
  [
    "a message that is in the composer still",
    { draft: { text: "Hello", ageMs: 0 } },
    { composer: "Hello" },
    'in the log and in the composer: "Hello"',
  ],
  [
    "messages in another order",
    { sent: [sent("Later"), sent("Hello"), sent("Later yet")] },
    { entries: log(say("Hello"), say("Later")) },
    "out of order: Later: behind Hello",
  ],
  ["words of nobody", { sent: [] }, {}, 'nobody sent: "Hello"'],
  ["a composer that is empty", {}, { composer: "" }, 'composer: "" where "and" was'],
  [
    "a composer with other words",
    { draft: { text: "and", ageMs: 0 } },
    { composer: "an" },
    'composer: "an" where "and" was',
  ],
  [
    "an entry out of place",
    {},
    { entries: whole.entries.slice(1) },
    "log: seq 2 stands at place 1",
  ],
  [
    "an id that is there twice",
    {},
    { entries: whole.entries.map((entry) => ({ ...entry, id: "en_1" })) },
    "log: en_1 is there twice",
  ],
])("[TO5] %s is found", (_title, changed, broken, finding) => {
  expect(judgeRound({ ...promised, ...changed }, { ...whole, ...broken })).toContain(finding);
});

test("[TO5] where Enter had not counted the message is in the composer, and nowhere else", () => {
  const early = { ...promised, sent: [sent("Hello", false)], draft: undefined };
  const empty = { ...whole, entries: [], rows: [], composer: "Hello" };
  expect(judgeRound(early, empty)).toEqual([]);
  expect(judgeRound(early, { ...empty, composer: "" })).toEqual(['lost: "Hello" (sent)']);
});

test("[TO5] a text that was typed a moment ago may be there or not", () => {
  const young = { ...promised, draft: { text: "and", ageMs: draftKeptMsMax - 1 } };
  expect(judgeRound(young, whole)).toEqual([]);
  expect(judgeRound(young, { ...whole, composer: "" })).toEqual([]);
});

test("a round is the same from the same seed, and kinds and casts take turns", () => {
  const plans = Array.from({ length: 50 }, (_, index) => planRound(7, index + 1));
  expect(planRound(7, 33)).toEqual(plans[32]);
  expect(planRound(8, 33)).not.toEqual(plans[32]);
  for (const kind of KINDS) {
    const some = plans.filter(({ instant }) => instant.kind === kind);
    expect(some).toHaveLength(10);
    expect(new Set(some.map(({ personas }) => personas)).size).toBe(2);
    expect(some.some(({ againAfterMs }) => againAfterMs !== undefined)).toBe(true);
    expect(some.some(({ hasDraft }) => hasDraft)).toBe(kind !== "enter");
    expect(new Set(some.map(({ instant }) => describeInstant(instant))).size).toBeGreaterThan(5);
  }
});

test("a report counts the whole rounds and says how to run a broken one alone", () => {
  const round: TabRound = {
    ...{ round: 1, personas: 2, againAfterMs: undefined, hit: "speaking", healedMs: 2_000 },
    ...{ instant: { kind: "enter", afterMs: 3 }, draftAgeMs: undefined, findings: [] },
  };
  const broken: TabRound = { ...round, round: 2, findings: ["not settled: 1/bo"] };
  const text = drawTabReport({ seed: 9, rounds: [round, broken], isClean: false });
  expect(text).toContain("1 of 2 rounds whole.");
  expect(text).toContain("npm run torture -- tab --seed 9 --only 2\n  not settled: 1/bo");
  expect(drawTabReport({ seed: 9, rounds: [round], isClean: true })).not.toContain("WRONG");
});
