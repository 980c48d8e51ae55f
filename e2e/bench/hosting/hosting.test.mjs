import { expect, test } from "vitest";
import { drawHosting } from "./draw-hosting.mjs";
import { medianInterval, spreadOf, spreadsOf } from "./figures.mjs";

const upTo = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, index) => index + 1);

test("a spread has the median, the 95th percentile and the most", () => {
  expect(spreadOf(upTo(20))).toMatchObject({ median: 10.5, p95: 19, max: 20 });
  expect(() => spreadOf([])).toThrow(RangeError);
});

test("rows of the same numbers become a spread each", () => {
  const rows = [{ a: 1, b: 10 }, { a: 3, b: 30 }];
  expect(spreadsOf(rows, ["a", "b"])).toMatchObject({ a: { median: 2 }, b: { median: 20 } });
});

test.each([
  [1, 1, 1],
  [5, 1, 5],
  // With a confidence of 95.7 % and of 94.3 %.
  [30, 10, 21],
  [100, 41, 60],
])("the median of %d values lies between the values %d and %d", (count, low, high) => {
  expect(medianInterval(upTo(count).toReversed())).toEqual({ low, high });
});

test("there is no interval of nothing", () => {
  expect(() => medianInterval([])).toThrow(RangeError);
});

test("the tables state the crashes, the losses and the turns, and how many", () => {
  const spread = spreadOf([1_500, 2_500]);
  const lost = { leftMs: spread, takenMs: spread, answeredMs: spread, totalMs: spread };
  const text = drawHosting({
    service: [{
      ...{ tokens: 20, tokenMs: 5, serviceMs: spreadOf([150]), bareMs: spreadOf([100]) },
      addedMs: { ...spreadOf([50]), low: 40, high: 60 },
      ratio: { median: 1.5, low: 1.4, high: 1.6 },
    }],
    worker: { missed: 0, seenMs: spread, wordsMs: spread, totalMs: spread },
    process: { backoffMs: spread, loadMs: spread, wordsMs: spread, totalMs: spread },
    takeover: { pairs: 1, killed: lost, stopped: lost, loadMs: spread },
  });
  expect(text).toMatch(/worker of the page \(starter\), 2 crashes +\| 2.00 \(2.50\)/);
  expect(text).toContain("2.00 (2.50) load, 2.00 (2.50) words");
  expect(text).toMatch(/killed, 2 times +\| 2.00 \(2.50\)/);
  expect(text).toMatch(
    /5 ms a token, 1 turns +\| +1.50x \| 1.40x to 1.60x \| 50.0 \(40.0 to 60.0\)/,
  );
});
