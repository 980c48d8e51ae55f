import { expect, test } from "vitest";
import type { RelayEntry, RelayLimits } from "../protocol/relay-frames.ts";
import { fc } from "../testing/properties.ts";
import { LinkCredit } from "./link-credit.ts";

const limits = { windowEntriesMax: 512, windowBytesMax: 256 * 1024, bodyBytesMax: 45_000 };

function entriesOf(sizes: readonly number[]): readonly RelayEntry[] {
  return sizes.map((size, at) => ({
    ...{ seq: at + 1, ts: 0, from: "a".repeat(22), id: "b".repeat(22) },
    body: "c".repeat(size),
  }));
}

function creditFor(given: Partial<RelayLimits>): LinkCredit {
  const credit = new LinkCredit();
  credit.greeted({ ...limits, ...given } as RelayLimits);
  return credit;
}

test("[SY55] a quarter of the window in entries, or in bytes, is acknowledged at once", () => {
  const credit = creditFor({});
  const one = entriesOf([100]);
  expect(Array.from({ length: 127 }, () => credit.took(one)).includes(true)).toBe(false);
  expect(credit.took(one)).toBe(true);
  expect(credit.took(entriesOf([60_000]))).toBe(false);
  expect(credit.took(entriesOf([5_535]))).toBe(false);
  expect(credit.took(entriesOf([1]))).toBe(true);
});

test("[SY55] what stands unacknowledged leaves the relay room for any entry", () => {
  const sizes = fc.array(fc.array(fc.nat(2_000), { minLength: 1, maxLength: 5 }), {
    maxLength: 40,
  });
  const window = fc.record({
    windowEntriesMax: fc.integer({ min: 1, max: 40 }),
    windowBytesMax: fc.integer({ min: 1, max: 20_000 }),
    bodyBytesMax: fc.integer({ min: 1, max: 9_000 }),
  });
  fc.assert(fc.property(window, sizes, (given, frames) => {
    const credit = creditFor(given);
    let standing = { entries: 0, bytes: 0 };
    for (const frame of frames) {
      standing = credit.took(entriesOf(frame)) ? { entries: 0, bytes: 0 } : {
        entries: standing.entries + frame.length,
        bytes: standing.bytes + frame.reduce((sum, size) => sum + size, 0),
      };
      // The relay sends to an empty window whatever its size (edge/relay/room-deliver.ts).
      if (standing.entries === 0) continue;
      expect(given.windowEntriesMax - standing.entries).toBeGreaterThanOrEqual(1);
      const largest = Math.ceil(given.bodyBytesMax * 4 / 3);
      expect(given.windowBytesMax - standing.bytes).toBeGreaterThanOrEqual(largest);
    }
  }));
});
