import fc from "fast-check";
import { expect, test } from "vitest";
import { planTurn } from "./plan-turn.ts";
import type { TurnCandidate, TurnRequest } from "./plan.ts";

const candidate = (persona: string, patch: Partial<TurnCandidate> = {}): TurnCandidate => ({
  persona,
  name: persona.toUpperCase(),
  modelId: "m",
  device: "dv_1",
  slots: 1,
  prefillMilliTokensPerS: 100_000,
  decodeMilliTokensPerS: 20_000,
  replyTokens: 40,
  promptTokens: 100,
  ...patch,
});
const request = (candidates: TurnCandidate[], patch: Partial<TurnRequest> = {}): TurnRequest => ({
  roomId: "rm_1",
  turn: 6,
  text: "hi",
  addressed: [],
  candidates,
  ...patch,
});

const candidates = fc.array(
  fc.record({
    persona: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    device: fc.constantFrom("dv_1", "dv_2", undefined),
    modelId: fc.constantFrom("m", "n"),
    slots: fc.integer({ min: 1, max: 3 }),
    prefillMilliTokensPerS: fc.nat(500_000),
    decodeMilliTokensPerS: fc.nat(90_000),
    replyTokens: fc.nat(300),
    promptTokens: fc.nat(4_000),
  }).map(({ persona, ...patch }) => candidate(persona, patch)),
  { maxLength: 12 },
);

test("[TP1] equal requests give equal plans; another text gives another fingerprint", () => {
  fc.assert(fc.property(candidates, fc.nat(1000), (list, turn) => {
    const one = planTurn(request(list, { turn }));
    expect(planTurn(structuredClone(request(list, { turn })))).toEqual(one);
    expect(planTurn(request(list, { turn, text: "other" })).fingerprint).not.toBe(one.fingerprint);
  }));
});

test("[TP2] who is addressed goes first, the others rotate with the turn", () => {
  const orderOf = (turn: number, addressed: string[]) =>
    planTurn(request(["a", "b", "c"].map((id) => candidate(id)), { turn, addressed }))
      .personas.map((one) => one.persona).join("");
  expect(orderOf(6, ["c"])).toBe("cab");
  expect([orderOf(6, []), orderOf(7, []), orderOf(8, [])]).toEqual(["abc", "bca", "cab"]);
});

test("[TP3] one slot runs in waves, two slots run side by side", () => {
  const times = (slots: number) =>
    planTurn(request(["a", "b", "c"].map((id) => candidate(id, { slots }))))
      .personas.map(({ wave, startMs, firstTextMs, finishMs }) => [
        wave,
        startMs,
        firstTextMs,
        finishMs,
      ]);
  expect(times(1)).toEqual([[0, 0, 1000, 3000], [1, 3000, 4000, 6000], [2, 6000, 7000, 9000]]);
  expect(times(2)).toEqual([[0, 0, 1000, 3000], [0, 0, 1000, 3000], [1, 3000, 4000, 6000]]);
});

test("[TP3] no lane ever holds more running generations than slots", () => {
  fc.assert(fc.property(candidates, (list) => {
    const plan = planTurn(request(list));
    for (const one of plan.personas) {
      const sameSlot = plan.personas.filter((other) => other.lane === one.lane && other !== one);
      for (const other of sameSlot) {
        expect(other.finishMs <= one.startMs || one.finishMs <= other.startMs).toBe(true);
      }
      expect(one.startMs <= one.firstTextMs && one.firstTextMs <= one.finishMs).toBe(true);
    }
  }));
});

test("[TP4] every candidate is planned once, listed without a host, or listed as a duplicate", () => {
  fc.assert(fc.property(candidates, (list) => {
    const plan = planTurn(request(list));
    const planned = plan.personas.map((one) => one.persona);
    expect(new Set(planned).size).toBe(planned.length);
    expect([...planned, ...plan.withoutHost, ...plan.duplicates].sort())
      .toEqual(list.map((one) => one.persona).sort());
  }));
});

test("[TP5] with nobody to plan both verdicts are false", () => {
  const plan = planTurn(request([candidate("a", { device: undefined })]));
  expect(plan).toMatchObject({
    meetsFirstBudget: false,
    meetsAllBudget: false,
    withoutHost: ["a"],
  });
});

test("[TP5] a verdict compares the estimate with the budget, the budget itself included", () => {
  const plan = (decodeMilliTokensPerS: number) =>
    planTurn(
      request([candidate("a", { decodeMilliTokensPerS, promptTokens: 100, replyTokens: 9 })]),
    );
  expect(plan(1_000)).toMatchObject({ firstSettledMs: 10_000, meetsFirstBudget: true });
  expect(plan(999)).toMatchObject({ meetsFirstBudget: false, meetsAllBudget: true });
});
