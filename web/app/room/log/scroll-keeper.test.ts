import { expect, test } from "vitest";
import { ScrollKeeper } from "./scroll-keeper.ts";
import { findRange, layTops, OVERSCAN_PX, ROW_HEIGHT_GUESS, rowAt } from "./window-range.ts";

const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

/** As much of an element as the keeper reads. */
function box(scrollTop: number, scrollHeight: number, clientHeight = 600): HTMLElement {
  return { scrollTop, scrollHeight, clientHeight } as HTMLElement;
}

function row(key: string, height: number): HTMLElement {
  return { dataset: { key }, getBoundingClientRect: () => ({ height }) } as unknown as HTMLElement;
}

test("tops add known heights and guesses", () => {
  expect([...layTops(keys(3), new Map([["k1", 10]]))]).toEqual([
    0,
    ROW_HEIGHT_GUESS,
    ROW_HEIGHT_GUESS + 10,
    2 * ROW_HEIGHT_GUESS + 10,
  ]);
});

test("the window is bounded whatever the log's length", () => {
  const tops = layTops(keys(10_000), new Map());
  const { start, end } = findRange(tops, 500_000, 800);
  expect(end - start).toBeLessThan((800 + 2 * OVERSCAN_PX) / ROW_HEIGHT_GUESS + 3);
  expect(rowAt(tops, 500_000)).toBeGreaterThan(start);
  expect(findRange(layTops([], new Map()), 0, 800)).toEqual({ start: 0, end: 0 });
});

test("a log that is followed stays at its end while text grows", () => {
  const keeper = new ScrollKeeper();
  keeper.setRows(keys(20));
  const view = box(1_320, 1_920);
  keeper.readScroll(view);
  keeper.measure([row("k19", 400)], 700);
  const grown = box(1_320, 2_224);
  keeper.restore(grown);
  expect(grown.scrollTop).toBe(2_224);
  expect(keeper.following).toBe(true);
});

test("a reader who scrolled up keeps the row under the eyes when rows above change", () => {
  const keeper = new ScrollKeeper();
  keeper.setRows(keys(100));
  keeper.restore(box(0, 9_600));
  const view = box(4_800, 9_600);
  keeper.readScroll(view);
  expect(keeper.following).toBe(false);
  keeper.measure([row("k10", ROW_HEIGHT_GUESS + 50)], 700);
  keeper.restore(view);
  expect(view.scrollTop).toBe(4_850);
});

test("text that arrives below does not pull a reader down", () => {
  const keeper = new ScrollKeeper();
  const first = keys(100);
  keeper.setRows(first);
  keeper.restore(box(0, 9_600));
  const view = box(4_800, 9_600);
  keeper.readScroll(view);
  keeper.setRows([...first, "k100", "k101"]);
  keeper.restore(view);
  expect(view.scrollTop).toBe(4_800);
});

test("a stored place is found again, and a place whose row is gone is not", () => {
  const keeper = new ScrollKeeper();
  keeper.setRows(keys(100));
  keeper.load({ key: "k50", offset: -20 });
  const view = box(0, 9_600);
  keeper.restore(view);
  expect(view.scrollTop).toBe(50 * ROW_HEIGHT_GUESS + 20);
  expect(keeper.save()).toEqual({ key: "k50", offset: -20 });
  const other = new ScrollKeeper();
  other.setRows(keys(10));
  other.load({ key: "k50", offset: 0 });
  expect(other.following).toBe(true);
});

test("[SY139] the place holds when older rows come and the first one goes with it", () => {
  const keeper = new ScrollKeeper();
  keeper.setRows(["day", ...keys(40)]);
  const view = box(3_000, 41 * ROW_HEIGHT_GUESS);
  keeper.restore(view);
  view.scrollTop = 10;
  keeper.readScroll(view);
  keeper.setRows(["older day", "older", ...keys(40)]);
  keeper.restore(view);
  expect(view.scrollTop).toBe(ROW_HEIGHT_GUESS + 10);
});
