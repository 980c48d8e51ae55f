/**
 * List scheduling against the best schedule there is, found by trying all (Graham 1969: at most
 * 2 - 1/slots times as long on equal slots).
 */

import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { planTurn } from "./plan-turn.ts";
import { candidate, request } from "../../testing/planning/turn-kit.ts";

interface Case {
  readonly slots: number;
  /** ms of each generation, in cast order; the first `named` are addressed. */
  readonly durations: readonly number[];
  readonly named: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  slots: fc.integer({ min: 1, max: 4 }),
  durations: fc.array(fc.integer({ min: 1, max: 200 }).map((tokens) => tokens * 50), {
    minLength: 1,
    maxLength: 7,
  }),
  named: fc.integer({ min: 0, max: 3 }),
}).map((one) => ({ ...one, named: Math.min(one.named, one.durations.length) }));

/**
 * Least time until all are done, where whoever is named starts no later than anybody who is not:
 * every order within the two groups, each generation on the slot that is free first (some such
 * order is optimal).
 */
function optimumMs({ slots, durations, named }: Case): number {
  let best = Infinity;
  const search = (left: readonly number[], free: readonly number[]): void => {
    if (left.length === 0) {
      best = Math.min(best, Math.max(...free));
      return;
    }
    const isNamedLeft = left.some((index) => index < named);
    const seen = new Set<number>();
    for (const index of left) {
      if (isNamedLeft && index >= named) continue;
      const duration = durations[index] ?? 0;
      if (seen.has(duration)) continue;
      seen.add(duration);
      const sorted = [...free].sort((a, b) => a - b);
      const start = sorted[0] ?? 0;
      const finish = start + duration;
      if (finish >= best) continue;
      search(left.filter((one) => one !== index), [...sorted.slice(1), finish]);
    }
  };
  search(durations.map((_, index) => index), Array<number>(slots).fill(0));
  return best;
}

function planMs({ slots, durations, named }: Case): number {
  const personas = durations.map((ms, index) =>
    candidate(`p${index}`, {
      slots,
      // 1 ms of prompt reading is taken off, so that the whole is the duration.
      promptTokens: 1,
      prefillMilliTokensPerS: 1_000_000,
      decodeMilliTokensPerS: 1_000_000,
      replyTokens: ms - 1,
      maxOutputTokens: 100_000,
      contextWindow: 200_000,
    })
  );
  const addressed = personas.slice(0, named).map((one) => one.personaId);
  const plan = planTurn(request(personas, { addressed }));
  return plan.ok ? plan.value.estimatedAllResponsesMs ?? NaN : NaN;
}

test("[TP3] never above (2 - 1/slots) times the optimum, in the median at most 1.1 times", () => {
  const ratios: number[] = [];
  fc.assert(
    fc.property(cases, (one) => {
      const ratio = planMs(one) / optimumMs(one);
      ratios.push(ratio);
      return ratio >= 1 && ratio <= 2 - 1 / one.slots + 1e-9;
    }),
    { numRuns: 10_000 },
  );
  const sorted = ratios.sort((a, b) => a - b);
  expect(sorted[sorted.length >> 1]).toBeLessThanOrEqual(1.1);
}, 60_000);

test(
  "[TP3] the median holds where slots are short: more generations than slots, two or more",
  () => {
    const short = cases.filter((one) => one.slots > 1 && one.durations.length > one.slots);
    const ratios = fc.sample(short, { numRuns: 3_000, seed: 7 })
      .map((one) => planMs(one) / optimumMs(one))
      .sort((a, b) => a - b);
    const at = (part: number): number => ratios[Math.floor(ratios.length * part)] ?? NaN;
    console.info(
      `list scheduling, short slots: median ${at(0.5).toFixed(3)}, 90 % ${at(0.9).toFixed(3)}`,
    );
    expect(at(0.5)).toBeLessThanOrEqual(1.1);
  },
  60_000,
);
