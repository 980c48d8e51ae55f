import { expect, test } from "vitest";
import { createSampler, greedyToken, hasBadLogits, sampleAmong, sampleToken } from "./sampling.ts";

const LOGITS = Float32Array.of(0, 3, 1, 2.9, -40);

test("[IN1] the same seed draws the same numbers and another seed others", () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createSampler(seed));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(2 ** 40)).not.toEqual(draw(2 ** 41));
});

test("numbers lie in [0, 1) and fill it evenly", () => {
  const next = createSampler(1);
  const bins = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 10_000; draw += 1) bins[Math.floor(next() * 10)]! += 1;
  expect(Math.min(...bins)).toBeGreaterThan(850);
  expect(Math.max(...bins)).toBeLessThan(1_150);
});

test("temperature 0 takes the likeliest token", () => {
  expect(sampleToken(LOGITS, 0, 1, () => 0.99)).toBe(1);
  expect(greedyToken(LOGITS)).toBe(1);
});

test.each([
  [0.1, [1]],
  [0.6, [1, 3]],
  [1, [0, 1, 2, 3]],
])("topP %f leaves the tokens %j", (topP, tokens) => {
  const next = createSampler(3);
  const drawn = new Set(Array.from({ length: 2_000 }, () => sampleToken(LOGITS, 1, topP, next)));
  expect([...drawn].toSorted((a, b) => a - b)).toEqual(tokens);
});

test("shares follow the weights", () => {
  const next = createSampler(5);
  const logits = Float32Array.of(0, Math.log(3));
  const ones = Array.from({ length: 4_000 }, () => sampleToken(logits, 1, 1, next))
    .filter((token) => token === 1).length;
  expect(ones / 4_000).toBeCloseTo(0.75, 1);
});

const cold = { temperature: 0, topP: 1 };
const warm = { temperature: 1, topP: 1 };
const among = (...tokens: number[]) => ({ tokens, mayEnd: false });

test("[IN15] among some tokens the others weigh nothing", () => {
  expect(sampleAmong(among(0, 2, 4), LOGITS, cold, () => 0.99)).toBe(2);
  expect(sampleAmong(among(4), LOGITS, cold, () => 0.99)).toBe(4);
  const next = createSampler(4);
  const logits = Float32Array.of(0, 50, Math.log(3), -Infinity);
  const drawn = Array.from(
    { length: 4_000 },
    () => sampleAmong(among(2, 0, 3), logits, warm, next),
  );
  expect(new Set(drawn)).toEqual(new Set([0, 2]));
  expect(drawn.filter((token) => token === 2).length / drawn.length).toBeCloseTo(0.75, 1);
});

test("[IN15] tokens that the model rules out, or does not have, are still the only ones", () => {
  const logits = Float32Array.of(9, -Infinity, -Infinity);
  for (const temperature of [0, 1]) {
    const how = { temperature, topP: 0.9 };
    expect([1, 2, 7]).toContain(sampleAmong(among(1, 2, 7), logits, how, () => 0.5));
  }
  expect(sampleAmong(among(7, 0), logits, cold, () => 0.5)).toBe(0);
});

test("[IN16] the end weighs what all tokens weigh that do not lead on", () => {
  const [three, two] = [Math.log(3), Math.log(2)];
  const ended = { tokens: [0], mayEnd: true };
  expect(sampleAmong(ended, Float32Array.of(three, two, two), cold, () => 0)).toBe(undefined);
  expect(sampleAmong(ended, Float32Array.of(three, two, 0, -Infinity), cold, () => 0)).toBe(0);
  const next = createSampler(8);
  const logits = Float32Array.of(three + 700, 700, 700, two + 700); // too large to be powers
  const drawn = Array.from({ length: 4_000 }, () => sampleAmong(ended, logits, warm, next));
  expect(drawn.filter((token) => token === 0).length / drawn.length).toBeCloseTo(3 / 7, 1);
  expect(sampleAmong(ended, Float32Array.of(-Infinity, -Infinity), warm, next)).toBe(0);
});

test("a draw at the upper edge still gives a token", () => {
  expect([1, 3]).toContain(sampleToken(LOGITS, 1, 0.9, () => 1 - 2 ** -33));
});

test("logits with NaN, or none, are no choice", () => {
  expect(hasBadLogits(Float32Array.of(1, Number.NaN))).toBe(true);
  expect(hasBadLogits(new Float32Array())).toBe(true);
  expect(hasBadLogits(LOGITS)).toBe(false);
});
