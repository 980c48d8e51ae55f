import { expect, test } from "vitest";
import { drawEngines } from "./draw-engines.mjs";
import { comparePaths, shareOf, tokenMs } from "./figures.mjs";
import { memoryFigures, readPss, settle } from "./memory.mjs";
import type { Timed } from "./page/ways.ts";
import { forkRequests } from "./starter-requests.ts";
import { createRule, runTalk } from "./talk.ts";

const timed = (firstMs: number, restMs: number, tokens: number, text = "x"): Timed => ({
  ...{ text, firstMs, restMs, tokens },
  ...{ promptTokens: 1, cachedTokens: 0, prefillMs: 1 },
});

test("the time per token is of the tokens behind the first", () => {
  expect(tokenMs(timed(5, 90, 10))).toBe(10);
  expect(tokenMs(timed(5, 90, 1))).toBeUndefined();
});

test("paths are compared pair by pair: a load that strikes both changes nothing", () => {
  const pairs = [1, 2, 8].map((load) => ({
    ours: timed(12 * load, 99 * load, 10),
    bare: timed(10 * load, 90 * load, 10),
  }));
  const compared = comparePaths(pairs);
  expect(compared.addedTimeRatioMedian).toBeCloseTo(1.1, 9);
  expect(compared.addedTimeRatioInterval.low).toBeCloseTo(1.1, 9);
  expect(compared.addedFirstTokenMsMedian).toBe(4);
  expect(compared).toMatchObject({ pairs: 3, sameTexts: 3, oursTokenMs: 22, bareTokenMs: 20 });
});

test("a pair without a second token has no say in the ratio", () => {
  const pairs = [
    { ours: timed(1, 20, 3), bare: timed(1, 10, 3) },
    { ours: timed(1, 900, 1), bare: timed(1, 1, 3, "y") },
  ];
  expect(comparePaths(pairs)).toMatchObject({ addedTimeRatioMedian: 2, sameTexts: 1, pairs: 2 });
  expect(() => comparePaths([])).toThrow(RangeError);
});

test("a share is of sums, and there is none of nothing", () => {
  expect(shareOf([1, 2], [5, 7])).toEqual({ ratio: 0.25, part: 3, whole: 12 });
  expect(() => shareOf([], [])).toThrow(RangeError);
});

test("[PL63] by web-llm's rule one script reads at most 30 % of what own prompts read", async () => {
  const { shared, naive } = await runTalk({ shared: createRule(), naive: createRule() });
  expect([shared.length, naive.length]).toEqual([12, 12]);
  expect(naive[0]).toBeGreaterThan(600);
  expect(shareOf(shared, naive).ratio).toBeLessThanOrEqual(0.3);
});

test("personas share what the room said, and rounds share nothing", () => {
  const [first, second] = [forkRequests(0), forkRequests(1)];
  expect(first.length).toBe(12);
  const beginOf = ({ segments }: (typeof first)[number]) => segments[0]?.text;
  expect(new Set(first.map(beginOf)).size).toBe(1);
  expect(beginOf(second[0]!)).not.toBe(beginOf(first[0]!));
  expect(new Set(first.map(({ segments }) => segments.at(-1)?.text)).size).toBe(4);
});

test("memory is told before, loaded and after; growth is from the first unload to the last", () => {
  const cycles = [[300, 120], [320, 125], [310, 126]].map(([loadedBytes, afterBytes], at) => ({
    ...{ cycle: at + 1, loadedBytes: loadedBytes ?? 0, afterBytes: afterBytes ?? 0 },
  }));
  expect(memoryFigures({ beforeBytes: 100, cycles })).toEqual({
    ...{ beforeBytes: 100, loadedBytes: 320, afterFirstBytes: 120, afterLastBytes: 126 },
    ...{ cycles: 3, growthRatio: 1.05, leftRatio: 1.26 },
  });
  expect(() => memoryFigures({ beforeBytes: 1, cycles: [] })).toThrow(RangeError);
  expect(readPss("Rss:   10 kB\nPss:    4 kB\nPss_Anon: 1 kB\n")).toBe(4096);
  expect(() => readPss("")).toThrow();
});

test("memory is read until it falls no more, and not for ever", async () => {
  const readings = [300, 300, 250, 250, 100, 101, 99.9];
  let reads = 0;
  const read = () => Promise.resolve(readings[reads++] ?? 100);
  expect(await settle(read, () => Promise.resolve())).toBe(99.9);
  expect(reads).toBe(17); // The fifth was the last that was lower.
  let bytes = 1e9;
  reads = 0;
  const falling = () => Promise.resolve(bytes *= ++reads > 0 ? 0.9 : 1);
  await settle(falling, () => Promise.resolve());
  expect(reads).toBe(120);
});

test("the tables name what was compared, with its interval, and what was left out", () => {
  const compared = comparePaths([{ ours: timed(12, 99, 10), bare: timed(10, 90, 10) }]);
  const counted = { shared: [1], naive: [4] };
  const memory = memoryFigures({
    beforeBytes: 100 * 2 ** 20,
    cycles: [{ cycle: 1, loadedBytes: 300 * 2 ** 20, afterBytes: 110 * 2 ** 20 }],
  });
  const text = drawEngines({
    prefillTokensRatioSharedScript: 0.25,
    prefillTimeRatioFork: 0.3,
    addedTimeRatioMedian: 1.1,
    addedFirstTokenMsMedian: 2,
    paths: { "transformers.js": compared },
    talk: [{ by: "its rule", ratio: 0.25, part: 1, whole: 4, ...counted }],
    fork: { ratio: 0.3, part: 30, whole: 100, sameTexts: 12, pairs: 12 },
    prefillTokensRatioPinnedSlots: 0.2,
    slots: { ratio: 0.2, part: 2, whole: 10, pinned: [2], naive: [10] },
    memoryGrowthRatio: 1,
    memory: { starter: memory, wllama: memory, app: memory },
    skipped: ["web-llm itself"],
  });
  expect(text).toMatch(/transformers.js +\| 1.10x \(1.10x to 1.10x\)/);
  expect(text).toMatch(/on web-llm \(its rule\) +\| +25 % +\| +1 +\| +4/);
  expect(text).toMatch(/pinned slots of wllama +\| +20 % +\| +2 +\| +10/);
  expect(text).toContain("the same in 12 of 12");
  expect(text).toMatch(/app, 1 loads +\| +100 +\| +300 +\| +110 +\| +110 +\| +1.00x/);
  expect(text).toContain("Left out: web-llm itself.");
});
