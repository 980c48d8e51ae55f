import { expect, test } from "vitest";
import { drawRuntime } from "./draw-runtime.mjs";
import { figuresOf } from "./figures.ts";
import { createMeasurer, type Measured } from "./measurer.ts";
import { openMemoryPlace } from "./memory-place.ts";

const round = (factor: number): Measured => ({
  admitMs: [4, 2, 6, 8].map((ms) => ms * factor),
  plainMs: [1, 2, 2, 4].map((ms) => ms * factor),
  ...{ admitsPerS: 300 / factor, plainPerS: 600 / factor, turnMs: [10 * factor, 12 * factor] },
  logs: [{
    ...{ entries: 10, entriesRead: 25, appendMs: [3 * factor], plainMs: [2 * factor] },
    ...{ readMs: [factor], plainReadMs: [factor / 2] },
  }],
});

test("figures are ratios of neighbours in time, with the medians of both sides and their range", () => {
  const figures = figuresOf("SQLite", [round(1), round(10), round(2)]);
  expect(figures.admitP50).toMatchObject({ ratioPaired: 2, app: { median: 8, min: 4, max: 40 } });
  expect(figures.admitP95).toMatchObject({ ratioPaired: 2, bare: { median: 8 } });
  expect(figures.perS).toMatchObject({ ratioPaired: 0.5, app: { median: 150 } });
  expect(figures.turn).toMatchObject({ ratioPaired: 5, app: { median: 20 } });
  expect(figures.logs).toMatchObject([{
    ...{ entries: 10, append: { ratioPaired: 1.5 }, read: { ratioPaired: 2 } },
    readUsPerEntry: { median: 80 },
  }]);
});

test("there are no figures of no rounds", () => {
  expect(() => figuresOf("SQLite", [])).toThrow(RangeError);
});

test("the tables name each store and each length", () => {
  const text = drawRuntime({ stores: [figuresOf("SQLite", [round(1), round(2)])] });
  expect(text).toContain("| SQLite |       2.00x | 6.000 (4.000 to 8.000) |");
  expect(text).toMatch(/\| SQLite, 10 entries +\| +1\.50x \|/);
});

test("a round ends every input it admits, and measures each log at the length it was filled to", async () => {
  const places: ReturnType<typeof openMemoryPlace>[] = [];
  const measure = createMeasurer(() => {
    const place = openMemoryPlace();
    places.push(place);
    return Promise.resolve(place);
  });
  const rounds = [await measure({ round: 0, logs: [10] }), await measure({ round: 1, logs: [10] })];
  for (const { admitMs, plainMs, turnMs, admitsPerS, logs } of rounds) {
    expect(admitMs).toHaveLength(plainMs.length);
    for (const ms of [...admitMs, ...turnMs]) expect(ms).toBeGreaterThan(0);
    expect(admitsPerS).toBeGreaterThan(0);
    expect(logs.map(({ entries, entriesRead }) => entriesRead - entries)).toEqual([15]);
  }
  for (const { store } of places) {
    expect(await store.liveInputs(new AbortController().signal)).toEqual({ ok: true, value: [] });
  }
});
