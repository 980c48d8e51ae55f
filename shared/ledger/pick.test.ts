import { expect, test } from "vitest";
import { type MonotonicMs, toMonotonicMs } from "../base/brands.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import { inputOf } from "../testing/fakes/input-records.ts";
import { ledgerLimits as limits } from "./limits.ts";
import { compareInputs, decideNext, decideStart, type PickFacts } from "./pick.ts";
import type { PickQuestion } from "./places.ts";

const facts: PickFacts = {
  now: toMonotonicMs(1_000),
  running: new Set(),
  withdrawn: new Map(),
  notBefore: new Map(),
  newestHumanTurn: () => 0,
  stateOf: () => "active",
  isOrphan: () => false,
};

type Change = Partial<PickFacts> & { readonly canRun?: (input: InputRecord) => boolean };

/** The step in a few words: `start in-1-ada-0`; of the heads the first that can run is chosen. */
function next(live: readonly InputRecord[], { canRun, ...change }: Change = {}): string {
  const asked = decideNext(live, { ...facts, ...change }, limits);
  const step = asked.kind === "choose"
    ? decideStart(asked, asked.question.heads.find((input) => canRun?.(input) ?? true))
    : asked;
  if (step.kind === "wait") return `wait ${step.untilMs ?? ""}`.trim();
  return step.kind === "end"
    ? `end ${step.input.id} ${step.end.kind}`
    : `${step.kind} ${step.input.id}`;
}

const person = (turn: number, change: Partial<InputRecord> = {}): InputRecord =>
  inputOf({ turn, ...change });
const followUp = (turn: number, change: Partial<InputRecord> = {}): InputRecord =>
  inputOf({ turn, kind: "peer", human: false, ...change });
const at = (ms: number): MonotonicMs => toMonotonicMs(ms);

test("[LG6] begun first, then people's turns, then turns by seq, then arrival", () => {
  const inputs = [
    followUp(3, { persona: "f" }),
    person(9, { persona: "late", order: 1 }),
    person(5, { persona: "second", order: 7 }),
    person(5, { persona: "first", order: 6 }),
    followUp(2, { persona: "begun", partialText: "Well" }),
    person(8, { persona: "retried", stagedCount: 1 }),
  ];
  const names = inputs.toSorted(compareInputs).map((input) => input.persona);
  expect(names).toEqual(["retried", "begun", "first", "second", "late", "f"]);
});

test.each<[title: string, live: readonly InputRecord[], change: Change, step: string]>([
  ["[LG20] nothing to do waits for the bell", [], {}, "wait"],
  ["[LG6] the only input starts", [person(1)], {}, "start in-1-ada-0"],
  [
    "[LG7] the older input of the same persona is merged first",
    [person(1), person(2), person(3)],
    {},
    "end in-1-ada-0 merged",
  ],
  ["[LG7] then the next older one", [person(2), person(3)], {}, "end in-2-ada-0 merged"],
  ["[LG7] then the newest starts", [person(3)], {}, "start in-3-ada-0"],
  [
    "[LG7] words that are owed do not merge into a vote",
    [person(1), person(2, { kind: "flow-step" })],
    {},
    "start in-1-ada-0",
  ],
  [
    "[LG7] nor a vote into words, but into a vote",
    [
      person(1, { kind: "flow-step" }),
      person(2),
      person(3, { kind: "flow-step" }),
    ],
    {},
    "end in-1-ada-0 merged",
  ],
  [
    "[LG7] inputs of different personas do not merge",
    [person(1), person(2, { persona: "ben" })],
    {},
    "start in-1-ada-0",
  ],
  [
    "[LG7] inputs of different rooms do not merge",
    [person(1), person(2, { roomId: "other" })],
    {},
    "start in-1-ada-0",
  ],
  [
    "[LG7] a begun input is finished, not merged away",
    [person(1, { partialText: "Half" }), person(2)],
    {},
    "start in-1-ada-0",
  ],
  [
    "[LG7] an attempt asked for by name is not merged",
    [person(1, { attempt: 1 }), person(2)],
    {},
    "start in-1-ada-1",
  ],
  [
    "[LG7] nothing merges while the persona is busy",
    [person(1, { phase: "staged" }), person(2), person(3)],
    { running: new Set(["in-1-ada-0"]) },
    "wait",
  ],
  [
    "[LG8] a follow-up yields to a waiting message of a person",
    [followUp(4), person(5, { persona: "ben" })],
    {},
    "end in-4-ada-0 outranked",
  ],
  [
    "[LG8] a follow-up yields to a newer message that asks nobody here",
    [followUp(4)],
    { newestHumanTurn: () => 5 },
    "end in-4-ada-0 outranked",
  ],
  [
    "[LG8] a follow-up of the newest message stays",
    [followUp(4)],
    { newestHumanTurn: () => 3 },
    "start in-4-ada-0",
  ],
  [
    "[LG8] a begun follow-up is finished",
    [followUp(4, { partialText: "I" })],
    { newestHumanTurn: () => 5 },
    "start in-4-ada-0",
  ],
  [
    "[LG8] an external event does not yield",
    [inputOf({ turn: 4, kind: "external", human: false })],
    { newestHumanTurn: () => 5 },
    "start in-4-ada-0",
  ],
  [
    "[LG9] a busy persona waits, another starts",
    [person(1, { phase: "staged" }), person(2), person(2, { persona: "ben" })],
    { running: new Set(["in-1-ada-0"]) },
    "start in-2-ben-0",
  ],
  ["[LG20] without a place nothing starts", [person(1)], { canRun: () => false }, "wait"],
  [
    "[LG20] a head that is not chosen does not hold up another",
    [person(1), person(2, { persona: "ben" })],
    { canRun: (input) => input.persona === "ben" },
    "start in-2-ben-0",
  ],
  [
    "[LG10] an input staged too often is ended",
    [person(1, { stagedCount: limits.attemptsMax })],
    { canRun: () => false },
    "end in-1-ada-0 worn-out",
  ],
  [
    "[LG10] one staging fewer still runs",
    [person(1, { stagedCount: limits.attemptsMax - 1 })],
    {},
    "start in-1-ada-0",
  ],
  [
    "[LG11] a staged input that nobody runs goes back",
    [person(1, { phase: "staged", stagedCount: limits.attemptsMax })],
    {},
    "roll-back in-1-ada-0",
  ],
  [
    "[LG22] a withdrawn input ends, whatever its phase",
    [person(1, { phase: "staged" })],
    { withdrawn: new Map([["in-1-ada-0", "settled"]]) },
    "end in-1-ada-0 withdrawn",
  ],
  [
    "[LG20] an input that was told to wait is waited for",
    [person(1, { stagedCount: 1 }), person(2, { persona: "ben", stagedCount: 1 })],
    { notBefore: new Map([["in-1-ada-0", at(3_000)], ["in-2-ben-0", at(2_000)]]) },
    "wait 2000",
  ],
  [
    "[LG18] a waiting input is not overtaken by a later one of its persona",
    [person(1, { stagedCount: 1 }), person(2)],
    { notBefore: new Map([["in-1-ada-0", at(3_000)]]) },
    "wait 3000",
  ],
  [
    "[LG18] another persona goes on meanwhile",
    [person(1, { stagedCount: 1 }), person(2, { persona: "ben" })],
    { notBefore: new Map([["in-1-ada-0", at(3_000)]]) },
    "start in-2-ben-0",
  ],
  [
    "[LG20] a due time that has come starts",
    [person(1, { stagedCount: 1 })],
    { notBefore: new Map([["in-1-ada-0", at(1_000)]]) },
    "start in-1-ada-0",
  ],
  [
    "[LG20] a due input without a place waits for the bell alone",
    [person(1, { stagedCount: 1 })],
    { notBefore: new Map([["in-1-ada-0", at(1_000)]]), canRun: () => false },
    "wait",
  ],
])("%s", (_title, live, change, step) => {
  expect(next(live, change)).toBe(step);
});

test("[LG7] the older inputs are merged into the turn that is really taken", () => {
  const asked = decideNext([person(1), person(4), person(3)], facts, limits);
  const step = asked.kind === "choose" && decideStart(asked, asked.question.heads[0]);
  expect(step).toMatchObject({ input: { turn: 1 }, end: { kind: "merged", into: 4 } });
});

test("[LG6] [LG9] each persona's first input is offered in order, the rest with its reason", () => {
  const external = inputOf({ persona: "eva", turn: 1, kind: "external", human: false });
  const live = [
    person(2, { persona: "dan", phase: "staged" }),
    person(3, { persona: "dan" }),
    { ...external, stagedCount: 1, partialText: "Broken off" },
    followUp(9, { persona: "ben" }),
    person(7, { persona: "cy", stagedCount: 1 }),
    person(8, { persona: "cy" }),
    person(6),
  ];
  const running = new Set(["in-2-dan-0"]);
  const notBefore = new Map([["in-7-cy-0", at(3_000)]]);
  const asked = decideNext(live, { ...facts, running, notBefore }, limits) as {
    readonly question: PickQuestion;
  };
  const { heads, later } = asked.question;
  expect(heads.map((input) => input.persona)).toEqual(["ada", "ben", "eva"]);
  expect(later.map(({ input, why }) => [input.id, why])).toEqual([
    ["in-7-cy-0", { kind: "retry", untilMs: 3_000 }],
    ["in-3-dan-0", { kind: "persona-busy" }],
    ["in-8-cy-0", { kind: "behind" }],
  ]);
});

test("[LG6] a persona's broken off ambient input lets a person's turn go first", () => {
  const external = inputOf({ turn: 1, kind: "external", human: false, partialText: "Broken" });
  expect(next([external, person(5)])).toBe("start in-5-ada-0");
});
