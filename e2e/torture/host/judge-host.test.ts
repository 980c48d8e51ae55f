import { expect, test } from "vitest";
import type { HostHealth } from "../../support/host-process.ts";
import type { StoredEntry } from "../../support/room.ts";
import { drawHostReport, type HostRound } from "./host-report.ts";
import { type HostFound, type HostPromised, judgeHost } from "./judge-host.ts";
import { describeMoment, MOMENTS, planRound } from "./plan-round.ts";

type Body = StoredEntry["body"];

const log = (...rows: readonly (readonly [string, Body])[]): readonly StoredEntry[] =>
  rows.map(([device, body], index) => ({
    ...{ roomId: "rm_1", seq: index + 1, id: `en_${index + 1}`, device, body },
  }));
const settle = (persona: string, attempt = 0): readonly [string, Body] => [
  "host",
  { kind: "settle", turn: 5, persona, attempt, outcome: { kind: "replied", text: "Rain." } },
];
const begun: readonly (readonly [string, Body])[] = [
  ["person", { kind: "device" }],
  ["host", { kind: "device" }],
  ["host", { kind: "persona", persona: "ps_ada" }],
  ["host", { kind: "persona", persona: "ps_bo" }],
  ["person", { kind: "say", text: "Hello" }],
];

const promised: HostPromised = {
  cast: new Map([["ada", "ps_ada"], ["bo", "ps_bo"]]),
  ...{ asked: ["Hello"], devices: 2 },
};
const health: HostHealth = {
  isReady: true,
  engine: { phase: "ready", restarts: 1 },
  rooms: [{
    link: "live",
    personas: [{ key: "ada", state: "here" }, { key: "bo", state: "here" }],
  }],
};
const foundOf = (entries: readonly StoredEntry[]): HostFound => ({
  entries,
  readers: new Map([["a newcomer", entries.map(({ seq, id }) => ({ seq, id }))]]),
  health,
  lives: [{ engineStarts: 1, engineKills: 1 }, { engineStarts: 2, engineKills: 1 }],
  enginesRunning: [42],
});
const whole = foundOf(log(...begun, settle("ps_ada"), settle("ps_bo")));

test("[TO6] [TO7] [TO8] [TO9] a host where everything is as promised has no findings", () => {
  expect(judgeHost(promised, whole)).toEqual([]);
});

test.each<[string, readonly (readonly [string, Body])[], string]>([
  [
    "a second settlement",
    [...begun, settle("ps_ada"), settle("ps_bo"), settle("ps_bo", 1)],
    "settled 2 times: 5/ps_bo",
  ],
  ["a persona without one", [...begun, settle("ps_ada")], "not settled: 5/ps_bo"],
  [
    "a question that is there twice",
    [...begun, begun[4] ?? settle(""), settle("ps_ada"), settle("ps_bo")],
    'asked: ["Hello"], in the log ["Hello","Hello"]',
  ],
  [
    "a persona that is put again",
    [...begun, ["host", { kind: "persona", persona: "ps_ada" }]],
    "personas put: ps_ada, ps_bo, ps_ada",
  ],
  ["a host that came back as another", [...begun, ["host2", { kind: "device" }]], "3 devices"],
])("[TO6] [TO9] %s is found", (_, rows, finding) => {
  expect(judgeHost(promised, foundOf(log(...rows)))).toContain(finding);
});

test.each<[string, Partial<HostFound>, string]>([
  [
    "a reader with another log",
    { readers: new Map([["a newcomer", [{ seq: 1, id: "en_9" }]]]) },
    "a newcomer reads another log: place 0: 1 en_1 beside 1 en_9",
  ],
  ["an orphan", { enginesRunning: [42, 43] }, "engines running: 42, 43"],
  ["no engine", { enginesRunning: [] }, "engines running: none"],
  [
    "an engine started for nothing",
    { lives: [{ engineStarts: 2, engineKills: 0 }] },
    "host 1: 2 engines started, 0 were killed",
  ],
  ["a host that does not answer", { health: undefined }, "health: no answer"],
  [
    "a restart that nobody caused",
    { health: { ...health, engine: { phase: "ready", restarts: 2 } } },
    "health: 2 restarts of 1",
  ],
  [
    "an engine that is not ready",
    { health: { ...health, isReady: false, engine: { phase: "starting", restarts: 1 } } },
    "health: engine starting",
  ],
  ["no room", { health: { ...health, rooms: [] } }, "health: bo is undefined"],
])("[TO7] [TO8] [TO9] %s is found", (_, change, finding) => {
  expect(judgeHost(promised, { ...whole, ...change })).toContain(finding);
});

test("a round depends on its seed and number alone; every moment has its turn", () => {
  const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
  const plans = numbers.map((number) => planRound(7, number));
  expect(plans[3]).toEqual(planRound(7, 4));
  expect(plans).not.toEqual(numbers.map((number) => planRound(8, number)));
  for (const victim of ["engine", "host"] as const) {
    const kinds = plans.filter((plan) => plan.victim === victim).map(({ moment }) => moment.kind);
    expect(kinds).toEqual(MOMENTS[victim]);
  }
  expect(new Set(plans.map(({ text }) => text)).size).toBe(10);
});

test("the report says what is wrong first, and in which round", () => {
  const { round, victim, moment } = planRound(7, 2);
  const bad: HostRound = { round, victim, moment, hit: "0 settled", healedMs: 90, findings: ["x"] };
  const counts = { answers: 4, entries: 30, enginesStarted: 3, hostsStarted: 2 };
  const report = { seed: 7, planned: 2, rounds: [bad], last: ["left"], counts, isClean: false };
  const lines = drawHostReport(report).split("\n");
  expect(lines[0]).toBe(
    `WRONG: round 2 of seed 7 (host, ${describeMoment(moment)}; hit "0 settled")`,
  );
  expect(lines.slice(1, 4)).toEqual(["  x", "", "WRONG: at the end: left"]);
  expect(lines.at(-1)).toContain("0 of 2 rounds whole; 4 answers");
});
