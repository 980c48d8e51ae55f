import { expect, test } from "vitest";
import { drawApp } from "./app/draw-app.mjs";
import { judgeApp } from "./app/goals.mjs";
import { tasksOf } from "./app/processor.mjs";
import { parseArguments } from "./arguments.mjs";
import { compare, median, percentile, summarize } from "./statistics.mjs";
import {
  formatFigure,
  formatKilobytes,
  formatRange,
  formatRatio,
  markdownTable,
} from "./table.mjs";

const areas = { app: ["bytes", "speed"], sync: [] };

test.each([
  [[], { area: "app", parts: ["bytes", "speed"], rounds: 5, jsonFile: undefined }],
  [["sync"], { area: "sync", parts: [], rounds: 5, jsonFile: undefined }],
  [["--", "app", "--part", "speed", "--json", "x.json"], {
    area: "app",
    parts: ["speed"],
    rounds: 5,
    jsonFile: "x.json",
  }],
  [["--rounds", "7", "sync"], { area: "sync", parts: [], rounds: 7, jsonFile: undefined }],
  [["--quick"], { area: "app", parts: ["bytes", "speed"], rounds: 2, jsonFile: undefined }],
  [["--quick", "--rounds", "3", "sync"], {
    area: "sync",
    parts: [],
    rounds: 3,
    jsonFile: undefined,
  }],
])("the words %j ask for %j", (words, value) => {
  expect(parseArguments(words, areas)).toEqual({ ok: true, value });
});

test.each([
  [["engine"], 'There is no area "engine". Areas: app, sync'],
  [["app", "sync"], "One area at a time"],
  [["--rounds"], "--rounds wants a value"],
  [["--rounds", "--quick"], "--rounds wants a value"],
  [["--rounds", "0"], "--rounds wants a whole number from 1 to 100"],
  [["--rounds", "2.5"], "--rounds wants a whole number from 1 to 100"],
  [["--rounds", "many"], "--rounds wants a whole number from 1 to 100"],
  [["--loud"], "There is no option --loud"],
  [["app", "--part", "heat"], '"app" has no part "heat". Parts: bytes, speed'],
  [["--part", "speed", "sync"], '"sync" has no part "speed". Parts: none'],
])("the words %j are refused: %s", (words, message) => {
  const parsed = parseArguments(words, areas);
  expect(parsed).toMatchObject({ ok: false });
  expect("message" in parsed && parsed.message.split("\n")[0]).toBe(message);
});

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
  [[10, 9], 9.5],
])("the median of %j is %d", (values, middle) => {
  expect(median(values)).toBe(middle);
});

test.each([[[5, 1, 3], 95, 5], [[1, 2, 3, 4], 50, 2], [[7], 1, 7]])(
  "of %j %d in a hundred are at most %d",
  (values, percent, value) => {
    expect(percentile(values, percent)).toBe(value);
  },
);

test("there is no median of nothing", () => {
  expect(() => median([])).toThrow(RangeError);
});

test("a summary keeps its samples in the order they were taken", () => {
  expect(summarize([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, samples: [3, 1, 2] });
});

test("two sides are compared by their medians and pair by pair", () => {
  const compared = compare([10, 40, 90], [20, 40, 60]);
  expect(compared.ratio).toBe(1);
  expect(compared.ratioPaired).toBe(1);
  expect(compare([2, 4], [1, 4]).ratioPaired).toBe(1.5);
  expect(() => compare([1], [1, 2])).toThrow(RangeError);
});

test("a table is Markdown with figures to the right", () => {
  expect(markdownTable(["what", "app"], [["speed", "1.5"], ["x", "12.25"]])).toBe([
    "| what  |   app |",
    "| ----- | ----: |",
    "| speed |   1.5 |",
    "| x     | 12.25 |",
  ].join("\n"));
});

test("figures have as many digits as they can bear", () => {
  expect([0.25, 9.96, 99.94, 100.4, 12345].map(formatFigure))
    .toEqual(["0.3", "10.0", "99.9", "100", "12345"]);
  expect(formatRatio(0.949)).toBe("0.95x");
  expect(formatKilobytes(45_637)).toBe("45.6 kB");
  expect(formatRange({ median: 2, min: 1, max: 300 })).toBe("2.0 (1.0 to 300)");
});

test("a goal is judged where its figure was measured, at most what it says", () => {
  const summary = (/** @type {number} */ value) => summarize([value]);
  const asked = (/** @type {number} */ firstMs, /** @type {number} */ taskMs) => ({
    firstMs: summary(firstMs),
    allMs: summary(2_000),
    longestTaskMs: summary(taskMs),
  });
  const search = { rooms: 10, messages: 10_000, first: asked(1_000, 0), again: asked(20, 51) };
  expect(judgeApp({})).toEqual([]);
  const goals = judgeApp({ search });
  expect(goals.map(({ words, isMet }) => [words.value, words.goal, isMet]))
    .toEqual([["1000", "1000", true], ["51.0", "50.0", false]]);
  expect(drawApp({ goals, search })).toContain("51.0 |    50.0 |  NO |");
});

test("a page's tasks are those of the threads that draw pages, in their processor's time", () => {
  const thread = (/** @type {number} */ tid, /** @type {string} */ name) => ({
    ...{ name: "thread_name", ph: "M", pid: 1, tid, args: { name } },
  });
  const task = (/** @type {number} */ tid, /** @type {string} */ name) => ({
    ...{ name, ph: "X", pid: 1, tid, tdur: 2_500 },
  });
  expect(tasksOf([
    ...[thread(1, "CrRendererMain"), thread(2, "DedicatedWorker thread")],
    ...[task(1, "ThreadControllerImpl::RunTask"), task(1, "Paint"), task(2, "RunTask")],
  ])).toEqual([2.5]);
});
