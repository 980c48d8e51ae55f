import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import type { TurnState } from "#shared/room/mod.ts";
import type { TurnResult } from "#shared/turns/mod.ts";
import type { RunningAttempt } from "../../../client/app-client.ts";
import { createScale, listTicks } from "./time-scale.ts";
import { layTimeline, notePhases, type TimelineInput } from "./timeline-geometry.ts";
import { describeVerdict } from "./turn-verdict.ts";

const names = { persona: (id: string) => id.toUpperCase(), device: (id: string) => id };

const openedAt = toRoomMs(1_000_000);

function turnState(): TurnState {
  const planInput = {
    roomId: "rm_1",
    turn: 9,
    text: "hello",
    addressed: [],
    speakers: [],
    recipe: { kind: "panel", followUpsMax: 0 },
    cast: [],
  } as const;
  return {
    turn: 9,
    openedAt,
    root: 9,
    human: true,
    depth: 0,
    planInput,
    entries: [{ persona: "ada", attempt: 0, openedAt, attempts: [] }, {
      persona: "bo",
      attempt: 0,
      openedAt,
      attempts: [],
    }],
  };
}

function live(phase: RunningAttempt["phase"], sinceMs: number): RunningAttempt {
  return { roomId: "rm_1", turn: 9, persona: "ada", attempt: 0, phase, sinceMs };
}

function result(part: Partial<TurnResult>): TurnResult {
  return {
    turn: 9,
    settled: true,
    entries: [{ persona: "ada", outcome: "replied", reason: "" }, {
      persona: "bo",
      outcome: "silent",
      reason: "",
    }],
    divergences: [],
    ...part,
  };
}

function input(part: Partial<TimelineInput>): TimelineInput {
  return {
    turn: turnState(),
    plan: undefined,
    result: undefined,
    running: [],
    phases: new Map(),
    nowMs: 0,
    ...part,
  };
}

test("a settled answer has three spans that join", () => {
  const entry = {
    persona: "ada",
    outcome: "replied",
    reason: "",
    actual: { queuedMs: 200, firstTextMs: 900, finishedMs: 4_000, executionMs: 3_800 },
  } as const;
  const { rows, lastMs } = layTimeline(input({ result: result({ entries: [entry] }) }));
  expect(rows[0]?.spans).toEqual([
    { kind: "queue", fromMs: 0, toMs: 200 },
    { kind: "prefill", fromMs: 200, toMs: 900 },
    { kind: "generate", fromMs: 900, toMs: 4_000 },
  ]);
  expect(lastMs).toBe(4_000);
});

test("a live answer grows to now and remembers when each phase began", () => {
  let phases = notePhases(new Map(), [live("thinking", 1_000_500)]);
  phases = notePhases(phases, [live("speaking", 1_002_000)]);
  const { rows } = layTimeline(
    input({ running: [live("speaking", 1_002_000)], phases, nowMs: 1_003_000 }),
  );
  expect(rows[0]).toMatchObject({
    live: true,
    spans: [
      { kind: "queue", toMs: 500 },
      { kind: "prefill", toMs: 2_000 },
      { kind: "generate", toMs: 3_000 },
    ],
  });
});

test("the phase log is the same object when nothing is new", () => {
  const phases = notePhases(new Map(), [live("thinking", 5)]);
  expect(notePhases(phases, [live("thinking", 5)])).toBe(phases);
});

test("the axis always shows both budgets and stands still below half a minute", () => {
  const short = createScale(800, 100);
  const long = createScale(31_000, 100);
  expect(short).toMatchObject({ endMs: long.endMs });
  expect(listTicks(short).filter(({ budget }) => budget).map(({ ms }) => ms)).toEqual([
    10_000,
    30_000,
  ]);
  expect(createScale(100_000, 100).x(100_000)).toBeLessThan(100);
  expect(short.x(1_000)).toBeGreaterThan(15);
});

test("the verdict says first, all, and whether the plan was kept", () => {
  const verdict = describeVerdict(
    result({
      firstSettledMs: 2_100,
      allSettledMs: 4_900,
      metFirstBudget: true,
      metAllBudget: true,
    }),
    names,
  );
  expect(verdict).toEqual({
    text: "First answer after 2.1 s, inside the budget · all done after 4.9 s · plan kept",
    tone: "good",
    divergences: [],
  });
});

test("a late turn and a difference are named", () => {
  const verdict = describeVerdict(
    result({
      firstSettledMs: 14_000,
      metFirstBudget: false,
      divergences: [
        { kind: "late-finish", persona: "ada", plannedMs: 5_000, actualMs: 14_000 },
      ],
    }),
    names,
  );
  expect(verdict).toMatchObject({
    tone: "warn",
    divergences: ["ADA ended 9 s later than planned"],
  });
  expect(verdict.text).toContain("later than the 10 s budget");
});

test("a row whose answer came differently is marked, and no other", () => {
  const { rows } = layTimeline(input({
    result: result({
      divergences: [{ kind: "late-finish", persona: "bo", plannedMs: 5_000, actualMs: 14_000 }],
    }),
  }));
  expect(rows.map(({ persona, diverges }) => [persona, diverges])).toEqual([
    ["ada", false],
    ["bo", true],
  ]);
});
