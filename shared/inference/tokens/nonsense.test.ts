import { expect, test } from "vitest";
import { findNonsense } from "./nonsense.ts";

test.each<[scores: readonly number[], fault: string | undefined]>([
  [[0.5, -1, 2], undefined],
  [[0.5, -Infinity, 2], undefined],
  [[0, 0, 0], "the same score for every token"],
  [[0.5, NaN, 2], "scores that are no numbers"],
  [[0.5, Infinity, 2], "scores that are no numbers"],
  [[], "no scores"],
])("[IN70] scores %j: %s", (scores, fault) => {
  expect(findNonsense(Float32Array.from(scores))).toBe(fault);
});
