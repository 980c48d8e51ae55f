import { expect, test } from "vitest";
import { countConsumed, countSent, emptyCredit, hasCredit } from "./credit-window.ts";
import { createLane } from "./lane.ts";
import { type BatchState, emptyBatch, flushBatch, pushBatch } from "./text-batch.ts";

const BATCH_MS = 50;

function runBatches(pieces: readonly (readonly [atMs: number, text: string])[]) {
  const sent: [number, string, number][] = [];
  let state: BatchState = emptyBatch;
  for (const [atMs, text] of pieces) {
    const step = pushBatch(state, { text, tokens: 1 }, atMs, BATCH_MS);
    state = step.state;
    if (step.send !== undefined) sent.push([atMs, step.send.text, step.send.tokens]);
  }
  return { sent, rest: flushBatch(state) };
}

test("the first piece leaves at once, the others each 50 ms, the last with the end", () => {
  const pieces = [[0, "a"], [10, "b"], [49, "c"], [50, "d"], [60, "e"], [99, "f"]] as const;
  expect(runBatches(pieces)).toEqual({
    sent: [[0, "a", 1], [50, "bcd", 3]],
    rest: { text: "ef", tokens: 2 },
  });
});

test("tokens without text wait for text and are counted with it", () => {
  const pieces = [[0, ""], [10, ""], [20, "ab"]] as const;
  expect(runBatches(pieces)).toEqual({ sent: [[20, "ab", 3]], rest: undefined });
});

test("an empty reply leaves nothing to flush", () => {
  expect(flushBatch(emptyBatch)).toBeUndefined();
});

test("credit ends at the limit and comes back with consumption, never beyond what was sent", () => {
  let window = emptyCredit;
  for (let sent = 0; sent < 4; sent += 1) window = countSent(window);
  expect([hasCredit(window, 4), hasCredit(window, 5)]).toEqual([false, true]);
  expect(hasCredit(countConsumed(window, 0), 4)).toBe(true);
  expect(countConsumed(window, 9)).toEqual(window);
  const later = countConsumed(window, 2);
  expect(countConsumed(later, 1)).toEqual(later);
});

test("[IN5] a lane refuses beyond its slots and a second release frees nothing more", () => {
  const lane = createLane(2);
  const first = lane.take();
  expect([lane.take() === undefined, lane.take() === undefined]).toEqual([false, true]);
  first?.();
  first?.();
  expect(lane.takenCount).toBe(1);
  expect(lane.take()).toBeDefined();
  expect(lane.take()).toBeUndefined();
});
