import { expect, test } from "vitest";
import { Defect } from "../base/assert.ts";
import { createLane } from "./lane.ts";

test("[LG12] a lane refuses beyond its slots, and a slot given back twice counts once", () => {
  const lane = createLane(2);
  const first = lane.tryTake();
  const second = lane.tryTake();
  expect(lane.tryTake()).toBeUndefined();
  expect(lane.free).toBe(0);
  first?.[Symbol.dispose]();
  first?.[Symbol.dispose]();
  expect(lane.free).toBe(1);
  second?.[Symbol.dispose]();
  expect(lane.free).toBe(2);
  expect(() => createLane(0)).toThrow(Defect);
});
