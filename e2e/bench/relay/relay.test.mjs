import { expect, test } from "vitest";
import { drawRelay } from "./draw-relay.mjs";
import { percentile, readTicks, summarizeSide } from "./figures.mjs";

test.each([
  [[5], 0.99, 5],
  [[4, 1, 3, 2], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
  [Array.from({ length: 200 }, (_, index) => index + 1), 0.99, 198],
])("of %j the percentile %d is %d", (values, share, found) => {
  expect(percentile(values, share)).toBe(found);
});

test("there is no percentile of nothing", () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});

test("processor time is user and system, whatever the process calls itself", () => {
  const stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 1 2 3 4 700 50 9 9 20 0 1 0 100";
  expect(readTicks(stat)).toBe(750);
});

test("the tables name each level, its ratio, and a share that is not known", () => {
  const sample = { perS: 100, p50Ms: 1, p99Ms: 2, messages: 200, serverCores: 0.5 };
  const side = summarizeSide([{ ...sample, clientCores: NaN }]);
  expect(side.messages).toBe(200);
  const level = { inFlight: 16, senders: 4, relay: side, echo: side, ratioPerS: 0.5, ratioP50: 2 };
  const limits = { appendBurst: 1, appendsPerS: 1, entriesMax: 1, logBytesMax: 1 };
  const text = drawRelay({ levels: [level], fsyncMs: 0.02, limits, bodyBytes: 9, windowMs: 2_000 });
  expect(text).toContain("| 16, over 4 sockets |        0.50x |");
  expect(text).toMatch(/\| 16 +\| +50% \| +not known \| +50% \| +not known \|/);
  expect(text).toContain("0.02 ms");
});
